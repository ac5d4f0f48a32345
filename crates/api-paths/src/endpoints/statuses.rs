//! Build statuses of a commit. Writing them needs no more than the scope for reading.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, Body, CommitSha, Endpoint, Paging, RepoRef, StatusKey};

operations! {
    LIST = get("listCommitStatusesForACommit",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(&["refname", "q", "sort"]);
    CREATE = post("createABuildStatusForACommit",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build")
        .needs(Access::REPOSITORY)
        .sends(Body::STATUS);
    READ = get("getABuildStatusForACommit",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}")
        .needs(Access::REPOSITORY);
    UPDATE = put("updateABuildStatusForACommit",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}")
        .needs(Access::REPOSITORY)
        .sends(Body::STATUS);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses`:
/// the statuses, in pages. Takes `refname`, `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[commit.into()])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build`:
/// creates a status, or overwrites the one with the same `key`; `key` and `state` are needed.
#[must_use]
pub fn create(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[commit.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}`: one status.
#[must_use]
pub fn read(repository: &RepoRef, commit: &CommitSha, key: &StatusKey) -> Endpoint {
    Endpoint::in_repository(
        &READ,
        repository,
        &[commit.into(), Part::Text(key.as_str())],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}`: changes all of a status but its key.
#[must_use]
pub fn update(repository: &RepoRef, commit: &CommitSha, key: &StatusKey) -> Endpoint {
    Endpoint::in_repository(
        &UPDATE,
        repository,
        &[commit.into(), Part::Text(key.as_str())],
    )
}
