//! What the API's document says of types that are declared in other crates.
//!
//! Each is the double of the type of its name; nothing is ever read into it or written from it.

#![expect(
    dead_code,
    reason = "they are read by the macro that makes the document, and never built"
)]

use utoipa::ToSchema;

/// Where a job is in its life.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum JobState {
    /// It waits for its time and a worker.
    Ready,
    /// A worker has it.
    Running,
    /// It is done.
    Done,
    /// It was given up.
    Dead,
}

/// How far a release is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ReleaseState {
    /// It is on its way to the tracker.
    Pending,
    /// The tracker has it.
    Published,
    /// It was given up.
    Failed,
}

/// Whether a repository is ready.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum RepositoryState {
    /// Its hook is yet to be created.
    Pending,
    /// Its pushes arrive.
    Active,
    /// It is gone at Bitbucket, or out of reach.
    Disabled,
}

/// What a push does to the issues that its commits name.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum PushPolicy {
    /// The issue is told.
    Comment,
    /// It is remembered and nobody is told.
    Record,
}

/// What a key may do: each may also do what those before it may.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum ApiScope {
    /// Look.
    Read,
    /// What a pipeline does: releases, deploys, replays.
    Write,
    /// Everything.
    Admin,
}

/// Where a pull request stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub(crate) enum PullRequestStanding {
    /// It waits.
    Open,
    /// It was merged.
    Merged,
    /// It was declined.
    Declined,
    /// Another one took its place.
    Superseded,
}

/// Why something failed.
#[derive(ToSchema)]
pub(crate) struct Failure {
    /// A stable name, for programs.
    pub(crate) code: String,
    /// What is wrong, for a person.
    pub(crate) message: String,
}

/// A rule of a CODEOWNERS file.
#[derive(ToSchema)]
pub(crate) struct OwnerRule {
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Which paths it is for.
    pub(crate) pattern: String,
    /// Who owns them.
    pub(crate) owners: Vec<String>,
}

/// A line that is neither rule nor remark.
#[derive(ToSchema)]
pub(crate) struct UnreadLine {
    /// Its number, from 1.
    pub(crate) line: usize,
    /// What is wrong with it.
    pub(crate) reason: String,
}
