//! Following a listing from page to page: `next` is opaque and used as it came, but only on the configured API.

use std::collections::HashSet;

use bitbucket_api_paths::Endpoint;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{BitbucketClient, answer};
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause, Evidence, PageError};

/// The most pages that one listing is followed for, whatever the peer says.
pub(super) const MAX_PAGES: usize = 1_000;

/// One page as sent. Only `values` is certain, and `next` on all pages but the last.
#[derive(Deserialize)]
struct WirePage<T> {
    values: Vec<T>,
    #[serde(default)]
    next: Option<String>,
}

/// The values of a listing up to a limit.
pub(super) struct Collected<T> {
    /// In the listing's order.
    pub(super) values: Vec<T>,
    /// Whether these are all.
    pub(super) complete: bool,
}

impl BitbucketClient {
    /// Collects a listing, page after page, until `limit` values are there.
    pub(super) async fn collect<T: DeserializeOwned + Send>(
        &self,
        endpoint: &Endpoint,
        limit: usize,
    ) -> Result<Collected<T>, ApiError> {
        let mut walk = Walk::new(endpoint, MAX_PAGES);
        let mut values = Vec::new();
        while let Some(page) = self.page::<T>(&mut walk).await? {
            values.extend(page);
            if values.len() >= limit {
                let complete = walk.is_over() && values.len() == limit;
                values.truncate(limit);
                return Ok(Collected { values, complete });
            }
        }
        Ok(Collected {
            values,
            complete: true,
        })
    }

    /// The next page of a walk, or `None` at its end.
    async fn page<T: DeserializeOwned>(&self, walk: &mut Walk) -> Result<Option<Vec<T>>, ApiError> {
        let Some(path_and_query) = walk.next.take() else {
            return Ok(None);
        };
        let call = Call::new(walk.method, walk.template, path_and_query);
        let called = self.caller.call(&call).await;
        let (body, evidence) = answer::succeeded(&call, called, &[], self.caller.now())?;
        let page: WirePage<T> = serde_json::from_slice(&body)
            .map_err(|error| answer::unreadable(&error, &body, evidence.clone()))?;
        if let Some(next) = page.next {
            let own = self
                .caller
                .base()
                .own_path(&next)
                .map_err(PageError::Foreign);
            own.and_then(|own| walk.go_to(own))
                .map_err(|error| unfollowable(error, evidence))?;
        }
        Ok(Some(page.values))
    }
}

/// Where a listing stands, and where it has been.
struct Walk {
    method: &'static str,
    template: &'static str,
    next: Option<String>,
    seen: HashSet<String>,
    limit: usize,
}

impl Walk {
    fn new(endpoint: &Endpoint, limit: usize) -> Self {
        let first = endpoint.path_and_query().to_string();
        Self {
            method: endpoint.method().as_str(),
            template: endpoint.template(),
            seen: HashSet::from([first.clone()]),
            next: Some(first),
            limit,
        }
    }

    fn is_over(&self) -> bool {
        self.next.is_none()
    }

    fn go_to(&mut self, path_and_query: &str) -> Result<(), PageError> {
        if self.seen.len() >= self.limit {
            return Err(PageError::TooManyPages { limit: self.limit });
        }
        if !self.seen.insert(path_and_query.to_owned()) {
            return Err(PageError::Loop);
        }
        self.next = Some(path_and_query.to_owned());
        Ok(())
    }
}

fn unfollowable(error: PageError, evidence: Evidence) -> ApiError {
    ApiError::new(ApiErrorCause::Page(error), evidence)
}
