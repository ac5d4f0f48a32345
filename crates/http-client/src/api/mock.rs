//! One mock with every capability, where a test needs a whole [`BitbucketApi`](super::BitbucketApi).

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, HookUuid, PullRequestId, RepoRef, Workspace};

use super::{
    Commits, CurrentAccess, Hooks, PullRequests, Repositories, RepositoryLists, WorkspaceHooks,
    Workspaces,
};
use crate::client::StreamedAnswer;
use crate::error::ApiError;
use crate::model::{
    Account, Commit, CommitListing, CommitRange, FileChange, Hook, HookUpdate, Listing, NewHook,
    PullRequest, PullRequestQuery, PullRequestsOfCommit, Repository, RepositoryQuery,
    WorkspaceAccess, WorkspaceDetails,
};

mockall::mock! {
    /// A mock with every capability of [`BitbucketApi`](super::BitbucketApi).
    pub BitbucketApi {}

    #[async_trait]
    impl Repositories for BitbucketApi {
        async fn repository(&self, repository: &RepoRef) -> Result<Repository, ApiError>;
    }

    #[async_trait]
    impl RepositoryLists for BitbucketApi {
        async fn repositories(
            &self,
            workspace: &Workspace,
            query: &RepositoryQuery,
            limit: usize,
        ) -> Result<Listing<Repository>, ApiError>;
    }

    #[async_trait]
    impl Commits for BitbucketApi {
        async fn commits(
            &self,
            repository: &RepoRef,
            range: &CommitRange,
        ) -> Result<CommitListing, ApiError>;
        async fn changed_files(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
        ) -> Result<Vec<FileChange>, ApiError>;
    }

    #[async_trait]
    impl PullRequests for BitbucketApi {
        async fn pull_requests(
            &self,
            repository: &RepoRef,
            query: &PullRequestQuery,
            limit: usize,
        ) -> Result<Listing<PullRequest>, ApiError>;
        async fn pull_request(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
        ) -> Result<PullRequest, ApiError>;
        async fn pull_request_commits(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            limit: usize,
        ) -> Result<Listing<Commit>, ApiError>;
        async fn pull_request_changed_files(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            limit: usize,
        ) -> Result<Listing<FileChange>, ApiError>;
        async fn pull_request_diff(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
        ) -> Result<StreamedAnswer, ApiError>;
        async fn pull_requests_of_commit(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
        ) -> Result<PullRequestsOfCommit, ApiError>;
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
    impl WorkspaceHooks for BitbucketApi {
        async fn workspace_hooks(&self, workspace: &Workspace) -> Result<Vec<Hook>, ApiError>;
        async fn workspace_hook(
            &self,
            workspace: &Workspace,
            hook: &HookUuid,
        ) -> Result<Hook, ApiError>;
        async fn create_workspace_hook(
            &self,
            workspace: &Workspace,
            hook: &NewHook,
        ) -> Result<Hook, ApiError>;
        async fn update_workspace_hook(
            &self,
            workspace: &Workspace,
            hook: &HookUuid,
            update: &HookUpdate,
        ) -> Result<Hook, ApiError>;
        async fn delete_workspace_hook(
            &self,
            workspace: &Workspace,
            hook: &HookUuid,
        ) -> Result<(), ApiError>;
    }

    #[async_trait]
    impl Workspaces for BitbucketApi {
        async fn workspace(&self, workspace: &Workspace) -> Result<WorkspaceDetails, ApiError>;
    }

    #[async_trait]
    impl CurrentAccess for BitbucketApi {
        async fn current_user(&self) -> Result<Account, ApiError>;
        async fn my_workspaces(&self, limit: usize) -> Result<Listing<WorkspaceAccess>, ApiError>;
    }
}
