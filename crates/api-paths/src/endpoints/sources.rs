//! Files and folders at a commit.

use crate::endpoint::Part;
use crate::{CommitSha, Endpoint, FilePath, Operation, RepoRef};

static CONTENTS: Operation = Operation::get(
    "getFileOrDirectoryContents",
    "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}",
);

/// `GET /2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}`: the bytes of a file.
#[must_use]
pub fn file(repository: &RepoRef, commit: &CommitSha, path: &FilePath) -> Endpoint {
    Endpoint::in_repository(&CONTENTS, repository, &[commit.into(), Part::Path(path)])
}
