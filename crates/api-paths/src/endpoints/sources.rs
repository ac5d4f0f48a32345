//! Files and folders at a commit.
//!
//! A commit is named by its hash, since the name of a branch with `/` does not work in this place.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, CommitSha, Endpoint, FilePath, Paging, RepoRef};

operations! {
    MAIN = get("getTheRootDirectoryOfTheMainBranch", "/2.0/repositories/{workspace}/{repo_slug}/src")
        .needs(Access::REPOSITORY)
        .takes(&["format"]);
    ROOT = get("getTheRootDirectoryOfACommit", "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(&["format", "max_depth", "q", "sort"]);
    CONTENTS = get("getFileOrDirectoryContents",
        "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(&["format", "max_depth", "q", "sort"]);
    EXISTS = head("checkFileOrDirectory", "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}")
        .needs(Access::REPOSITORY);
    HISTORY = get("listCommitsThatModifiedAFile",
        "/2.0/repositories/{workspace}/{repo_slug}/filehistory/{commit}/{path}")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .takes(&["renames", "q", "sort"]);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/src`: redirects to the root folder of the main branch.
#[must_use]
pub fn main_branch(repository: &RepoRef) -> Endpoint {
    Endpoint::in_repository(&MAIN, repository, &[])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/src/{commit}/`: the root folder, in pages; the trailing slash must be there.
///
/// Takes `max_depth`, `q` and `sort`.
#[must_use]
pub fn root(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&ROOT, repository, &[commit.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}`: the bytes of a file, or the entries of a folder in pages.
///
/// Takes `format` (`meta` or `rendered`), and for a folder `max_depth`, `q` and `sort`. A file in LFS is answered with a redirect
/// to another host.
#[must_use]
pub fn contents(repository: &RepoRef, commit: &CommitSha, path: &FilePath) -> Endpoint {
    Endpoint::in_repository(&CONTENTS, repository, &[commit.into(), Part::Path(path)])
}

/// `HEAD /2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}`: whether the file or folder is there: 200 or 404.
#[must_use]
pub fn exists(repository: &RepoRef, commit: &CommitSha, path: &FilePath) -> Endpoint {
    Endpoint::in_repository(&EXISTS, repository, &[commit.into(), Part::Path(path)])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/filehistory/{commit}/{path}`:
/// the commits that changed a file, in pages, newest first, like `git log --follow`.
///
/// Takes `renames` (`true` when omitted), `q` and `sort`.
#[must_use]
pub fn history(repository: &RepoRef, commit: &CommitSha, path: &FilePath) -> Endpoint {
    Endpoint::in_repository(&HISTORY, repository, &[commit.into(), Part::Path(path)])
}
