//! One module per resource: its operations as constants, and the functions that fill them in.

pub mod commits;
pub mod diffs;
pub mod hooks;
pub mod pull_requests;
pub mod repositories;
pub mod sources;
pub mod users;
pub mod workspaces;
