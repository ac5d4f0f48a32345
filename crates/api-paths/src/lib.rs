#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod encoding;
mod endpoint;
mod endpoints;
mod error;
mod filter;
mod identifiers;
mod method;
#[cfg(doctest)]
mod misuse;
mod operation;
mod query;
mod recognise;
pub mod site;
#[cfg(feature = "serde")]
mod wire;

pub use endpoint::Endpoint;
pub use endpoints::{
    addon, commits, diffs, hook_events, hooks, issues, pull_request_comments, pull_request_tasks,
    pull_requests, refs, removed, reports, repositories, reviewers, search, sources, statuses,
    users, workspace_hooks, workspaces,
};
pub use error::{ParseError, Reason};
pub use filter::{Field, Filter, FilterText, FilterTime, FilterValue};
pub use identifiers::{
    AccountId, AnnotationId, AppKey, CommentId, CommitSha, DiffSpec, FilePath, HookSubject,
    HookUuid, IssueId, LinkerKey, LinkerValueId, MergeTaskId, PullRequestId, RepoFullName, RepoRef,
    RepoSlug, RepoUuid, ReportId, Revision, RevisionRange, StatusKey, TaskId, UserRef, UserUuid,
    Workspace, WorkspaceUuid,
};
pub use method::Method;
pub use operation::{
    Access, Body, BodyKind, Certainty, Fact, GranularScope, Lifecycle, Operation, Paging, Scope,
};
pub use query::Query;
pub use recognise::AddressError;
pub use site::SiteEndpoint;
