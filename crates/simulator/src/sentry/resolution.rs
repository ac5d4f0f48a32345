//! Changing an issue's status, with the rules of `statusDetails`.

use serde_json::{Value, json};

use super::error;
use crate::{
    wire::answer::Answer,
    world::{Organization, Release},
};

/// Applies `status` and `statusDetails` of a change to the issues at these places.
pub(super) fn apply(
    own: &mut Organization,
    places: &[usize],
    change: &Value,
) -> Result<(), Answer> {
    let Some(status) = change.get("status") else {
        return Ok(());
    };
    let details = match status.as_str() {
        Some("resolved") => resolved(own, places, &change["statusDetails"])?,
        Some("resolvedInNextRelease") => resolved(own, places, &json!({"inNextRelease": true}))?,
        Some("unresolved") => {
            set(own, places, "unresolved", &json!({}));
            return Ok(());
        }
        Some("ignored" | "muted") => {
            set(own, places, "ignored", &json!({}));
            return Ok(());
        }
        _ => {
            return Err(error::field(
                "status",
                &format!("{status} is not a valid choice."),
            ));
        }
    };
    for place in places {
        own.issues[*place].resolve(details.clone());
    }
    Ok(())
}

fn set(own: &mut Organization, places: &[usize], status: &str, details: &Value) {
    for place in places {
        let issue = &mut own.issues[*place];
        status.clone_into(&mut issue.status);
        issue.status_details = details.clone();
    }
}

/// Checks the details of a resolution; gives them as they are stored.
fn resolved(own: &Organization, places: &[usize], details: &Value) -> Result<Value, Answer> {
    let bound = ["inRelease", "inNextRelease", "inCommit"];
    let Some(kind) = bound.into_iter().find(|kind| !details[*kind].is_null()) else {
        return Ok(json!({}));
    };
    let project = only_project(own, places)?;
    match kind {
        "inRelease" => in_release(own, project, &details["inRelease"]),
        "inNextRelease" => in_next_release(own, project),
        _ => in_commit(own, &details["inCommit"]),
    }
}

fn only_project<'a>(own: &'a Organization, places: &[usize]) -> Result<&'a str, Answer> {
    let mut projects = places
        .iter()
        .map(|place| own.issues[*place].project.as_str());
    let first = projects.next().unwrap_or_default();
    match projects.all(|project| project == first) {
        true => Ok(first),
        false => Err(error::detail(
            400,
            "Cannot set resolved for multiple projects.",
        )),
    }
}

fn releases_of<'a>(own: &'a Organization, project: &str) -> Vec<&'a Release> {
    let tied = |release: &&Release| release.projects.iter().any(|slug| slug == project);
    own.releases.iter().filter(tied).collect()
}

fn in_release(own: &Organization, project: &str, wanted: &Value) -> Result<Value, Answer> {
    let tied = releases_of(own, project);
    let found = match wanted.as_str() {
        Some("latest") => tied.last().copied(),
        Some(version) => tied.into_iter().find(|release| release.version == version),
        None => None,
    };
    match found {
        Some(release) => Ok(json!({"inRelease": release.version})),
        None => Err(error::status_detail(
            "inRelease",
            "Unable to find a release with the given version.",
        )),
    }
}

fn in_next_release(own: &Organization, project: &str) -> Result<Value, Answer> {
    match releases_of(own, project).is_empty() {
        false => Ok(json!({"inNextRelease": true})),
        true => Err(error::status_detail(
            "inNextRelease",
            "No release data present in the system to form a basis for 'Next Release'",
        )),
    }
}

/// Repository and commit must exist; a commit that is in a release resolves in that release.
fn in_commit(own: &Organization, wanted: &Value) -> Result<Value, Answer> {
    let repository = wanted["repository"].as_str().unwrap_or_default();
    let sha = wanted["commit"].as_str().unwrap_or_default();
    if !own.repositories.iter().any(|one| one.name == repository) {
        return Err(refused(
            "repository",
            "Unable to find the given repository.",
        ));
    }
    let mut commits = own.commits.iter();
    if !commits.any(|one| one.repository == repository && one.sha == sha) {
        return Err(refused("commit", "Unable to find the given commit."));
    }
    let containing = own.releases.iter().find(|release| {
        release
            .commits
            .iter()
            .any(|tie| tie.repository == repository && tie.sha == sha)
    });
    Ok(match containing {
        Some(release) => json!({"inRelease": release.version}),
        None => json!({"inCommit": {"repository": repository, "commit": sha}}),
    })
}

fn refused(field: &str, message: &str) -> Answer {
    Answer::json(
        400,
        &json!({"statusDetails": {"inCommit": {field: [message]}}}),
    )
}
