//! A listing whose next page is on its way while this one is used.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use futures_util::stream::Stream;
use serde::de::DeserializeOwned;

use super::pages::{Entries, Pages};
use crate::error::ApiError;

type Fetched<T> = (Pages<T>, Result<Option<Entries<T>>, ApiError>);

/// The entries of a page, while the page after it is fetched. Two pages are held at most; dropping it ends the fetching.
pub(super) struct Prefetched<T> {
    here: vec::IntoIter<Result<T, ApiError>>,
    fetching: Option<Pin<Box<dyn Future<Output = Fetched<T>> + Send>>>,
    fetched: Option<Fetched<T>>,
}

impl<T: DeserializeOwned + Send + 'static> Prefetched<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        let mut prefetched = Self {
            here: Vec::new().into_iter(),
            fetching: None,
            fetched: None,
        };
        prefetched.fetch(pages);
        prefetched
    }

    fn fetch(&mut self, mut pages: Pages<T>) {
        self.fetching = Some(Box::pin(async move {
            let page = pages.next_page().await;
            (pages, page)
        }));
    }

    /// Lets the page that is on its way come nearer.
    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(fetching) = &mut self.fetching
            && let Poll::Ready(fetched) = fetching.as_mut().poll(context)
        {
            self.fetching = None;
            self.fetched = Some(fetched);
        }
    }
}

// Nothing in it is pinned but the future, which is so in its box.
impl<T> Unpin for Prefetched<T> {}

impl<T: DeserializeOwned + Send + 'static> Stream for Prefetched<T> {
    type Item = Result<T, ApiError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            self.drive(context);
            if let Some(entry) = self.here.next() {
                return Poll::Ready(Some(entry));
            }
            match self.fetched.take() {
                Some((pages, Ok(Some(entries)))) => {
                    self.here = entries.into_iter();
                    self.fetch(pages);
                }
                Some((_, Ok(None))) => return Poll::Ready(None),
                Some((_, Err(error))) => return Poll::Ready(Some(Err(error))),
                None if self.fetching.is_some() => return Poll::Pending,
                None => return Poll::Ready(None),
            }
        }
    }
}
