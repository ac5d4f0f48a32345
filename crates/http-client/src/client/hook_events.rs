//! Reading the catalogue of webhook events.

use async_trait::async_trait;
use bitbucket_api_paths::{HookSubject, Query, hook_events};

use super::{BitbucketClient, ENTRIES_PER_PAGE};
use crate::api::HookEvents;
use crate::error::ApiError;
use crate::model::HookEvent;

/// Far above the number of events that there are.
const MAX_EVENTS: usize = 1_000;

#[async_trait]
impl HookEvents for BitbucketClient {
    async fn hook_events(&self, subject: HookSubject) -> Result<Vec<HookEvent>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        let endpoint = hook_events::of(subject).with_query(query);
        Ok(self.pages(&endpoint).collect_all(MAX_EVENTS).await?.values)
    }
}
