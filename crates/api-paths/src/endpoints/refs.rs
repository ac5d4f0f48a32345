//! Branches and tags.
//!
//! Names are without `refs/heads/` and `refs/tags/`. `sort=name` sorts them naturally (`v2` before `v10`).

use crate::operation::{operations, request};
use crate::{Access, Body, Endpoint, Paging, RepoRef, Revision};

operations! {
    LIST = get("listBranchesAndTags", "/2.0/repositories/{workspace}/{repo_slug}/refs")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(request::FILTERED);
    BRANCHES = get("listOpenBranches", "/2.0/repositories/{workspace}/{repo_slug}/refs/branches")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(request::FILTERED);
    CREATE_BRANCH = post("createABranch", "/2.0/repositories/{workspace}/{repo_slug}/refs/branches")
        .needs(Access::CREATE_REFERENCE)
        .sends(Body::object(&["name", "target"]));
    BRANCH = get("getABranch", "/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}")
        .needs(Access::REPOSITORY);
    DELETE_BRANCH = delete("deleteABranch", "/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}")
        .needs(Access::DELETE_REFERENCE);
    TAGS = get("listTags", "/2.0/repositories/{workspace}/{repo_slug}/refs/tags")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(request::FILTERED);
    CREATE_TAG = post("createATag", "/2.0/repositories/{workspace}/{repo_slug}/refs/tags")
        .needs(Access::CREATE_REFERENCE)
        .sends(Body::object(&["name", "target", "message"]));
    TAG = get("getATag", "/2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}")
        .needs(Access::REPOSITORY);
    DELETE_TAG = delete("deleteATag", "/2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}")
        .needs(Access::DELETE_REFERENCE);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/refs`: branches and tags, in pages. Takes `q` and `sort`.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/refs/branches`: the branches, in pages. Takes `q` and `sort`.
#[must_use]
pub fn branches(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&BRANCHES, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/refs/branches`: creates a branch; the body holds `name` and `target.hash`.
#[must_use]
pub fn create_branch(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&CREATE_BRANCH, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}`: one branch.
#[must_use]
pub fn branch(repository: &RepoRef, name: &Revision) -> Endpoint {
    Endpoint::in_repository(&BRANCH, repository, &[name.into()])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}`:
/// removes a branch; the main branch is refused with 400.
#[must_use]
pub fn delete_branch(repository: &RepoRef, name: &Revision) -> Endpoint {
    Endpoint::in_repository(&DELETE_BRANCH, repository, &[name.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/refs/tags`: the tags, in pages. Takes `q` and `sort`.
#[must_use]
pub fn tags(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&TAGS, repository, &[])
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/refs/tags`: creates a tag; the body holds `name` and `target.hash`.
#[must_use]
pub fn create_tag(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&CREATE_TAG, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}`: one tag.
#[must_use]
pub fn tag(repository: &RepoRef, name: &Revision) -> Endpoint {
    Endpoint::in_repository(&TAG, repository, &[name.into()])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/refs/tags/{name}`: removes a tag.
#[must_use]
pub fn delete_tag(repository: &RepoRef, name: &Revision) -> Endpoint {
    Endpoint::in_repository(&DELETE_TAG, repository, &[name.into()])
}
