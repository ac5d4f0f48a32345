//! Repositories.

use core::iter;

use crate::endpoint::Part;
use crate::{Endpoint, Operation, RepoRef, Workspace};

static READ: Operation = Operation::get(
    "getARepository",
    "/2.0/repositories/{workspace}/{repo_slug}",
);
static LIST: Operation = Operation::get(
    "listRepositoriesInAWorkspace",
    "/2.0/repositories/{workspace}",
);

/// `GET /2.0/repositories/{workspace}/{repo_slug}`: one repository.
#[must_use]
pub fn repository(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[])
}

/// `GET /2.0/repositories/{workspace}`: the repositories of a workspace, in pages.
///
/// Takes `role` (`admin`, `contributor`, `member`, `owner`), `q` and `sort`.
#[must_use]
pub fn list(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&LIST, iter::once(Part::Text(workspace.as_str())))
}
