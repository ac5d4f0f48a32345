//! What can be asked of Bitbucket, cut by capability, so that a user of one capability can be given just that.

mod commits;
mod current_access;
mod history;
mod hooks;
mod issues;
mod pull_requests;
mod refs;
mod repositories;
mod repository_lists;
mod sources;
mod statuses;
mod workspace_hooks;
mod workspaces;

pub use self::commits::Commits;
pub use self::current_access::CurrentAccess;
pub use self::history::History;
pub use self::hooks::Hooks;
pub use self::issues::Issues;
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
    commits::MockCommits, current_access::MockCurrentAccess, history::MockHistory,
    hooks::MockHooks, issues::MockIssues, mock::MockBitbucketApi, pull_requests::MockPullRequests,
    refs::MockRefs, repositories::MockRepositories, repository_lists::MockRepositoryLists,
    sources::MockSources, statuses::MockCommitStatuses, workspace_hooks::MockWorkspaceHooks,
    workspaces::MockWorkspaces,
};

#[cfg(any(test, feature = "mock"))]
mod mock;

/// Every capability of an integration together; whoever has them all has this.
pub trait BitbucketApi: Repositories + Commits + Hooks + Workspaces {}

impl<T: Repositories + Commits + Hooks + Workspaces + ?Sized> BitbucketApi for T {}
