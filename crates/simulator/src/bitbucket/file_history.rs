//! The commits that changed a file, newest first, followed through renames as `git log --follow` does.

use serde_json::{Value, json};

use super::{error, page, shape};
use crate::{
    wire::{
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{ChangeKind, Repository, history},
};

pub(super) const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/2.0/repositories/{workspace}/{repo_slug}/filehistory/{commit}/{*path}",
    Access::Scopes(&["repository"]),
    file_history,
)];

fn file_history(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let revision = call.param("commit");
    let sha = history::resolve(own, revision).ok_or_else(|| error::no_commit(revision))?;
    let follows = call.asked.query_value("renames").as_deref() != Some("false");
    let versions = versions(call, own, &sha, follows);
    match versions.is_empty() {
        true => Err(error::simple(
            404,
            &format!("No such file: {}", call.param("path")),
        )),
        false => page::listed(call, page::GENERAL, versions),
    }
}

fn versions(call: &Call<'_>, own: &Repository, sha: &str, follows: bool) -> Vec<Value> {
    let mut path = call.param("path").to_owned();
    let mut versions = Vec::new();
    for commit in history::range(own, &[sha.to_owned()], &[]) {
        let Some(change) = commit.files.iter().find(|change| change.path == path) else {
            continue;
        };
        versions.push(json!({
            "type": "commit_file",
            "path": path,
            "commit": shape::commit(call.base, &call.world.bitbucket, own, commit),
            "links": {},
        }));
        if let (ChangeKind::Renamed { from }, true) = (&change.kind, follows) {
            path.clone_from(from);
        }
    }
    versions
}
