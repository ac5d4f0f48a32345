#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod encoding;
mod endpoint;
mod endpoints;
mod error;
mod identifiers;
mod method;
mod operation;
mod query;
#[cfg(feature = "serde")]
mod wire;

pub use endpoint::Endpoint;
pub use endpoints::{
    commits, diffs, hooks, pull_requests, repositories, sources, users, workspaces,
};
pub use error::{ParseError, Reason};
pub use identifiers::{
    AccountId, AnnotationId, CommentId, CommitSha, DiffSpec, FilePath, HookUuid, IssueId,
    PullRequestId, RepoFullName, RepoRef, RepoSlug, RepoUuid, ReportId, Revision, RevisionRange,
    StatusKey, TaskId, UserRef, UserUuid, Workspace, WorkspaceUuid,
};
pub use method::Method;
pub use operation::Operation;
pub use query::Query;
