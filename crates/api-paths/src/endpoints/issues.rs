//! Bitbucket's own issue tracker, removed on 2026-08-20: every address here answers 410 with `CHANGE-3071`.
//!
//! They are spelled still, so that a client can say so to a person, and for recordings of older traffic.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{Access, Body, CommentId, Endpoint, IssueId, Lifecycle, Paging, RepoRef};

operations! {
    LIST = get("listIssues", "/2.0/repositories/{workspace}/{repo_slug}/issues")
        .needs(Access::READ_ISSUE).paged(Paging::USUAL)
        .fate(Lifecycle::ISSUE_TRACKER)
        .takes(request::FILTERED);
    CREATE = post("createAnIssue", "/2.0/repositories/{workspace}/{repo_slug}/issues")
        .needs(Access::CREATE_ISSUE).fate(Lifecycle::ISSUE_TRACKER)
        .sends(Body::ISSUE);
    READ = get("getAnIssue", "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}")
        .needs(Access::READ_ISSUE).fate(Lifecycle::ISSUE_TRACKER);
    UPDATE = put("updateAnIssue", "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}")
        .needs(Access::WRITE_ISSUE).fate(Lifecycle::ISSUE_TRACKER)
        .sends(Body::ISSUE);
    DELETE = delete("deleteAnIssue", "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}")
        .needs(Access::DELETE_ISSUE).fate(Lifecycle::ISSUE_TRACKER);
    COMMENTS = get("listCommentsOnAnIssue",
        "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments")
        .needs(Access::READ_ISSUE).paged(Paging::USUAL)
        .fate(Lifecycle::ISSUE_TRACKER)
        .takes(request::FILTERED);
    CREATE_COMMENT = post("createACommentOnAnIssue",
        "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments")
        .needs(Access::WRITE_ISSUE).fate(Lifecycle::ISSUE_TRACKER)
        .sends(Body::TEXT);
    COMMENT = get("getACommentOnAnIssue",
        "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}")
        .needs(Access::READ_ISSUE).fate(Lifecycle::ISSUE_TRACKER);
    UPDATE_COMMENT = put("updateACommentOnAnIssue",
        "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}")
        .needs(Access::WRITE_ISSUE).fate(Lifecycle::ISSUE_TRACKER)
        .sends(Body::TEXT);
    DELETE_COMMENT = delete("deleteACommentOnAnIssue",
        "/2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}")
        .needs(Access::WRITE_ISSUE).fate(Lifecycle::ISSUE_TRACKER);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/issues`: the issues, in pages. Took `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/issues`: created an issue; `title` was needed.
#[must_use]
pub fn create(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}`: one issue.
#[must_use]
pub fn read(repository: &RepoRef, issue: IssueId) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[Part::Number(issue.value())])
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}`: changed an issue.
#[must_use]
pub fn update(repository: &RepoRef, issue: IssueId) -> Endpoint {
    Endpoint::in_repository(&UPDATE, repository, &[Part::Number(issue.value())])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}`: removed an issue.
#[must_use]
pub fn delete(repository: &RepoRef, issue: IssueId) -> Endpoint {
    Endpoint::in_repository(&DELETE, repository, &[Part::Number(issue.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments`: the comments, in pages.
#[must_use]
pub fn comments(repository: &RepoRef, issue: IssueId) -> Endpoint {
    Endpoint::in_repository(&COMMENTS, repository, &[Part::Number(issue.value())])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments`: wrote a comment; the body held `content.raw`.
#[must_use]
pub fn create_comment(repository: &RepoRef, issue: IssueId) -> Endpoint {
    Endpoint::in_repository(&CREATE_COMMENT, repository, &[Part::Number(issue.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}`: one comment.
#[must_use]
pub fn comment(repository: &RepoRef, issue: IssueId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &COMMENT,
        repository,
        &[Part::Number(issue.value()), Part::Number(comment.value())],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}`: changed a comment.
#[must_use]
pub fn update_comment(repository: &RepoRef, issue: IssueId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &UPDATE_COMMENT,
        repository,
        &[Part::Number(issue.value()), Part::Number(comment.value())],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}`: removed a comment.
#[must_use]
pub fn delete_comment(repository: &RepoRef, issue: IssueId, comment: CommentId) -> Endpoint {
    Endpoint::in_repository(
        &DELETE_COMMENT,
        repository,
        &[Part::Number(issue.value()), Part::Number(comment.value())],
    )
}
