//! Files at a commit.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, FilePath, RepoRef};
use bytes::Bytes;

use crate::client::StreamedAnswer;
use crate::error::ApiError;
use crate::model::{Folder, Listing, SourceEntry};

/// Reading files. Needs the scope `repository`.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Sources: Send + Sync {
    /// Whether a file or folder is there.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn source_exists(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<bool, ApiError>;

    /// What stands at a path, without its content.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn source_entry(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<SourceEntry, ApiError>;

    /// What a folder holds, breadth first, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Unreadable`](crate::ApiErrorCause::Unreadable) when a file stands there;
    /// [`TooCostly`](crate::ApiErrorCause::TooCostly) when it holds too much for the depth asked for.
    async fn directory(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        folder: &Folder,
        limit: usize,
    ) -> Result<Listing<SourceEntry>, ApiError>;

    /// The bytes of a file of any size, as they arrive.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; of a file kept in LFS as for [`source_file`](Self::source_file).
    async fn source_stream(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<StreamedAnswer, ApiError>;

    /// The bytes of a file, within the transport's bound on answers.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]. A file kept in LFS lies on another host: it is fetched from there without the credential, by `https`
    /// and from public addresses only, else that is a [`Redirect`](crate::ApiErrorCause::Redirect).
    async fn source_file(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<Bytes, ApiError>;
}
