//! The catalogue of webhook events.

use async_trait::async_trait;
use bitbucket_api_paths::HookSubject;

use crate::error::ApiError;
use crate::model::HookEvent;

/// Reading which events webhooks may subscribe to. Needs no scope.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait HookEvents: Send + Sync {
    /// The events that a webhook on a repository or on a workspace may subscribe to.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn hook_events(&self, subject: HookSubject) -> Result<Vec<HookEvent>, ApiError>;
}
