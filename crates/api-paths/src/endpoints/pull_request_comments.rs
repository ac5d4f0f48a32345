//! Comments on a pull request. Writing them needs no more than the scope for reading.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{Access, Body, CommentId, Endpoint, Paging, PullRequestId, RepoRef};

operations! {
    LIST = get("listCommentsOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL)
        .takes(request::FILTERED);
    CREATE = post("createACommentOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments")
        .needs(Access::PULL_REQUEST)
        .sends(Body::object(&["content", "parent", "inline"]));
    READ = get("getACommentOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}")
        .needs(Access::PULL_REQUEST);
    UPDATE = put("updateACommentOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}")
        .needs(Access::PULL_REQUEST)
        .sends(Body::TEXT);
    DELETE = delete("deleteACommentOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}")
        .needs(Access::PULL_REQUEST);
    RESOLVE = post("resolveACommentThread",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve")
        .needs(Access::PULL_REQUEST);
    REOPEN = delete("reopenACommentThread",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve")
        .needs(Access::PULL_REQUEST);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments`:
/// the comments, in pages, oldest first. Takes `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[Part::Number(pull_request.value())])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments`:
/// writes a comment; the body holds `content.raw`.
#[must_use]
pub fn create(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}`: one comment.
#[must_use]
pub fn read(repository: &RepoRef, pull_request: PullRequestId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &READ,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(comment.value()),
        ],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}`: changes a comment.
#[must_use]
pub fn update(repository: &RepoRef, pull_request: PullRequestId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &UPDATE,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(comment.value()),
        ],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}`: removes a comment.
#[must_use]
pub fn delete(repository: &RepoRef, pull_request: PullRequestId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &DELETE,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(comment.value()),
        ],
    )
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve`:
/// resolves the thread under a top-level comment; 409 when it is resolved already.
#[must_use]
pub fn resolve(repository: &RepoRef, pull_request: PullRequestId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &RESOLVE,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(comment.value()),
        ],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve`:
/// opens the thread again.
#[must_use]
pub fn reopen(repository: &RepoRef, pull_request: PullRequestId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &REOPEN,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(comment.value()),
        ],
    )
}
