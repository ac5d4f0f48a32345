//! What happened: deliveries, commits, and what was done to issues because of them.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::ReferencesOf;
use http::Uri;
use serde::Deserialize;

use super::answer::Refusal;
use super::fields::path_id;
use super::pages::{page, shown};
use super::state::App;
use super::{body, views};
use crate::wire::{CommitList, DeliveryList, ReferenceList};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    limit: Option<usize>,
    after: Option<i64>,
}

/// `GET /api/v1/deliveries?limit=&after=`
pub(super) async fn deliveries(
    State(app): State<App>,
    request: Request,
) -> Result<Json<DeliveryList>, Refusal> {
    let query: PageQuery = body::query(request.uri())?;
    let page = page(query.limit, query.after)?;
    let listed = app.listings().deliveries(page).await;
    let listed = listed.map_err(|error| Refusal::from(&error))?;
    let (deliveries, next) = shown(listed, views::delivery);
    Ok(Json(DeliveryList { deliveries, next }))
}

/// `GET /api/v1/repositories/{id}/commits?limit=&after=`: also of a repository that is not followed any more.
pub(super) async fn commits(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<CommitList>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let query: PageQuery = body::query(&uri)?;
    let page = page(query.limit, query.after)?;
    let listed = app.listings().commits(id, page).await;
    let listed = listed.map_err(|error| Refusal::from(&error))?;
    let (commits, next) = shown(listed, views::commit);
    Ok(Json(CommitList { commits, next }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferencesQuery {
    repository: Option<RepositoryId>,
    issue: Option<String>,
    limit: Option<usize>,
    after: Option<i64>,
}

/// `GET /api/v1/references?repository=&issue=&limit=&after=`
pub(super) async fn references(
    State(app): State<App>,
    request: Request,
) -> Result<Json<ReferenceList>, Refusal> {
    let query: ReferencesQuery = body::query(request.uri())?;
    let page = page(query.limit, query.after)?;
    let of = ReferencesOf {
        repository: query.repository,
        short_id: query.issue,
    };
    let listed = app.listings().references(of, page).await;
    let listed = listed.map_err(|error| Refusal::from(&error))?;
    let (references, next) = shown(listed, views::reference);
    Ok(Json(ReferenceList { references, next }))
}
