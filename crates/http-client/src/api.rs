//! What can be asked of Bitbucket, cut by capability, so that a user of one capability can be given just that.

mod commits;
mod hooks;
mod repositories;
mod workspaces;

pub use self::commits::Commits;
pub use self::hooks::Hooks;
pub use self::repositories::Repositories;
pub use self::workspaces::Workspaces;

#[cfg(any(test, feature = "mock"))]
pub use self::{
    commits::MockCommits, hooks::MockHooks, mock::MockBitbucketApi, repositories::MockRepositories,
    workspaces::MockWorkspaces,
};

#[cfg(any(test, feature = "mock"))]
mod mock;

/// Every capability of an integration together; whoever has them all has this.
pub trait BitbucketApi: Repositories + Commits + Hooks + Workspaces {}

impl<T: Repositories + Commits + Hooks + Workspaces + ?Sized> BitbucketApi for T {}
