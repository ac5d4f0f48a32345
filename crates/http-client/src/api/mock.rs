//! One mock with every capability, where a test needs a whole [`BitbucketApi`](super::BitbucketApi).

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, HookUuid, RepoRef, Workspace};

use super::{Commits, Hooks, Repositories, Workspaces};
use crate::error::ApiError;
use crate::model::{
    CommitListing, CommitRange, FileChange, Hook, HookUpdate, NewHook, Repository, WorkspaceDetails,
};

mockall::mock! {
    /// A mock with every capability of [`BitbucketApi`](super::BitbucketApi).
    pub BitbucketApi {}

    #[async_trait]
    impl Repositories for BitbucketApi {
        async fn repository(&self, repository: &RepoRef) -> Result<Repository, ApiError>;
    }

    #[async_trait]
    impl Commits for BitbucketApi {
        async fn commits(&self, repository: &RepoRef, range: &CommitRange) -> Result<CommitListing, ApiError>;
        async fn changed_files(&self, repository: &RepoRef, commit: &CommitSha) -> Result<Vec<FileChange>, ApiError>;
    }

    #[async_trait]
    impl Hooks for BitbucketApi {
        async fn hooks(&self, repository: &RepoRef) -> Result<Vec<Hook>, ApiError>;
        async fn hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<Hook, ApiError>;
        async fn create_hook(&self, repository: &RepoRef, hook: &NewHook) -> Result<Hook, ApiError>;
        async fn update_hook(
            &self,
            repository: &RepoRef,
            hook: &HookUuid,
            update: &HookUpdate,
        ) -> Result<Hook, ApiError>;
        async fn delete_hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<(), ApiError>;
    }

    #[async_trait]
    impl Workspaces for BitbucketApi {
        async fn workspace(&self, workspace: &Workspace) -> Result<WorkspaceDetails, ApiError>;
    }
}
