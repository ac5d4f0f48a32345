//! Releases.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::ports::{Release, ReleaseState};
use bitbucket_integration_provider::{OpenRelease, ReleaseId, RepositoryId};
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use super::fields::{field, optional, projects};
use super::pages::{page, shown};
use super::state::App;
use super::{body, views};
use crate::wire::{OpenReleaseBody, ReleaseList, ReleaseView};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    limit: Option<usize>,
    after: Option<i64>,
}

/// `GET /api/v1/releases?limit=&after=`
pub(super) async fn list(
    State(app): State<App>,
    request: Request,
) -> Result<Json<ReleaseList>, Refusal> {
    let query: ListQuery = body::query(request.uri())?;
    let page = page(query.limit, query.after)?;
    let listed = app.listings().releases(page).await;
    let (found, next) = shown(listed.map_err(|error| Refusal::from(&error))?, |one| one);
    let mut names = HashMap::new();
    let mut releases = Vec::with_capacity(found.len());
    for release in found {
        let id = release.repository;
        if let std::collections::hash_map::Entry::Vacant(entry) = names.entry(id) {
            entry.insert(name(&app, id).await?);
        }
        releases.push(views::release(release, names.get(&id).cloned().flatten()));
    }
    Ok(Json(ReleaseList { releases, next }))
}

/// `GET /api/v1/releases/{id}`
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<ReleaseView>, Refusal> {
    let id: ReleaseId = id.parse().map_err(|_| no_release(&id))?;
    let found = app
        .integration()
        .ports()
        .releases
        .find(id)
        .await
        .map_err(|error| Refusal::from(&error))?;
    let release = found.ok_or_else(|| no_release(&id.to_string()))?;
    Ok(Json(view(&app, release).await?))
}

/// `POST /api/v1/releases`: 202 for a release that is on its way, 200 for one that is published.
pub(super) async fn open(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<ReleaseView>), Refusal> {
    let asked: OpenReleaseBody = body::json(request, app.limits()).await?;
    let request = OpenRelease {
        version: asked.version,
        repository: field("repository", &asked.repository)?,
        commit: field("commit", &asked.commit)?,
        previous: optional("previous", asked.previous.as_deref())?,
        projects: projects(&asked.projects)?,
    };
    let integration = app.integration().clone();
    let opened = app
        .finish(async move { integration.open_release(request).await })
        .await?;
    let opened = opened.map_err(|error| Refusal::from(&error))?;
    if opened.created {
        app.wake();
        tracing::info!(release.id = %opened.release.id, release.version = opened.release.version, "a release was opened");
    }
    let status = match opened.release.state {
        ReleaseState::Published => StatusCode::OK,
        ReleaseState::Pending | ReleaseState::Failed => StatusCode::ACCEPTED,
    };
    Ok((status, Json(view(&app, opened.release).await?)))
}

async fn view(app: &App, release: Release) -> Result<ReleaseView, Refusal> {
    let name = name(app, release.repository).await?;
    Ok(views::release(release, name))
}

async fn name(app: &App, id: RepositoryId) -> Result<Option<String>, Refusal> {
    let found = app
        .integration()
        .ports()
        .repositories
        .find(id)
        .await
        .map_err(|error| Refusal::from(&error))?;
    Ok(found.map(|repository| repository.full_name.to_string()))
}

fn no_release(id: &str) -> Refusal {
    Refusal::not_found(format!("there is no release {id}"))
}
