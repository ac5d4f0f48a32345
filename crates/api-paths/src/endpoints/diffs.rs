//! What changed between two points of history.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, DiffSpec, Endpoint, Paging, RepoRef, RevisionRange};

operations! {
    DIFFSTAT = get("compareTwoCommitDiffStats", "/2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}")
        .needs(Access::REPOSITORY).paged(Paging::DIFFSTAT)
        .takes(&["path", "ignore_whitespace", "renames", "topic"]);
    DIFF = get("compareTwoCommits", "/2.0/repositories/{workspace}/{repo_slug}/diff/{spec}")
        .needs(Access::REPOSITORY)
        .takes(&["path", "context", "ignore_whitespace", "binary", "renames", "topic"]);
    PATCH = get("getAPatchForTwoCommits", "/2.0/repositories/{workspace}/{repo_slug}/patch/{spec}")
        .needs(Access::REPOSITORY);
    MERGE_BASE = get("getTheCommonAncestorBetweenTwoCommits",
        "/2.0/repositories/{workspace}/{repo_slug}/merge-base/{revspec}")
        .needs(Access::REPOSITORY);
    FILE_CONFLICTS = get("getFileConflictsForACommitSpec",
        "/2.0/repositories/{workspace}/{repo_slug}/file-conflicts/{spec}")
        .needs(Access::REPOSITORY).paged(Paging::USUAL);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}`: the changed files with their line counts, in pages.
///
/// Takes `path` (repeated), `ignore_whitespace`, `renames` and `topic`. The documentation names no default for `topic`, so send it:
/// `false` compares the two sides (two dots in git), `true` the new side with the merge base (three dots). A comparison that takes
/// too long is answered with 555.
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

/// `GET /2.0/repositories/{workspace}/{repo_slug}/patch/{spec}`:
/// the commits as a raw series of patches, no pages; takes no `path`.
#[must_use]
pub fn patch(repository: &RepoRef, spec: &DiffSpec) -> Endpoint {
    Endpoint::in_repository(&PATCH, repository, &[spec.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/merge-base/{revspec}`:
/// the best common ancestor of the two, one of possibly many.
#[must_use]
pub fn merge_base(repository: &RepoRef, range: &RevisionRange) -> Endpoint {
    Endpoint::in_repository(&MERGE_BASE, repository, &[Part::Range(range)])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/file-conflicts/{spec}`: the files that would conflict, in pages. New in 2026.
#[must_use]
pub fn file_conflicts(repository: &RepoRef, spec: &DiffSpec) -> Endpoint {
    Endpoint::in_repository(&FILE_CONFLICTS, repository, &[spec.into()])
}
