//! Sentry's JSON objects, made from the world.

use serde_json::{Value, json};

use crate::world::{
    Deploy, Issue, Member, Note, Organization, Project, Release, TrackedCommit, TrackedRepository,
};

pub(super) fn organization(base: &str, own: &Organization) -> Value {
    json!({
        "id": own.id.to_string(),
        "slug": own.slug,
        "name": own.name,
        "status": {"id": "active", "name": "active"},
        "links": {"organizationUrl": base, "regionUrl": base},
    })
}

pub(super) fn project(own: &Project) -> Value {
    json!({
        "id": own.id.to_string(),
        "slug": own.slug,
        "name": own.name,
        "platform": "python",
        "status": "active",
    })
}

pub(super) fn issue(base: &str, organization: &Organization, own: &Issue) -> Value {
    let home = organization
        .projects
        .iter()
        .find(|one| one.slug == own.project);
    json!({
        "id": own.id.to_string(),
        "shortId": own.short_id,
        "title": own.title,
        "culprit": "rocket.engine in ignite",
        "permalink": format!("{base}/organizations/{}/issues/{}/", organization.slug, own.id),
        "level": "error",
        "status": own.status,
        "substatus": (own.status == "unresolved").then_some("ongoing"),
        "statusDetails": own.status_details,
        "project": home.map_or(Value::Null, project),
        "numComments": own.notes.len(),
        "assignedTo": organization.members.iter().find(|one| Some(one.id) == own.assigned_to).map(member),
        "annotations": [],
        "isPublic": false,
        "type": "error",
    })
}

fn member(own: &Member) -> Value {
    json!({
        "type": "user",
        "id": own.id.to_string(),
        "name": own.name,
        "email": own.email,
    })
}

pub(super) fn note(own: &Note) -> Value {
    json!({
        "id": own.id.to_string(),
        "type": "note",
        "data": {"text": own.text},
        "user": {"name": own.author, "isActive": true},
        "sentry_app": Value::Null,
        "dateCreated": own.created_at,
    })
}

pub(super) fn release(organization: &Organization, own: &Release) -> Value {
    let projects = organization
        .projects
        .iter()
        .filter(|one| own.projects.contains(&one.slug));
    let short = own
        .version
        .rsplit_once('@')
        .map_or(own.version.as_str(), |(_, short)| short);
    let newest = own.commits.first();
    let newest = newest.and_then(|tie| tracked(organization, &tie.repository, &tie.sha));
    json!({
        "id": own.id,
        "version": own.version,
        "shortVersion": short,
        "status": "open",
        "ref": own.git_ref,
        "url": own.url,
        "dateCreated": own.created_at,
        "dateReleased": own.released_at,
        "commitCount": own.commits.len(),
        "deployCount": own.deploys.len(),
        "lastCommit": newest.map(|one| commit(organization, one)),
        "lastDeploy": own.deploys.last().map(deploy),
        "projects": projects.map(|one| json!({"id": one.id, "slug": one.slug, "name": one.name})).collect::<Vec<_>>(),
        "authors": [],
        "newGroups": 0,
        "versionInfo": {"package": Value::Null, "description": short},
    })
}

/// The commit that a release is tied to.
pub(super) fn tracked<'a>(
    organization: &'a Organization,
    repository: &str,
    sha: &str,
) -> Option<&'a TrackedCommit> {
    let mut all = organization.commits.iter();
    all.find(|one| one.repository == repository && one.sha == sha)
}

pub(super) fn commit(organization: &Organization, own: &TrackedCommit) -> Value {
    let mut repositories = organization.repositories.iter();
    let home = repositories.find(|one| one.name == own.repository);
    let containing = organization.releases.iter().filter(|release| {
        release
            .commits
            .iter()
            .any(|tie| tie.repository == own.repository && tie.sha == own.sha)
    });
    json!({
        "id": own.sha,
        "message": own.message,
        "dateCreated": own.timestamp,
        "repository": home.map_or(Value::Null, repository),
        "author": {"name": own.author_name, "email": own.author_email},
        "pullRequest": Value::Null,
        "suspectCommitType": "",
        "releases": containing.map(|one| json!({"version": one.version})).collect::<Vec<_>>(),
    })
}

pub(super) fn repository(own: &TrackedRepository) -> Value {
    let provider = match &own.provider {
        Some(id) => json!({"id": id, "name": "Bitbucket"}),
        None => json!({"id": "unknown", "name": "Unknown Provider"}),
    };
    json!({
        "id": own.id.to_string(),
        "name": own.name,
        "url": Value::Null,
        "provider": provider,
        "status": "active",
        "integrationId": Value::Null,
        "externalSlug": Value::Null,
        "externalId": Value::Null,
        "dateCreated": "2026-11-01T00:00:00Z",
    })
}

pub(super) fn deploy(own: &Deploy) -> Value {
    json!({
        "id": own.id.to_string(),
        "environment": own.environment,
        "name": own.name,
        "url": own.url,
        "dateStarted": own.started_at,
        "dateFinished": own.finished_at,
    })
}
