//! Tasks of a pull request. Writing them needs no more than the scope for reading.

use crate::endpoint::Part;
use crate::operation::{operations, request};
use crate::{Access, Body, Endpoint, Paging, PullRequestId, RepoRef, TaskId};

operations! {
    LIST = get("listTasksOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL)
        .takes(request::FILTERED);
    CREATE = post("createATaskOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks")
        .needs(Access::PULL_REQUEST)
        .sends(Body::object(&["content", "comment"]));
    READ = get("getATaskOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}")
        .needs(Access::PULL_REQUEST);
    UPDATE = put("updateATaskOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}")
        .needs(Access::PULL_REQUEST)
        .sends(Body::object(&["content", "state"]));
    DELETE = delete("deleteATaskOnAPullRequest",
        "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}")
        .needs(Access::PULL_REQUEST);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks`:
/// the tasks, in pages. Takes `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[Part::Number(pull_request.value())])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks`: creates a task.
#[must_use]
pub fn create(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&CREATE, repository, &[Part::Number(pull_request.value())])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}`: one task.
#[must_use]
pub fn read(repository: &RepoRef, pull_request: PullRequestId, task: TaskId) -> Endpoint {
    Endpoint::in_repository(
        &READ,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(task.value()),
        ],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}`: changes a task or its state.
#[must_use]
pub fn update(repository: &RepoRef, pull_request: PullRequestId, task: TaskId) -> Endpoint {
    Endpoint::in_repository(
        &UPDATE,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(task.value()),
        ],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}`: removes a task.
#[must_use]
pub fn delete(repository: &RepoRef, pull_request: PullRequestId, task: TaskId) -> Endpoint {
    Endpoint::in_repository(
        &DELETE,
        repository,
        &[
            Part::Number(pull_request.value()),
            Part::Number(task.value()),
        ],
    )
}
