//! Pull requests.

use crate::endpoint::Part;
use crate::{Endpoint, Operation, PullRequestId, RepoRef};

static READ: Operation = Operation::get(
    "getAPullRequest",
    "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}",
);

/// `GET /2.0/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}`: one pull request.
#[must_use]
pub fn read(repository: &RepoRef, pull_request: PullRequestId) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[Part::Number(pull_request.value())])
}
