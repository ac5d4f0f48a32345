//! One mock with every capability, where a test needs a whole [`BitbucketApi`](super::BitbucketApi).

use async_trait::async_trait;
use bitbucket_api_paths::{
    AnnotationId, CommentId, CommitSha, DiffSpec, FilePath, Filter, HookUuid, IssueId,
    PullRequestId, RepoRef, ReportId, Revision, RevisionRange, StatusKey, Workspace,
};
use bytes::Bytes;

use super::{
    CodeInsights, CommitStatuses, Commits, CurrentAccess, Diffs, History, Hooks, Issues,
    PullRequestComments, PullRequests, Refs, Repositories, RepositoryLists, Sources,
    WorkspaceHooks, Workspaces,
};
use crate::client::StreamedAnswer;
use crate::error::ApiError;
use crate::model::{
    Account, Annotation, Comment, Commit, CommitListing, CommitRange, CommitStatus, DiffOptions,
    FileChange, FileVersion, Folder, Hook, HookUpdate, Issue, Listing, NewAnnotation, NewComment,
    NewCommitStatus, NewHook, NewIssue, NewReport, PullRequest, PullRequestQuery,
    PullRequestsOfCommit, Reference, ReferenceQuery, Report, Repository, RepositoryQuery,
    SourceEntry, WorkspaceAccess, WorkspaceDetails,
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

    #[async_trait]
    impl History for BitbucketApi {
        async fn commit(&self, repository: &RepoRef, commit: &CommitSha) -> Result<Commit, ApiError>;
        async fn merge_base(
            &self,
            repository: &RepoRef,
            range: &RevisionRange,
        ) -> Result<Commit, ApiError>;
        async fn changed_files_between(
            &self,
            repository: &RepoRef,
            range: &RevisionRange,
            limit: usize,
        ) -> Result<Listing<FileChange>, ApiError>;
        async fn file_history(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            path: &FilePath,
            limit: usize,
        ) -> Result<Listing<FileVersion>, ApiError>;
    }

    #[async_trait]
    impl Refs for BitbucketApi {
        async fn references(
            &self,
            repository: &RepoRef,
            query: &ReferenceQuery,
            limit: usize,
        ) -> Result<Listing<Reference>, ApiError>;
        async fn branches(
            &self,
            repository: &RepoRef,
            limit: usize,
        ) -> Result<Listing<Reference>, ApiError>;
        async fn tags(
            &self,
            repository: &RepoRef,
            limit: usize,
        ) -> Result<Listing<Reference>, ApiError>;
        async fn branch(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError>;
        async fn tag(&self, repository: &RepoRef, name: &Revision) -> Result<Reference, ApiError>;
    }

    #[async_trait]
    impl Sources for BitbucketApi {
        async fn source_exists(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            path: &FilePath,
        ) -> Result<bool, ApiError>;
        async fn source_entry(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            path: &FilePath,
        ) -> Result<SourceEntry, ApiError>;
        async fn directory(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            folder: &Folder,
            limit: usize,
        ) -> Result<Listing<SourceEntry>, ApiError>;
        async fn source_stream(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            path: &FilePath,
        ) -> Result<StreamedAnswer, ApiError>;
        async fn source_file(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            path: &FilePath,
        ) -> Result<Bytes, ApiError>;
    }

    #[async_trait]
    impl Diffs for BitbucketApi {
        async fn diff(
            &self,
            repository: &RepoRef,
            spec: &DiffSpec,
            options: &DiffOptions,
        ) -> Result<StreamedAnswer, ApiError>;
        async fn patch(
            &self,
            repository: &RepoRef,
            spec: &DiffSpec,
        ) -> Result<StreamedAnswer, ApiError>;
    }

    #[async_trait]
    impl PullRequestComments for BitbucketApi {
        async fn pull_request_comments(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            limit: usize,
        ) -> Result<Listing<Comment>, ApiError>;
        async fn pull_request_comment(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            comment: CommentId,
        ) -> Result<Comment, ApiError>;
        async fn comment_on_pull_request(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            comment: &NewComment,
        ) -> Result<Comment, ApiError>;
        async fn edit_pull_request_comment(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            comment: CommentId,
            text: &str,
        ) -> Result<Comment, ApiError>;
        async fn delete_pull_request_comment(
            &self,
            repository: &RepoRef,
            id: PullRequestId,
            comment: CommentId,
        ) -> Result<(), ApiError>;
    }

    #[async_trait]
    impl CommitStatuses for BitbucketApi {
        async fn statuses(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            limit: usize,
        ) -> Result<Listing<CommitStatus>, ApiError>;
        async fn status(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            key: &StatusKey,
        ) -> Result<CommitStatus, ApiError>;
        async fn report_status(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            status: &NewCommitStatus,
        ) -> Result<CommitStatus, ApiError>;
    }

    #[async_trait]
    impl CodeInsights for BitbucketApi {
        async fn reports(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            limit: usize,
        ) -> Result<Listing<Report>, ApiError>;
        async fn report(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            report: &ReportId,
        ) -> Result<Report, ApiError>;
        async fn write_report(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            id: &ReportId,
            report: &NewReport,
        ) -> Result<Report, ApiError>;
        async fn delete_report(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            report: &ReportId,
        ) -> Result<(), ApiError>;
        async fn annotations(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            report: &ReportId,
            limit: usize,
        ) -> Result<Listing<Annotation>, ApiError>;
        async fn write_annotations(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            report: &ReportId,
            annotations: &[NewAnnotation],
        ) -> Result<Vec<Annotation>, ApiError>;
        async fn delete_annotation(
            &self,
            repository: &RepoRef,
            commit: &CommitSha,
            report: &ReportId,
            annotation: &AnnotationId,
        ) -> Result<(), ApiError>;
    }

    #[async_trait]
    impl Issues for BitbucketApi {
        async fn issue(&self, repository: &RepoRef, id: IssueId) -> Result<Issue, ApiError>;
        async fn create_issue(&self, repository: &RepoRef, issue: &NewIssue)
        -> Result<Issue, ApiError>;
        async fn search_issues(
            &self,
            repository: &RepoRef,
            filter: &Filter,
            limit: usize,
        ) -> Result<Listing<Issue>, ApiError>;
        async fn issue_comments(
            &self,
            repository: &RepoRef,
            id: IssueId,
            limit: usize,
        ) -> Result<Listing<Comment>, ApiError>;
        async fn comment_on_issue(
            &self,
            repository: &RepoRef,
            id: IssueId,
            text: &str,
        ) -> Result<Comment, ApiError>;
    }
}
