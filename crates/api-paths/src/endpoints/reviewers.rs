//! Default reviewers: who is asked to review every new pull request.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, Endpoint, Paging, RepoRef, UserRef};

operations! {
    LIST = get("listDefaultReviewers", "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    EFFECTIVE = get("listEffectiveDefaultReviewers",
        "/2.0/repositories/{workspace}/{repo_slug}/effective-default-reviewers")
        .needs(Access::PULL_REQUEST).paged(Paging::USUAL);
    READ = get("getADefaultReviewer",
        "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}")
        .needs(Access::PULL_REQUEST);
    ADD = put("addAUserToTheDefaultReviewers",
        "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}")
        .needs(Access::ADMIN_REPOSITORY);
    REMOVE = delete("removeAUserFromTheDefaultReviewers",
        "/2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}")
        .needs(Access::ADMIN_REPOSITORY);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/default-reviewers`: those of the repository, in pages.
#[must_use]
pub fn list(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/effective-default-reviewers`:
/// those of the repository and those it inherits from its project, in pages.
#[must_use]
pub fn effective(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&EFFECTIVE, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}`: whether a user is one: 200 or 404.
#[must_use]
pub fn read(repository: &RepoRef, user: &UserRef) -> Endpoint {
    Endpoint::in_repository(&READ, repository, &[Part::Text(user.as_str())])
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}`:
/// makes a user one; a second time changes nothing.
#[must_use]
pub fn add(repository: &RepoRef, user: &UserRef) -> Endpoint {
    Endpoint::in_repository(&ADD, repository, &[Part::Text(user.as_str())])
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}`: makes a user none.
#[must_use]
pub fn remove(repository: &RepoRef, user: &UserRef) -> Endpoint {
    Endpoint::in_repository(&REMOVE, repository, &[Part::Text(user.as_str())])
}
