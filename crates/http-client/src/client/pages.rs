//! Following a listing from page to page: `next` is opaque and used as it came, but only on the configured API.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use bitbucket_api_paths::Endpoint;
use futures_util::stream::{self, Stream, TryStreamExt as _};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::prefetch::Prefetched;
use super::{BitbucketClient, answer, call_of, trimmed_page};
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause, Evidence, PageError};
use crate::model::{Fields, Listing};

/// The most pages that one listing is followed for, whatever the peer says.
pub const MAX_PAGES: usize = 1_000;

/// One page as sent. Only `values` is certain, and `next` on all pages but the last.
#[derive(Deserialize)]
struct WirePage<'a> {
    #[serde(borrow)]
    values: Vec<&'a RawValue>,
    #[serde(default)]
    next: Option<String>,
}

/// The entries of a page, in its order: each a value, or an error of cause
/// [`UnreadableEntry`](ApiErrorCause::UnreadableEntry) in place of one that could not be read.
pub type Entries<T> = Vec<Result<T, ApiError>>;

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
    /// How many entries the pages so far had.
    entries: usize,
    /// Whether the pages stay the same for good.
    immutable: bool,
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

    /// The same, asked only for the fields that `T` reads.
    #[must_use]
    pub fn trimmed_pages<T: DeserializeOwned + Fields>(&self, endpoint: &Endpoint) -> Pages<T> {
        self.pages(&trimmed_page::<T>(endpoint.clone()))
    }

    /// The listing that `first` begins.
    pub(super) fn pages_of<T: DeserializeOwned>(&self, first: Call<'static>) -> Pages<T> {
        Pages {
            client: self.clone(),
            template: first.template,
            seen: HashSet::from([first.path_and_query.to_string()]),
            immutable: first.immutable,
            next: Next::Page(first),
            status: None,
            entries: 0,
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
    /// The next page's entries, or `None` at the end of the listing. A page may be empty without being the last.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; the listing is then over. An entry that could not be read ends nothing.
    pub async fn next_page(&mut self) -> Result<Option<Entries<T>>, ApiError> {
        let call = match std::mem::replace(&mut self.next, Next::End) {
            Next::Page(call) => call,
            Next::Failure(error) => return Err(error),
            Next::End => return Ok(None),
        };
        let called = self.client.answered(&call).await;
        let answer = answer::succeeded(&call, called, &[], self.client.caller.now())?;
        self.status = answer.evidence.status;
        let page: WirePage<'_> = answer.json()?;
        let entries = self.entries_of(&page, &answer.evidence);
        if let Some(next) = page.next {
            self.next = self
                .follow(&next)
                .unwrap_or_else(|error| unfollowable(error, answer.evidence.clone()));
        }
        Ok(Some(entries))
    }

    fn entries_of(&mut self, page: &WirePage<'_>, evidence: &Evidence) -> Entries<T> {
        let before = self.entries;
        self.entries += page.values.len();
        let read = |(at, value): (usize, &&RawValue)| {
            serde_json::from_str(value.get()).map_err(|error| {
                let cause = ApiErrorCause::UnreadableEntry {
                    position: before + at + 1,
                    at: answer::place(&error),
                };
                ApiError::new(cause, evidence.clone())
            })
        };
        page.values.iter().enumerate().map(read).collect()
    }

    /// The status of the last page.
    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    /// All entries one after the other, each page asked for when the one before it is used up. After an error of cause
    /// [`UnreadableEntry`](ApiErrorCause::UnreadableEntry) the entries go on; any other is the last item.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, ApiError>> + Send
    where
        T: Send,
    {
        let pages = stream::try_unfold(self, |mut pages| async move {
            let page = pages.next_page().await?;
            Ok(page.map(|values| (values, pages)))
        });
        pages.map_ok(stream::iter).try_flatten()
    }

    /// The same with one page fetched ahead: while the entries of a page are taken, the one after it is on its way. That
    /// is worth while where the entries' use takes time, and costs a request for nothing where not all are wanted.
    pub fn into_prefetched_stream(self) -> impl Stream<Item = Result<T, ApiError>> + Send
    where
        T: Send + 'static,
    {
        Prefetched::new(self)
    }

    /// All values, if there are at most `limit` and each could be read; of more the first.
    pub(super) async fn collect_all(self, limit: usize) -> Result<Listing<T>, ApiError> {
        let mut listing = self.collect_up_to(limit).await?;
        match listing.unreadable.pop() {
            Some(error) => Err(error),
            None => Ok(listing),
        }
    }

    /// The values up to a limit. A link that cannot be followed does not matter when no further page is wanted.
    pub(super) async fn collect_up_to(mut self, limit: usize) -> Result<Listing<T>, ApiError> {
        let mut listing = Listing::default();
        let mut more = false;
        while let Some(page) = self.next_page().await? {
            for entry in page {
                match entry {
                    Ok(_) if listing.values.len() == limit => more = true,
                    Ok(value) => listing.values.push(value),
                    Err(error) => listing.unreadable.push(error),
                }
            }
            if listing.values.len() == limit {
                more |= !matches!(self.next, Next::End);
                break;
            }
        }
        listing.complete = !more && listing.unreadable.is_empty();
        Ok(listing)
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
        let call = Call::new("GET", self.template, own.to_owned()).immutable(self.immutable);
        Ok(Next::Page(call))
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
