//! Changed files: of one commit against its first parent, or of a range, whose NEW side stands first.

use serde_json::{Value, json};

use super::{
    diff_text,
    page::{self, Cut},
    spec::Spec,
};
use crate::{
    wire::{
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{ChangeKind, Repository, content::Difference},
};

const READ: Access = Access::Scopes(&["repository"]);

pub(super) const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/2.0/repositories/{workspace}/{repo_slug}/diffstat/{*spec}",
    READ,
    diffstat,
)];

const PAGES: Cut = Cut {
    default: 500,
    max: 5000,
};

fn diffstat(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let differences = Spec::of(call, own)?.differences(call, own);
    page::numbered(call, PAGES, &differences, |one| shape(call, own, one))
}

fn shape(call: &Call<'_>, own: &Repository, one: &Difference) -> Value {
    let path = &one.change.path;
    let (status, old, new) = match &one.change.kind {
        ChangeKind::Added => ("added", None, Some(path)),
        ChangeKind::Modified => ("modified", Some(path), Some(path)),
        ChangeKind::Removed => ("removed", Some(path), None),
        ChangeKind::Renamed { from } => ("renamed", Some(from), Some(path)),
    };
    json!({
        "type": "diffstat",
        "status": status,
        "lines_added": one.change.lines_added,
        "lines_removed": one.change.lines_removed,
        "old": old.map(|path| file(call, own, path)),
        "new": new.map(|path| file(call, own, path)),
    })
}

fn file(call: &Call<'_>, own: &Repository, path: &str) -> Value {
    let segments: Vec<String> = path.split('/').map(text::encode).collect();
    let root = format!("{}/2.0/repositories/{}", call.base, own.full_name());
    json!({
        "type": "commit_file",
        "path": path,
        "escaped_path": diff_text::quoted("", path),
        "links": {"self": {"href": format!("{root}/src/HEAD/{}", segments.join("/"))}},
    })
}
