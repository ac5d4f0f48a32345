//! What can be asked of Bitbucket, cut by capability, so that a user of one capability can be given just that.

mod addon;
mod code_insights;
mod commits;
mod current_access;
mod diffs;
mod history;
mod hook_events;
mod hooks;
mod issues;
mod permissions;
mod pull_request_comments;
mod pull_requests;
mod refs;
mod repositories;
mod repository_lists;
mod sources;
mod statuses;
mod workspace_hooks;
mod workspaces;

pub use self::addon::Addon;
pub use self::code_insights::CodeInsights;
pub use self::commits::Commits;
pub use self::current_access::CurrentAccess;
pub use self::diffs::Diffs;
pub use self::history::History;
pub use self::hook_events::HookEvents;
pub use self::hooks::Hooks;
pub use self::issues::Issues;
pub use self::permissions::Permissions;
pub use self::pull_request_comments::PullRequestComments;
pub use self::pull_requests::PullRequests;
pub use self::refs::Refs;
pub use self::repositories::Repositories;
pub use self::repository_lists::RepositoryLists;
pub use self::sources::Sources;
pub use self::statuses::CommitStatuses;
pub use self::workspace_hooks::WorkspaceHooks;
pub use self::workspaces::Workspaces;

#[cfg(any(test, feature = "mock"))]
pub use self::{
    addon::MockAddon, code_insights::MockCodeInsights, commits::MockCommits,
    current_access::MockCurrentAccess, diffs::MockDiffs, history::MockHistory,
    hook_events::MockHookEvents, hooks::MockHooks, issues::MockIssues, mock::MockBitbucketApi,
    permissions::MockPermissions, pull_request_comments::MockPullRequestComments,
    pull_requests::MockPullRequests, refs::MockRefs, repositories::MockRepositories,
    repository_lists::MockRepositoryLists, sources::MockSources, statuses::MockCommitStatuses,
    workspace_hooks::MockWorkspaceHooks, workspaces::MockWorkspaces,
};

#[cfg(any(test, feature = "mock"))]
mod mock;

/// Every capability of an integration together; whoever has them all has this.
pub trait BitbucketApi:
    Repositories
    + RepositoryLists
    + Commits
    + History
    + Refs
    + Sources
    + Diffs
    + PullRequests
    + PullRequestComments
    + CommitStatuses
    + CodeInsights
    + Issues
    + Hooks
    + WorkspaceHooks
    + Workspaces
    + CurrentAccess
{
}

impl<T> BitbucketApi for T where
    T: Repositories
        + RepositoryLists
        + Commits
        + History
        + Refs
        + Sources
        + Diffs
        + PullRequests
        + PullRequestComments
        + CommitStatuses
        + CodeInsights
        + Issues
        + Hooks
        + WorkspaceHooks
        + Workspaces
        + CurrentAccess
        + ?Sized
{
}
