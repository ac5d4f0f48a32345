//! What may stand in the body of a release's POST or PUT, with every limit.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::{self, FieldErrors};
use crate::{
    wire::{answer::Answer, call::Call},
    world::Organization,
};

const MAX_VERSION: usize = 200;
const MAX_REF: usize = 200;
const MAX_COMMIT: usize = 64;
const MAX_REPOSITORY: usize = 64;
const MAX_AUTHOR_NAME: usize = 128;
const MAX_AUTHOR_EMAIL: usize = 200;
const MAX_PATH: usize = 510;

/// A body that keeps the rules.
#[derive(Debug, Default)]
pub(super) struct ReleaseInput {
    pub(super) version: Option<String>,
    /// Slugs.
    pub(super) projects: Vec<String>,
    pub(super) git_ref: Option<String>,
    pub(super) url: Option<String>,
    pub(super) released_at: Option<String>,
    pub(super) commits: Option<Vec<CommitInput>>,
}

/// One entry of `commits`.
#[derive(Debug)]
pub(super) struct CommitInput {
    pub(super) id: String,
    pub(super) repository: Option<String>,
    /// The inner `None` is an explicit null.
    pub(super) message: Option<Option<String>>,
    pub(super) author_name: Option<String>,
    pub(super) author_email: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) patch_set: Vec<(String, String)>,
}

/// Reads and checks a body; `whole` is for POST, which needs `version` and `projects`.
pub(super) fn read(call: &Call<'_>, whole: bool) -> Result<ReleaseInput, Answer> {
    let Some(Value::Object(body)) = call.asked.json() else {
        return Err(error::detail(400, "JSON parse error"));
    };
    let organization = call.organization()?;
    let mut errors = FieldErrors::default();
    let mut input = ReleaseInput::default();
    if whole {
        input.version = version(&body, &mut errors);
        input.projects = projects(&body, organization, &mut errors);
    }
    input.git_ref = text(&body, "ref", MAX_REF, &mut errors);
    input.url = text(&body, "url", usize::MAX, &mut errors);
    if input.url.as_ref().is_some_and(|url| !url.contains("://")) {
        errors.add("url", "Enter a valid URL.");
    }
    input.released_at = date(&body, "dateReleased", &mut errors);
    input.commits = commits(&body, &mut errors);
    refs(&body, organization, &mut errors);
    errors.into_result()?;
    Ok(input)
}

fn version(body: &Map<String, Value>, errors: &mut FieldErrors) -> Option<String> {
    let Some(version) = body.get("version") else {
        errors.add("version", "This field is required.");
        return None;
    };
    let version = version.as_str().unwrap_or_default();
    let reserved = ["", ".", "..", "latest"].contains(&version.trim());
    let forbidden = ['\r', '\n', '\x0c', '\t', '/', '\\'];
    if reserved || version.contains(forbidden) {
        errors.add("version", "Invalid release name");
    } else if version.chars().count() > MAX_VERSION {
        errors.add("version", too_long(MAX_VERSION));
    }
    Some(version.to_owned())
}

fn projects(
    body: &Map<String, Value>,
    own: &Organization,
    errors: &mut FieldErrors,
) -> Vec<String> {
    let listed = body.get("projects").and_then(Value::as_array);
    let Some(listed) = listed.filter(|list| !list.is_empty()) else {
        errors.add("projects", "This field is required.");
        return Vec::new();
    };
    let slug = |named: &Value| {
        let mut all = own.projects.iter();
        let found = all.find(|one| *named == one.slug.as_str() || *named == one.id);
        found.map(|one| one.slug.clone())
    };
    let slugs: Option<Vec<String>> = listed.iter().map(slug).collect();
    slugs.unwrap_or_else(|| {
        errors.add("projects", "Invalid project ids or slugs");
        Vec::new()
    })
}

/// `refs` need a provider that Sentry can ask, and only count when there are no `commits`.
fn refs(body: &Map<String, Value>, own: &Organization, errors: &mut FieldErrors) {
    let listed = body.get("refs").and_then(Value::as_array);
    if body
        .get("commits")
        .is_some_and(|commits| !commits.is_null())
    {
        return;
    }
    let mut known = own.repositories.iter();
    let unknown = listed.into_iter().flatten().find(|entry| {
        !known.any(|one| one.provider.is_some() && entry["repository"] == one.name.as_str())
    });
    if let Some(entry) = unknown {
        errors.add(
            "refs",
            format!("Invalid repository names: {}", entry["repository"]),
        );
    }
}

fn commits(body: &Map<String, Value>, errors: &mut FieldErrors) -> Option<Vec<CommitInput>> {
    let listed = match body.get("commits") {
        None | Some(Value::Null) => return None,
        Some(Value::Array(listed)) => listed,
        Some(_) => {
            errors.add("commits", "Expected a list of items.");
            return None;
        }
    };
    let mut per_commit = Vec::new();
    let mut read = Vec::new();
    for entry in listed {
        let mut own = FieldErrors::default();
        read.push(commit(entry, &mut own));
        per_commit.push(own.into_value());
    }
    if per_commit.iter().any(|errors| *errors != json!({})) {
        errors.set("commits", Value::Array(per_commit));
    }
    Some(read)
}

fn commit(entry: &Value, errors: &mut FieldErrors) -> CommitInput {
    let empty = Map::new();
    let body = entry.as_object().unwrap_or(&empty);
    let id = text(body, "id", MAX_COMMIT, errors);
    if id.as_deref().unwrap_or_default().is_empty() {
        errors.add("id", "This field is required.");
    }
    CommitInput {
        id: id.unwrap_or_default(),
        repository: text(body, "repository", MAX_REPOSITORY, errors),
        message: body
            .get("message")
            .map(|message| message.as_str().map(str::to_owned)),
        author_name: text(body, "author_name", MAX_AUTHOR_NAME, errors),
        author_email: text(body, "author_email", MAX_AUTHOR_EMAIL, errors),
        timestamp: date(body, "timestamp", errors),
        patch_set: patch_set(body, errors),
    }
}

fn patch_set(body: &Map<String, Value>, errors: &mut FieldErrors) -> Vec<(String, String)> {
    let listed = body.get("patch_set").and_then(Value::as_array);
    let mut per_file = Vec::new();
    let mut read: Vec<(String, String)> = Vec::new();
    for entry in listed.into_iter().flatten() {
        let mut own = FieldErrors::default();
        let empty = Map::new();
        let file = entry.as_object().unwrap_or(&empty);
        let path = text(file, "path", MAX_PATH, &mut own).unwrap_or_default();
        let kind = text(file, "type", usize::MAX, &mut own).unwrap_or_default();
        if path.is_empty() {
            own.add("path", "This field is required.");
        }
        if !["A", "M", "D"].contains(&kind.as_str()) {
            own.add(
                "type",
                format!("Commit patch_set type {kind} is not supported."),
            );
        }
        if !read.iter().any(|(known, _)| *known == path) {
            read.push((path, kind));
        }
        per_file.push(own.into_value());
    }
    if per_file.iter().any(|errors| *errors != json!({})) {
        errors.set("patch_set", Value::Array(per_file));
    }
    read
}

fn text(
    body: &Map<String, Value>,
    name: &str,
    max: usize,
    errors: &mut FieldErrors,
) -> Option<String> {
    match body.get(name)? {
        Value::Null => None,
        Value::String(text) => {
            if text.chars().count() > max {
                errors.add(name, too_long(max));
            }
            Some(text.clone())
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            errors.add(name, "Not a valid string.");
            None
        }
    }
}

fn date(body: &Map<String, Value>, name: &str, errors: &mut FieldErrors) -> Option<String> {
    let text = text(body, name, usize::MAX, errors)?;
    if text.parse::<Timestamp>().is_err() {
        errors.add(name, "Datetime has wrong format.");
    }
    Some(text)
}

fn too_long(max: usize) -> String {
    format!("Ensure this field has no more than {max} characters.")
}
