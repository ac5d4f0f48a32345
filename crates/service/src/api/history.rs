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

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<i64>,
}

/// `GET /api/v1/deliveries?limit=&after=`
#[utoipa::path(
    get,
    path = "/deliveries",
    operation_id = "list_deliveries",
    tag = "history",
    summary = "Deliveries that were verified and stored, the newest first.",
    params(PageQuery),
    responses((status = 200, body = DeliveryList, description = "A page."))
)]
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
#[utoipa::path(
    get,
    path = "/repositories/{id}/commits",
    operation_id = "list_commits",
    tag = "history",
    summary = "Commits of a repository, the one recorded last first; also of one that is not followed any more.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository."), PageQuery),
    responses((status = 200, body = CommitList, description = "A page."))
)]
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

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReferencesQuery {
    /// Only of this repository: our identifier.
    #[param(value_type = Option<String>, format = Uuid)]
    repository: Option<RepositoryId>,
    /// Only of the issue with this short id.
    issue: Option<String>,
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<i64>,
}

/// `GET /api/v1/references?repository=&issue=&limit=&after=`
#[utoipa::path(
    get,
    path = "/references",
    operation_id = "list_references",
    tag = "history",
    summary = "What was done to issues because commits name them, the newest first.",
    params(ReferencesQuery),
    responses((status = 200, body = ReferenceList, description = "A page."))
)]
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
