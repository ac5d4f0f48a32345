//! Repositories.

use crate::operation::operations;
use crate::{Access, Endpoint, Paging, RepoRef, Workspace};

operations! {
    READ = get("getARepository", "/2.0/repositories/{workspace}/{repo_slug}")
        .needs(Access::REPOSITORY);
    LIST = get("listRepositoriesInAWorkspace", "/2.0/repositories/{workspace}")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(&["role", "q", "sort"]);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}`: one repository.
#[must_use]
pub fn repository(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[])
}

/// `GET /2.0/repositories/{workspace}`: the repositories of a workspace, in pages.
///
/// Takes `role` (`admin`, `contributor`, `member`, `owner`), `q` and `sort`. 410 here means that the workspace is marked as spam.
#[must_use]
pub fn list(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&LIST, &[workspace.into()])
}
