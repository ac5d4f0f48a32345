//! Changed files: of one commit against its first parent, or of a range, whose NEW side stands first.

use serde_json::{Value, json};

use super::{
    error,
    page::{self, Cut},
};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{ChangeKind, FileChange, Repository, history},
};

pub(super) const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}",
    Access::Scopes(&["repository"]),
    diffstat,
)];

const PAGES: Cut = Cut {
    default: 500,
    max: 5000,
};

fn diffstat(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let mut changes = changes(call, own)?;
    if call.asked.query_value("renames").as_deref() == Some("false") {
        changes = changes.into_iter().flat_map(without_rename).collect();
    }
    let pairs = call.asked.query_pairs();
    let paths: Vec<&String> = pairs
        .iter()
        .filter(|(name, _)| name == "path")
        .map(|(_, value)| value)
        .collect();
    changes.retain(|change| {
        paths.is_empty()
            || paths
                .iter()
                .any(|path| change.path.starts_with(path.as_str()))
    });
    page::numbered(call, PAGES, &changes, |change| shape(call, own, change))
}

fn changes(call: &Call<'_>, own: &Repository) -> Result<Vec<FileChange>, Answer> {
    let spec = call.param("spec");
    let resolve =
        |revision: &str| history::resolve(own, revision).ok_or_else(|| error::no_commit(revision));
    let Some((new, old)) = spec.split_once("..") else {
        let sha = resolve(spec)?;
        return Ok(own
            .commit(&sha)
            .map(|commit| commit.files.clone())
            .unwrap_or_default());
    };
    let (new, old) = (resolve(new)?, resolve(old)?);
    let two_dots = call.asked.query_value("topic").as_deref() == Some("false");
    let base = match two_dots {
        true => old,
        false => history::merge_base(own, &new, &old).unwrap_or(old),
    };
    Ok(history::changes_between(own, &base, &new))
}

fn without_rename(change: FileChange) -> Vec<FileChange> {
    match &change.kind {
        ChangeKind::Renamed { from } => {
            vec![FileChange::removed(from), FileChange::added(&change.path)]
        }
        ChangeKind::Added | ChangeKind::Modified | ChangeKind::Removed => vec![change],
    }
}

fn shape(call: &Call<'_>, own: &Repository, change: &FileChange) -> Value {
    let (status, old, new) = match &change.kind {
        ChangeKind::Added => ("added", None, Some(&change.path)),
        ChangeKind::Modified => ("modified", Some(&change.path), Some(&change.path)),
        ChangeKind::Removed => ("removed", Some(&change.path), None),
        ChangeKind::Renamed { from } => ("renamed", Some(from), Some(&change.path)),
    };
    json!({
        "type": "diffstat",
        "status": status,
        "lines_added": change.lines_added,
        "lines_removed": change.lines_removed,
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
        "escaped_path": path,
        "links": {"self": {"href": format!("{root}/src/HEAD/{}", segments.join("/"))}},
    })
}
