//! One module per resource: its operations as constants, and the functions that fill them in.

pub mod addon;
pub mod commits;
pub mod diffs;
pub mod hook_events;
pub mod hooks;
pub mod issues;
pub mod pull_request_comments;
pub mod pull_request_tasks;
pub mod pull_requests;
pub mod refs;
pub mod removed;
pub mod reports;
pub mod repositories;
pub mod reviewers;
pub mod search;
pub mod sources;
pub mod statuses;
pub mod users;
pub mod workspace_hooks;
pub mod workspaces;

/// The operations of every resource.
pub(crate) static OPERATIONS: &[&[&crate::Operation]] = &[
    repositories::OPERATIONS,
    commits::OPERATIONS,
    diffs::OPERATIONS,
    sources::OPERATIONS,
    refs::OPERATIONS,
    hooks::OPERATIONS,
    workspace_hooks::OPERATIONS,
    hook_events::OPERATIONS,
    workspaces::OPERATIONS,
    users::OPERATIONS,
    pull_requests::OPERATIONS,
    pull_request_comments::OPERATIONS,
    pull_request_tasks::OPERATIONS,
    reviewers::OPERATIONS,
    statuses::OPERATIONS,
    reports::OPERATIONS,
    issues::OPERATIONS,
    search::OPERATIONS,
    addon::OPERATIONS,
    removed::OPERATIONS,
];
