//! Commits.

use crate::operation::{operations, request};
use crate::{Access, Body, CommitSha, Endpoint, Paging, RepoRef, Revision};

operations! {
    LIST = get("listCommits", "/2.0/repositories/{workspace}/{repo_slug}/commits")
        .needs(Access::REPOSITORY).paged(Paging::COMMITS)
        .takes(request::COMMITS);
    OF_REVISION = get("listCommitsForRevision",
        "/2.0/repositories/{workspace}/{repo_slug}/commits/{revision}")
        .needs(Access::REPOSITORY).paged(Paging::COMMITS)
        .takes(request::COMMITS);
    LIST_BY_FORM = post("listCommitsWithIncludeexclude", "/2.0/repositories/{workspace}/{repo_slug}/commits")
        .needs(Access::REPOSITORY).paged(Paging::COMMITS)
        .sends(Body::form(request::COMMITS));
    OF_REVISION_BY_FORM = post("listCommitsForRevisionUsingIncludeexclude",
        "/2.0/repositories/{workspace}/{repo_slug}/commits/{revision}")
        .needs(Access::REPOSITORY).paged(Paging::COMMITS)
        .sends(Body::form(request::COMMITS));
    ONE = get("getACommit", "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}")
        .needs(Access::REPOSITORY);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commits`: commits in pages, newest first in topological order.
///
/// Chosen with [`Query::include`](crate::Query::include), [`exclude`](crate::Query::exclude) and [`path`](crate::Query::path), each
/// as often as needed; without `include`, all branches.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commits/{revision}`: commits reachable from `revision`, in pages.
///
/// With `exclude`, the commits that are in `revision` but not in another: arguments in their natural order.
#[must_use]
pub fn of_revision(repository: &RepoRef, revision: &Revision) -> Endpoint {
    Endpoint::in_repository(&OF_REVISION, repository, &[revision.into()])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/commits`:
/// [`list`], with `include` and `exclude` in a form body for long lists.
///
/// The body is [`Query::as_str`](crate::Query::as_str) with content type `application/x-www-form-urlencoded`. Creates nothing.
#[must_use]
pub fn list_by_form(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST_BY_FORM, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/commits/{revision}`: [`of_revision`], with the lists in a form body.
#[must_use]
pub fn of_revision_by_form(repository: &RepoRef, revision: &Revision) -> Endpoint {
    Endpoint::in_repository(&OF_REVISION_BY_FORM, repository, &[revision.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}`: one commit; 404 when it is not there.
#[must_use]
pub fn one(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&ONE, repository, &[commit.into()])
}
