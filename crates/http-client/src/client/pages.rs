//! Following a listing from page to page: `next` is opaque and used as it came, but only on the configured API.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use bitbucket_api_paths::Endpoint;
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{BitbucketClient, answer, call_of};
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause, Evidence, PageError};
use crate::model::Listing;

/// The most pages that one listing is followed for, whatever the peer says.
pub const MAX_PAGES: usize = 1_000;

/// One page as sent. Only `values` is certain, and `next` on all pages but the last.
#[derive(Deserialize)]
struct WirePage<T> {
    values: Vec<T>,
    #[serde(default)]
    next: Option<String>,
}

/// A listing, read page by page or as a stream; nothing is asked before the first page is wanted.
///
/// `next` links are followed exactly as they came. One that leads away from the configured API, in a circle, or past
/// [`MAX_PAGES`] pages is an error of cause [`Page`](ApiErrorCause::Page), given once the page before it was.
pub struct Pages<T> {
    client: BitbucketClient,
    next: Next,
    template: &'static str,
    seen: HashSet<String>,
    status: Option<u16>,
    values: PhantomData<fn() -> T>,
}

/// What comes after the pages that were read.
enum Next {
    Page(Call<'static>),
    Failure(ApiError),
    End,
}

impl BitbucketClient {
    /// The listing at `endpoint`, its values read as `T`: for listings that have no method of their own.
    ///
    /// Where `endpoint` trims the answer with `fields`, these have to name `next`.
    #[must_use]
    pub fn pages<T: DeserializeOwned>(&self, endpoint: &Endpoint) -> Pages<T> {
        self.pages_of(call_of(endpoint).into_owned())
    }

    /// The listing that `first` begins.
    pub(super) fn pages_of<T: DeserializeOwned>(&self, first: Call<'static>) -> Pages<T> {
        Pages {
            client: self.clone(),
            template: first.template,
            seen: HashSet::from([first.path_and_query.to_string()]),
            next: Next::Page(first),
            status: None,
            values: PhantomData,
        }
    }

    /// Collects a listing, page after page, until `limit` values are there.
    pub(super) async fn collect<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint,
        limit: usize,
    ) -> Result<Listing<T>, ApiError> {
        self.pages(endpoint).collect_up_to(limit).await
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The next page's values, or `None` at the end of the listing. A page may be empty without being the last.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; the listing is then over.
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>, ApiError> {
        let call = match std::mem::replace(&mut self.next, Next::End) {
            Next::Page(call) => call,
            Next::Failure(error) => return Err(error),
            Next::End => return Ok(None),
        };
        let called = self.client.caller.call(&call).await;
        let answer = answer::succeeded(&call, called, &[], self.client.caller.now())?;
        self.status = answer.evidence.status;
        let page: WirePage<T> = answer.json()?;
        if let Some(next) = page.next {
            self.next = self
                .follow(&next)
                .unwrap_or_else(|error| unfollowable(error, answer.evidence));
        }
        Ok(Some(page.values))
    }

    /// The status of the last page.
    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    /// All values one after the other, each page asked for when the one before it is used up.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, ApiError>> + Send
    where
        T: Send,
    {
        let pages = stream::try_unfold(self, |mut pages| async move {
            let page = pages.next_page().await?;
            Ok(page.map(|values| (values, pages)))
        });
        pages
            .map_ok(|values| stream::iter(values).map(Ok))
            .try_flatten()
    }

    /// The values up to a limit. A link that cannot be followed does not matter when no further page is wanted.
    pub(super) async fn collect_up_to(mut self, limit: usize) -> Result<Listing<T>, ApiError> {
        let mut values = Vec::new();
        while let Some(page) = self.next_page().await? {
            values.extend(page);
            if values.len() >= limit {
                let complete = matches!(self.next, Next::End) && values.len() == limit;
                values.truncate(limit);
                return Ok(Listing { values, complete });
            }
        }
        Ok(Listing {
            values,
            complete: true,
        })
    }

    fn follow(&mut self, next: &str) -> Result<Next, PageError> {
        let own = self
            .client
            .caller
            .base()
            .own_path(next)
            .map_err(PageError::Foreign)?;
        if self.seen.len() >= MAX_PAGES {
            return Err(PageError::TooManyPages { limit: MAX_PAGES });
        }
        if !self.seen.insert(own.to_owned()) {
            return Err(PageError::Loop);
        }
        Ok(Next::Page(Call::new("GET", self.template, own.to_owned())))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("template", &self.template)
            .field("asked", &self.seen.len())
            .finish_non_exhaustive()
    }
}

fn unfollowable(error: PageError, evidence: Evidence) -> Next {
    Next::Failure(ApiError::new(ApiErrorCause::Page(error), evidence))
}
