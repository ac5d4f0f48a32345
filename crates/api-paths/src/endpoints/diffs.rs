//! What changed between two points of history.

use crate::{DiffSpec, Endpoint, Operation, RepoRef};

static DIFFSTAT: Operation = Operation::get(
    "compareTwoCommitDiffStats",
    "/2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}",
);
static DIFF: Operation = Operation::get(
    "compareTwoCommits",
    "/2.0/repositories/{workspace}/{repo_slug}/diff/{spec}",
);

/// `GET /2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}`: the changed files with their line counts, in pages.
///
/// Takes `path` (repeated), `ignore_whitespace`, `renames` and `topic`. The documentation names no default for `topic`, so send it:
/// `false` compares the two sides (two dots in git), `true` the new side with the merge base (three dots).
#[must_use]
pub fn diffstat(repository: &RepoRef, spec: &DiffSpec) -> Endpoint {
    Endpoint::in_repository(&DIFFSTAT, repository, &[spec.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/diff/{spec}`: the changes as git writes them, raw bytes, no pages.
///
/// Takes `path` (repeated), `context`, `ignore_whitespace`, `binary`, `renames` and `topic` (`true` when omitted). A diff that takes
/// too long is answered with 555.
#[must_use]
pub fn diff(repository: &RepoRef, spec: &DiffSpec) -> Endpoint {
    Endpoint::in_repository(&DIFF, repository, &[spec.into()])
}
