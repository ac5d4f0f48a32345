//! Changes as git writes them.

use async_trait::async_trait;
use bitbucket_api_paths::{DiffSpec, RepoRef};

use crate::client::StreamedAnswer;
use crate::error::ApiError;
use crate::model::DiffOptions;

/// Reading raw diffs and patches as they arrive. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Diffs: Send + Sync {
    /// The changes of a commit against its first parent, or between the two ends of a range themselves
    /// (`git diff old new`). The bytes are in the files' own encodings; [`DiffReader`](crate::diff::DiffReader) reads
    /// the changed files out of them.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`TooCostly`](crate::ApiErrorCause::TooCostly) when the diff is too large for Bitbucket.
    async fn diff(
        &self,
        repository: &RepoRef,
        spec: &DiffSpec,
        options: &DiffOptions,
    ) -> Result<StreamedAnswer, ApiError>;

    /// The commits as a series of patches, in the format of `git format-patch`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`TooCostly`](crate::ApiErrorCause::TooCostly) when it is too large for Bitbucket.
    async fn patch(
        &self,
        repository: &RepoRef,
        spec: &DiffSpec,
    ) -> Result<StreamedAnswer, ApiError>;
}
