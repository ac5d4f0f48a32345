//! Calls below one organization of one Sentry.

use std::sync::Arc;

use bitbucket_http_client::policy::{Repeat, Retry};
use bitbucket_http_client::{
    AccessToken, BaseUrl, Call, CallError, Caller, Clock, Transport, TransportError,
};
use bitbucket_integration_provider::ports::{TrackerError, TrackerIssue};
use bytes::Bytes;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::SecretString;
use serde::Serialize;

use super::answer::Answer;
use super::organization::OrganizationSlug;

/// Sentry keeps the first 256 characters of it with each release.
const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("bitbucket-integration/", env!("CARGO_PKG_VERSION")));

/// The unreserved characters of RFC 3986 §2.3 stay as they are.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Clone)]
pub(super) struct Client {
    caller: Caller,
    organization: OrganizationSlug,
    /// Kept to mask it where a peer echoes it.
    token: SecretString,
}

impl Client {
    pub(super) fn new(
        base: BaseUrl,
        organization: OrganizationSlug,
        token: SecretString,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Self {
        let authorize = Arc::new(AccessToken::new(&token));
        let caller = Caller::new(base, transport, authorize, clock, Retry::never())
            .with_user_agent(USER_AGENT);
        Self {
            caller,
            organization,
            token,
        }
    }

    pub(super) fn with_retry(self, retry: Retry) -> Self {
        Self {
            caller: self.caller.with_retry(retry),
            ..self
        }
    }

    pub(super) fn base(&self) -> &BaseUrl {
        self.caller.base()
    }

    pub(super) fn organization(&self) -> &OrganizationSlug {
        &self.organization
    }

    /// Reads what stands at these path segments below the organization.
    pub(super) async fn read(
        &self,
        template: &'static str,
        segments: &[&str],
    ) -> Result<Answer, TrackerError> {
        self.call(Call::new("GET", template, self.path(segments)))
            .await
    }

    /// Sends `body` as JSON. `repeat` says whether doing it twice is harmless.
    pub(super) async fn send(
        &self,
        (method, template): (&'static str, &'static str),
        segments: &[&str],
        body: &(impl Serialize + Sync),
        repeat: Repeat,
    ) -> Result<Answer, TrackerError> {
        let body =
            serde_json::to_vec(body).map_err(|_| misuse("the request can't be written as JSON"))?;
        self.call(
            Call::new(method, template, self.path(segments))
                .json(Bytes::from(body))
                .repeat(repeat),
        )
        .await
    }

    /// Every segment is escaped and every path ends with `/`: without it Sentry redirects.
    fn path(&self, segments: &[&str]) -> String {
        let start = format!("/api/0/organizations/{}/", self.organization);
        segments.iter().fold(start, |path, segment| {
            format!("{path}{}/", utf8_percent_encode(segment, ESCAPED))
        })
    }

    async fn call(&self, call: Call<'_>) -> Result<Answer, TrackerError> {
        match self.caller.call(&call).await.outcome {
            Ok(answer) => Answer::read(answer, self.caller.now(), &self.token),
            Err(CallError::Transport(error)) => Err(unanswered(&error)),
            Err(CallError::Authorize(_)) => Err(TrackerError::Unauthorized {
                reason: "the token can't stand in a header".to_owned(),
            }),
            Err(CallError::Budget(exhausted)) => Err(TrackerError::Unavailable {
                reason: exhausted.to_string(),
                retry_after: Some(exhausted.retry_after),
            }),
            Err(CallError::Redirect(_) | CallError::Path) => {
                Err(misuse("the address can't stand in a request"))
            }
        }
    }
}

/// The id of an issue as a path segment.
///
/// An empty one would turn the call about one issue into a call about all of them.
pub(super) fn issue_segment(issue: &TrackerIssue) -> Result<&str, TrackerError> {
    let clean = issue
        .id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if clean && !issue.id.is_empty() {
        Ok(&issue.id)
    } else {
        Err(misuse("the issue's id is none of Sentry's"))
    }
}

/// A request that was not sent because Sentry would refuse it.
pub(super) fn misuse(reason: impl Into<String>) -> TrackerError {
    TrackerError::Rejected {
        status: 400,
        reason: reason.into(),
    }
}

fn unanswered(error: &TransportError) -> TrackerError {
    match error {
        TransportError::TooLarge { .. }
        | TransportError::NotHttp { .. }
        | TransportError::Undecodable { .. } => TrackerError::Unreadable {
            reason: error.to_string(),
        },
        TransportError::Misuse { .. } => misuse(error.to_string()),
        _ => TrackerError::Unavailable {
            reason: error.to_string(),
            retry_after: None,
        },
    }
}
