//! Files and folders at a commit: their bytes, and what is known of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{error, page};
use crate::{
    crypto::blob_id,
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
        text,
    },
    world::{
        Repository,
        content::{self, Files},
        history,
    },
};

const READ: Access = Access::Scopes(&["repository"]);
const MAIN: &str = "/2.0/repositories/{workspace}/{repo_slug}/src";
const ROOT: &str = "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/";
const AT: &str = "/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{*path}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", MAIN, READ, main_branch),
    Route::new("GET", ROOT, READ, at),
    Route::new("GET", AT, READ, at),
];

/// How a file in LFS begins.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/v1\n";

/// Where files in LFS are redirected to.
const MEDIA: &str = "https://api.media.atlassian.com/file";

fn main_branch(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let head = own
        .main_branch
        .as_ref()
        .and_then(|name| own.branches.get(name));
    let head = head.ok_or_else(|| error::simple(404, "Repository has no commits"))?;
    let root = format!("{}/2.0/repositories/{}", call.base, own.full_name());
    Ok(Answer::empty(302).with_header("location", &format!("{root}/src/{head}/")))
}

fn at(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let revision = call.param("commit");
    let sha = history::resolve(own, revision).ok_or_else(|| error::no_commit(revision))?;
    let files = content::files_at(own, &sha);
    let path = call.param("path").trim_end_matches('/');
    let place = Place {
        call,
        own,
        sha: &sha,
    };
    let format = call.asked.query_value("format");
    match (files.get(path), format.as_deref()) {
        (Some(file), None) => Ok(bytes(path, &file.content)),
        (Some(file), Some("meta")) => Ok(Answer::ok(&place.file(path, &file.content))),
        (None, None) if place.is_folder(&files, path) => {
            page::listed(call, page::GENERAL, place.entries(&files, path)?)
        }
        (None, Some("meta")) if place.is_folder(&files, path) => {
            Ok(Answer::ok(&place.folder(path)))
        }
        (None, _) => Err(no_such_path(path, &sha)),
        (Some(_), Some(_)) => Err(error::field("format", "invalid format for this file")),
    }
}

fn bytes(path: &str, content: &str) -> Answer {
    if content.starts_with(LFS_POINTER) {
        let location = format!("{MEDIA}/{}/binary", blob_id(content.as_bytes()));
        return Answer::empty(301).with_header("location", &location);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    Answer {
        body: content.to_owned().into(),
        ..Answer::empty(200)
            .with_header("content-type", media_type(path))
            .with_header(
                "content-disposition",
                &format!("attachment; filename*=UTF-8''{}", text::encode(name)),
            )
            .with_header("etag", &format!("\"{}\"", blob_id(content.as_bytes())))
    }
}

/// By the ending alone, as Bitbucket does it.
fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("rs" | "py" | "txt" | "toml" | "md") => "text/plain",
        Some("json") => "application/json",
        Some("html") => "text/html",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn no_such_path(path: &str, sha: &str) -> Answer {
    let body = json!({
        "type": "error",
        "error": {
            "message": format!("No such file or directory: {path}"),
            "data": {"path": path, "shas": [sha]},
        },
    });
    Answer::json(404, &body)
}

/// A commit whose files are shown.
struct Place<'a> {
    call: &'a Call<'a>,
    own: &'a Repository,
    sha: &'a str,
}

impl Place<'_> {
    /// The root always is one.
    fn is_folder(&self, files: &Files, path: &str) -> bool {
        let inside = format!("{path}/");
        path.is_empty() || files.keys().any(|file| file.starts_with(&inside))
    }

    /// What is in a folder, down to `max_depth`, the nearer first.
    fn entries(&self, files: &Files, folder: &str) -> Result<Vec<Value>, Answer> {
        let depth: usize = match self.call.asked.query_value("max_depth") {
            None => 1,
            Some(depth) => depth
                .parse()
                .map_err(|_| error::field("max_depth", "expected int"))?,
        };
        let inside = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut found: BTreeMap<(usize, String), Value> = BTreeMap::new();
        for (path, file) in files {
            let Some(rest) = path.strip_prefix(&inside) else {
                continue;
            };
            let names: Vec<&str> = rest.split('/').collect();
            for level in 1..names.len().min(depth + 1) {
                let path = format!("{inside}{}", names[..level].join("/"));
                let shape = self.folder(&path);
                found.insert((level, path), shape);
            }
            if names.len() <= depth {
                let shape = self.file(path, &file.content);
                found.insert((names.len(), path.clone()), shape);
            }
        }
        Ok(found.into_values().collect())
    }

    fn folder(&self, path: &str) -> Value {
        json!({
            "type": "commit_directory",
            "path": path,
            "commit": self.commit(),
            "links": self.links(path),
        })
    }

    fn file(&self, path: &str, content: &str) -> Value {
        let mut attributes = Vec::new();
        if content::is_binary(content) {
            attributes.push("binary");
        }
        if content.starts_with(LFS_POINTER) {
            attributes.push("lfs");
        }
        json!({
            "type": "commit_file",
            "path": path,
            "escaped_path": super::diff_text::quoted("", path),
            "commit": self.commit(),
            "size": content.len(),
            "mimetype": match media_type(path) {
                "application/octet-stream" => Value::Null,
                known => known.into(),
            },
            "attributes": attributes,
            "links": self.links(path),
        })
    }

    /// The commit that was asked for, whichever changed the file last.
    fn commit(&self) -> Value {
        json!({"type": "commit", "hash": self.sha})
    }

    fn links(&self, path: &str) -> Value {
        let root = format!(
            "{}/2.0/repositories/{}",
            self.call.base,
            self.own.full_name()
        );
        let segments: Vec<String> = path.split('/').map(text::encode).collect();
        let place = format!("{}/{}", self.sha, segments.join("/"));
        json!({
            "self": {"href": format!("{root}/src/{place}")},
            "meta": {"href": format!("{root}/src/{place}?format=meta")},
            "history": {"href": format!("{root}/filehistory/{place}")},
        })
    }
}
