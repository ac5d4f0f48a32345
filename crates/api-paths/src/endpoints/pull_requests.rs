//! Pull requests.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{
    Access, Body, CommitSha, Endpoint, MergeTaskId, Paging, PullRequestId, RepoRef, UserRef,
    Workspace,
};

operations! {
    LIST = get("listPullRequests", "/2.0/repositories/{workspace}/{repo_slug}/pullrequests")
        .needs(Access::PULL_REQUEST).paged(Paging::PULL_REQUESTS)
        .takes(request::PULL_REQUESTS);
    CREATE = post("createAPullRequest", "/2.0/repositories/{workspace}/{repo_slug}/pullrequests")
        .needs(Access::WRITE_PULL_REQUEST)
        .sends(Body::PULL_REQUEST);
    READ = get("getAPullRequest", "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}")
        .needs(Access::PULL_REQUEST);
    UPDATE = put("updateAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}")
        .needs(Access::WRITE_PULL_REQUEST)
        .sends(Body::PULL_REQUEST);
    COMMITS = get("listCommitsOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/commits")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    DIFF = get("listChangesInAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diff")
        .needs(Access::PULL_REQUEST);
    DIFFSTAT = get("getTheDiffStatForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diffstat")
        .needs(Access::PULL_REQUEST);
    PATCH = get("getThePatchForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/patch")
        .needs(Access::PULL_REQUEST);
    CONFLICTS = get("getFileConflictsForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/conflicts")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    ACTIVITY = get("getRepositoriesPullrequestsActivity",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    ACTIVITY_OF_ALL = get("listAPullRequestActivityLog",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/activity")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    STATUSES = get("listCommitStatusesForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/statuses")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL)
        .takes(request::FILTERED);
    APPROVE = post("approveAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve")
        .needs(Access::WRITE_PULL_REQUEST);
    UNAPPROVE = delete("unapproveAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve")
        .needs(Access::WITHDRAW_FROM_PULL_REQUEST);
    REQUEST_CHANGES = post("requestChangesForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes")
        .needs(Access::WRITE_PULL_REQUEST);
    WITHDRAW_REQUEST = delete("removeChangeRequestForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes")
        .needs(Access::WITHDRAW_FROM_PULL_REQUEST);
    MERGE = post("mergeAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge")
        .needs(Access::WRITE_PULL_REQUEST)
        .takes(&["async"])
        .sends(Body::object(&["message", "merge_strategy", "close_source_branch"]));
    MERGE_STATUS = get("getTheMergeTaskStatusForAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge/task-status/{task_id}")
        .needs(Access::PULL_REQUEST);
    DECLINE = post("declineAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline")
        .needs(Access::WRITE_PULL_REQUEST);
    OF_COMMIT = get("getPullrequestsForCommit",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/pullrequests")
        .needs(Access::PULL_REQUEST).paged(Paging::OF_COMMIT);
    OF_USER = get("listWorkspacePullRequestsForAUser",
        "/2.0/workspaces/{workspace}/pullrequests/{selected_user}")
        .needs(Access::PULL_REQUEST).paged(Paging::PULL_REQUESTS)
        .takes(&["state"]);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests`: the pull requests, in pages, without reviewers and participants.
///
/// Takes `state` (repeated; `OPEN` when omitted), `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests`:
/// creates a pull request; `title` and `source.branch.name` are needed.
#[must_use]
pub fn create(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}`: one pull request.
#[must_use]
pub fn read(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[Part::Number(pull_request.value())])
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}`: changes an open pull request.
#[must_use]
pub fn update(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&UPDATE, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/commits`:
/// the commits that it would merge, in pages.
#[must_use]
pub fn commits(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&COMMITS, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diff`:
/// redirects (302) to the repository's diff. Follow it, and never build its spec.
#[must_use]
pub fn diff(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&DIFF, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diffstat`:
/// redirects (302) to the repository's diffstat.
#[must_use]
pub fn diffstat(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&DIFFSTAT, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/patch`:
/// redirects (302) to the repository's patch.
#[must_use]
pub fn patch(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&PATCH, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/conflicts`:
/// the files that conflict, in pages. New in 2026.
#[must_use]
pub fn conflicts(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(
        &CONFLICTS,
        repository,
        &[Part::Number(pull_request.value())],
    )
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity`:
/// comments, updates and approvals in the order they came, in pages.
#[must_use]
pub fn activity(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&ACTIVITY, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/activity`: the activity of all pull requests, in pages.
#[must_use]
pub fn activity_of_all(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&ACTIVITY_OF_ALL, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/statuses`:
/// the build statuses of its commits, in pages. Takes `q` and `sort`.
#[must_use]
pub fn statuses(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&STATUSES, repository, &[Part::Number(pull_request.value())])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve`: approves, as the caller.
#[must_use]
pub fn approve(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&APPROVE, repository, &[Part::Number(pull_request.value())])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve`: takes the caller's approval back.
#[must_use]
pub fn unapprove(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(
        &UNAPPROVE,
        repository,
        &[Part::Number(pull_request.value())],
    )
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes`:
/// asks for changes, as the caller.
#[must_use]
pub fn request_changes(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(
        &REQUEST_CHANGES,
        repository,
        &[Part::Number(pull_request.value())],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes`:
/// takes the caller's request for changes back.
#[must_use]
pub fn withdraw_change_request(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(
        &WITHDRAW_REQUEST,
        repository,
        &[Part::Number(pull_request.value())],
    )
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge`:
/// merges; 202 with the address of a [`merge_status`] when it takes long or with `async=true`.
#[must_use]
pub fn merge(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&MERGE, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge/task-status/{task_id}`:
/// how a merge is getting on.
#[must_use]
pub fn merge_status(
    repository: &RepoRef,
    pull_request: PullRequestId,
    task: &MergeTaskId,
) -> Endpoint {
    Endpoint::in_repository(
        &MERGE_STATUS,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Text(task.as_str()),
        ],
    )
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline`: declines.
#[must_use]
pub fn decline(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&DECLINE, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/pullrequests`:
/// the pull requests through which a commit was reviewed, in pages.
///
/// 202 while the repository is being indexed; 404 until the app "Pull Request Commit Links" is installed.
#[must_use]
pub fn of_commit(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&OF_COMMIT, repository, &[commit.into()])
}

/// `GET /2.0/workspaces/{workspace}/pullrequests/{selected_user}`:
/// the pull requests that a user opened in a workspace, in pages. Takes `state` (repeated).
#[must_use]
pub fn of_user(workspace: &Workspace, user: &UserRef) -> Endpoint {
    Endpoint::spell(&OF_USER, &[workspace.into(), Part::Text(user.as_str())])
}
