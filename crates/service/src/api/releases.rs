//! Releases.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::ports::{Release, ReleaseState};
use bitbucket_integration_provider::{OpenRelease, ReleaseId, RepositoryId};
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use super::fields::{field, optional, projects, request_key};
use super::pages::{page, shown};
use super::state::App;
use super::{body, views};
use crate::wire::{
    DeployBody, DeployView, OpenReleaseBody, PartView, RefBody, ReleaseList, ReleaseView,
};

/// How many repositories one release is made of at most.
const MAX_REFS: usize = 50;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<i64>,
}

/// `GET /api/v1/releases?limit=&after=`
#[utoipa::path(
    get,
    path = "/releases",
    operation_id = "list_releases",
    tag = "releases",
    summary = "Releases, the newest first.",
    params(ListQuery),
    responses((status = 200, body = ReleaseList, description = "A page."))
)]
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
#[utoipa::path(
    get,
    path = "/releases/{id}",
    operation_id = "show_release",
    tag = "releases",
    summary = "A release with its deploys and what other repositories bring into its version.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the release.")),
    responses((status = 200, body = ReleaseView, description = "The release."))
)]
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
#[utoipa::path(
    post,
    path = "/releases",
    operation_id = "open_release",
    tag = "releases",
    summary = "Publishes a release at the tracker. Asking again for the same changes nothing.",
    request_body = OpenReleaseBody,
    responses((status = 202, body = ReleaseView, description = "It is on its way."), (status = 200, body = ReleaseView, description = "The tracker has it already."))
)]
pub(super) async fn open(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<ReleaseView>), Refusal> {
    let asked: OpenReleaseBody = body::json(request, app.limits()).await?;
    let requests = requests(asked)?;
    let integration = app.integration().clone();
    let opened = app
        .finish(async move { integration.open_releases(requests).await })
        .await?;
    let opened = opened.map_err(|error| Refusal::from(&error))?;
    for new in opened.iter().filter(|opened| opened.created) {
        tracing::info!(release.id = %new.release.id, release.version = new.release.version, "a release was opened");
    }
    app.wake();
    let published = opened
        .iter()
        .all(|opened| opened.release.state == ReleaseState::Published);
    let status = if published {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let Some(first) = opened.into_iter().next() else {
        return Err(Refusal::internal());
    };
    Ok((status, Json(view(&app, first.release).await?)))
}

/// One request for each repository.
fn requests(asked: OpenReleaseBody) -> Result<Vec<OpenRelease>, Refusal> {
    let refs = match (asked.repository, asked.commit, asked.refs) {
        (Some(repository), Some(commit), refs) if refs.is_empty() => vec![RefBody {
            repository,
            commit,
            previous: asked.previous,
        }],
        (None, None, refs) if !refs.is_empty() && asked.previous.is_none() => refs,
        _ => {
            return Err(Refusal::bad_request(
                "invalid_field",
                "either `repository` and `commit`, or `refs` with these for each repository, is expected",
            ));
        }
    };
    if refs.len() > MAX_REFS {
        let message = format!("field `refs`: at most {MAX_REFS} repositories are taken");
        return Err(Refusal::bad_request("invalid_field", message));
    }
    let projects = projects(&asked.projects)?;
    let request = |one: RefBody| {
        Ok(OpenRelease {
            version: asked.version.clone(),
            repository: field("repository", &one.repository)?,
            commit: field("commit", &one.commit)?,
            previous: optional("previous", one.previous.as_deref())?,
            projects: projects.clone(),
            environment: asked.environment.clone(),
        })
    };
    refs.into_iter().map(request).collect()
}

/// `POST /api/v1/releases/{id}/deploys`: 202, also for a deploy that is known.
#[utoipa::path(
    post,
    path = "/releases/{id}/deploys",
    operation_id = "deploy_release",
    tag = "releases",
    summary = "Says that a release was deployed.",
    params(
        ("id" = String, Path, format = Uuid, description = "Our identifier of the release."),
        ("Idempotency-Key" = Option<String>, Header, description = "What tells this deploy from others, such as the run of a pipeline: 1 to 128 visible ASCII characters. The same key is the same deploy. Without it, asking again changes nothing until another release was deployed there; after that it is a deploy of its own: a rollback.")
    ),
    request_body = DeployBody,
    responses((status = 202, body = DeployView, description = "The tracker will be told."))
)]
pub(super) async fn deploy(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(StatusCode, Json<DeployView>), Refusal> {
    let key = request_key(request.headers())?;
    let asked: DeployBody = body::json(request, app.limits()).await?;
    let id: ReleaseId = id.parse().map_err(|_| no_release(&id))?;
    let integration = app.integration().clone();
    let deployed = app
        .finish(async move {
            let key = key.as_deref();
            integration
                .deploy_release(id, &asked.environment, key)
                .await
        })
        .await?;
    let deployed = deployed.map_err(|error| Refusal::from(&error))?;
    app.wake();
    tracing::info!(release.id = %id, deploy.environment = deployed.environment, deploy.number = deployed.number, "a release was deployed");
    Ok((StatusCode::ACCEPTED, Json(views::deploy(deployed))))
}

/// A release with its deploys and what other repositories bring into its version.
async fn view(app: &App, release: Release) -> Result<ReleaseView, Refusal> {
    let refused = |error| Refusal::from(&error);
    let log = &app.integration().ports().releases;
    let deploys = log.deploys(release.id).await.map_err(refused)?;
    let siblings = log.siblings(&release).await.map_err(refused)?;
    let mut parts = Vec::with_capacity(siblings.len());
    for sibling in siblings {
        let name = name(app, sibling.repository).await?;
        parts.push(PartView {
            id: sibling.id,
            repository: name.unwrap_or_else(|| sibling.repository.to_string()),
            commit: sibling.commit.to_string(),
            state: sibling.state,
        });
    }
    let name = name(app, release.repository).await?;
    Ok(ReleaseView {
        deploys: deploys.into_iter().map(views::deploy).collect(),
        parts,
        ..views::release(release, name)
    })
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
