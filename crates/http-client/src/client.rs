//! The client of Bitbucket Cloud: typed calls over a [`Caller`].

mod addon;
mod answer;
mod code_insights;
mod commits;
mod current_access;
mod diffs;
mod history;
mod hook_events;
mod hooks;
mod issues;
mod kept;
mod pages;
mod permissions;
mod prefetch;
mod pull_request_comments;
mod pull_requests;
mod raw;
mod refs;
mod repositories;
mod repository_lists;
mod sources;
mod statuses;
mod stream;
mod workspaces;

use std::fmt;
use std::sync::Arc;

use bitbucket_api_paths::{Endpoint, Query};
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::authorize::Authorize;
use crate::base_url::BaseUrl;
use crate::cache::Keeping;
use crate::call::{Call, Caller, Clock};
use crate::error::{ApiError, ApiErrorCause, Evidence, Misuse};
use crate::model::{Fields, of_one, of_page};
use crate::notice::NoticeObserver;
use crate::policy::{Budget, Concurrency, Pace, Priority, Repeat, Retry};
use crate::transport::Transport;

pub use self::code_insights::{MAX_ANNOTATIONS, MAX_REPORT_FACTS};
pub use self::commits::MAX_CHANGED_FILES;
pub use self::pages::{Entries, MAX_PAGES, Pages};
pub use self::raw::RawAnswer;
pub use self::stream::StreamedAnswer;

/// The most entries that Bitbucket puts on a page, wherever an endpoint does not say otherwise.
const ENTRIES_PER_PAGE: usize = 100;

/// A client of Bitbucket Cloud with one credential. Cheap to clone; clones share the transport's connections.
#[derive(Clone)]
pub struct BitbucketClient {
    caller: Caller,
    cache: Option<Keeping>,
}

impl BitbucketClient {
    /// Calls `base` (normally [`BaseUrl::bitbucket_cloud`]) over `transport`, authorized by `auth`.
    ///
    /// With the feature `hyper` it retries by the default [`RetryPolicy`](crate::policy::RetryPolicy) on Tokio's timer;
    /// without it never, until [`BitbucketClient::with_retry`] says how.
    #[must_use]
    pub fn new(
        base: BaseUrl,
        transport: Arc<dyn Transport>,
        auth: Arc<dyn Authorize>,
        clock: Clock,
    ) -> Self {
        let retry = default_retry(&clock);
        Self {
            caller: Caller::new(base, transport, auth, clock, retry),
            cache: None,
        }
    }

    /// The same client with another way of retrying.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        self.with_caller(|caller| caller.with_retry(retry))
    }

    /// The same client that names itself `user_agent`.
    #[must_use]
    pub fn with_user_agent(self, user_agent: http::HeaderValue) -> Self {
        self.with_caller(|caller| caller.with_user_agent(user_agent))
    }

    /// The same client whose answers' [`Notice`](crate::Notice)s `observer` hears, in place of the log.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn NoticeObserver>) -> Self {
        self.with_caller(|caller| caller.with_observer(observer))
    }

    /// The same client at another pace, or at one shared with other clients of the same credential.
    #[must_use]
    pub fn with_pace(self, pace: Arc<Pace>) -> Self {
        self.with_caller(|caller| caller.with_pace(pace))
    }

    /// The same client within an hourly budget, shared with other clients of the same credential.
    #[must_use]
    pub fn with_budget(self, budget: Arc<Budget>) -> Self {
        self.with_caller(|caller| caller.with_budget(budget))
    }

    /// The same client, whose calls reach as far into the budget as `priority` may. Clones share everything else.
    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        self.with_caller(|caller| caller.with_priority(priority))
    }

    /// The same client with a limit on calls at a time, shared with other clients of the same credential.
    #[must_use]
    pub fn with_concurrency(self, concurrency: Concurrency) -> Self {
        self.with_caller(|caller| caller.with_concurrency(concurrency))
    }

    /// The same client with another time for one call, all its attempts and waits together.
    #[must_use]
    pub fn with_overall_timeout(self, overall: std::time::Duration) -> Self {
        self.with_caller(|caller| caller.with_overall_timeout(overall))
    }

    fn with_caller(self, change: impl FnOnce(Caller) -> Caller) -> Self {
        Self {
            caller: change(self.caller),
            ..self
        }
    }

    /// Makes a call without a body and reads its JSON answer.
    async fn read<T: DeserializeOwned>(&self, endpoint: &Endpoint) -> Result<T, ApiError> {
        self.read_call(&call_of(endpoint)).await
    }

    async fn read_call<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, ApiError> {
        let called = self.answered(call).await;
        answer::read(call, called, &[], self.caller.now())
    }

    /// Makes a call with a JSON body and reads its JSON answer; `secrets` are those that the body carries.
    async fn write<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint,
        body: &(impl Serialize + Sync),
        secrets: &[SecretString],
    ) -> Result<T, ApiError> {
        let repeat = Repeat::of_method(endpoint.method().as_str());
        self.write_repeated(endpoint, body, secrets, repeat).await
    }

    /// The same with a judgement of its own on whether sending it twice is harmless.
    async fn write_repeated<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint,
        body: &(impl Serialize + Sync),
        secrets: &[SecretString],
        repeat: Repeat,
    ) -> Result<T, ApiError> {
        let Ok(body) = serde_json::to_vec(body) else {
            return Err(misuse(endpoint, Misuse::Body));
        };
        let call = call_of(endpoint).json(body.into()).repeat(repeat);
        let called = self.caller.call(&call).await;
        answer::read(&call, called, secrets, self.caller.now())
    }

    /// Makes a call that removes something.
    async fn remove(&self, endpoint: &Endpoint) -> Result<(), ApiError> {
        let call = call_of(endpoint);
        let called = self.caller.call(&call).await;
        let may_have_acted = called.may_have_acted;
        match answer::succeeded(&call, called, &[], self.caller.now()) {
            Ok(_) => Ok(()),
            // An earlier attempt whose answer was lost has removed it.
            Err(error) if may_have_acted && *error.cause() == ApiErrorCause::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for BitbucketClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BitbucketClient")
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}

fn call_of(endpoint: &Endpoint) -> Call<'_> {
    Call::new(
        endpoint.method().as_str(),
        endpoint.template(),
        endpoint.path_and_query(),
    )
}

/// The same endpoint, asked only for what a `T` reads.
fn trimmed<T: Fields>(endpoint: Endpoint) -> Endpoint {
    endpoint.with_query(Query::new().fields(&of_one::<T>()))
}

/// The same listing, asked only for what a `T` reads.
fn trimmed_page<T: Fields>(endpoint: Endpoint) -> Endpoint {
    endpoint.with_query(Query::new().fields(&of_page::<T>()))
}

fn misuse(endpoint: &Endpoint, misuse: Misuse) -> ApiError {
    let evidence = Evidence::new(endpoint.method().as_str(), endpoint.template());
    ApiError::new(ApiErrorCause::Misuse(misuse), evidence)
}

#[cfg(feature = "hyper")]
fn default_retry(clock: &Clock) -> Retry {
    use crate::policy::{Jitter, RetryPolicy, TokioWait};
    let start = clock().as_nanosecond();
    let seed = u64::try_from(start.unsigned_abs() & u128::from(u64::MAX)).unwrap_or_default();
    Retry::new(
        RetryPolicy::default(),
        Arc::new(TokioWait),
        Jitter::seeded(seed),
    )
}

#[cfg(not(feature = "hyper"))]
fn default_retry(_clock: &Clock) -> Retry {
    Retry::never()
}
