//! Followed repositories.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::{AddRepository, RepositoryId};
use http::{StatusCode, Uri};
use serde::Deserialize;

use super::answer::Refusal;
use super::fields::{field, path_id, projects};
use super::pages::{cut, limit};
use super::state::App;
use super::{body, views};
use crate::wire::{AddRepositoryBody, RemovedView, RepositoryList, RepositoryView};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only the one of this name, `workspace/slug`.
    name: Option<String>,
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    #[param(value_type = Option<String>, format = Uuid)]
    after: Option<RepositoryId>,
}

/// `GET /api/v1/repositories?name=&limit=&after=`
#[utoipa::path(
    get,
    path = "/repositories",
    operation_id = "list_repositories",
    tag = "repositories",
    summary = "Followed repositories, page by page.",
    params(ListQuery),
    responses((status = 200, body = RepositoryList, description = "A page."))
)]
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<RepositoryList>, Refusal> {
    let query: ListQuery = body::query(&uri)?;
    let limit = limit(query.limit)?;
    let mut found = match &query.name {
        Some(name) => {
            let repositories = &app.integration().ports().repositories;
            let named = repositories.by_full_name(&field("name", name)?).await;
            named.map(|one| one.into_iter().collect())
        }
        None => app.listings().repositories(query.after, limit + 1).await,
    }
    .map_err(|error| Refusal::from(&error))?;
    let next = cut(&mut found, limit, |one| one.id.to_string());
    let hook_base = &app.integration().settings().hook_base;
    let view = |one| views::repository(one, hook_base);
    Ok(Json(RepositoryList {
        repositories: found.into_iter().map(view).collect(),
        next,
    }))
}

/// `POST /api/v1/repositories`: 201 for a repository that is new, 200 for one that was followed before.
#[utoipa::path(
    post,
    path = "/repositories",
    operation_id = "add_repository",
    tag = "repositories",
    summary = "Follows a repository: creates its hook, or adopts the one that is there.",
    request_body = AddRepositoryBody,
    responses((status = 201, body = RepositoryView, description = "It is followed now."), (status = 200, body = RepositoryView, description = "It was followed before."))
)]
pub(super) async fn add(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<RepositoryView>), Refusal> {
    let asked: AddRepositoryBody = body::json(request, app.limits()).await?;
    let request = AddRepository {
        repository: field("repository", &asked.repository)?,
        projects: projects(&asked.projects)?,
        on_push: asked.on_push,
    };
    let integration = app.integration().clone();
    let added = app
        .finish(async move { integration.add_repository(request).await })
        .await?;
    let added = added.map_err(|error| Refusal::from(&error))?;
    let status = if added.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    tracing::info!(repository.id = %added.repository.id, repository.name = %added.repository.full_name, repository.new = added.created, "a repository is followed");
    Ok((
        status,
        Json(views::repository(
            added.repository,
            &app.integration().settings().hook_base,
        )),
    ))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Removal {
    /// Also when its hook can't be deleted.
    #[serde(default)]
    force: bool,
}

/// `DELETE /api/v1/repositories/{id}?force=…`
#[utoipa::path(
    delete,
    path = "/repositories/{id}",
    operation_id = "remove_repository",
    tag = "repositories",
    summary = "Deletes the hook of a repository and follows it no more.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository."), Removal),
    responses((status = 200, body = RemovedView, description = "It is not followed any more."))
)]
pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<RemovedView>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let Removal { force } = body::query(&uri)?;
    let integration = app.integration().clone();
    let removed = app
        .finish(async move { integration.remove_repository(id, force).await })
        .await?;
    let removed = removed.map_err(|error| Refusal::from(&error))?;
    tracing::info!(repository.id = %id, repository.name = %removed.repository.full_name, "a repository is not followed any more");
    Ok(Json(RemovedView {
        full_name: removed.repository.full_name.to_string(),
        hook_left: removed.hook_left.map(|hook| hook.to_string()),
    }))
}

/// `POST /api/v1/repositories/{id}/rotate`: a new secret for its hook.
#[utoipa::path(
    post,
    path = "/repositories/{id}/rotate",
    operation_id = "rotate_secret",
    tag = "repositories",
    summary = "Gives the hook of a repository a new secret.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository.")),
    responses((status = 200, body = RepositoryView, description = "The hook has it."))
)]
pub(super) async fn rotate(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<RepositoryView>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let integration = app.integration().clone();
    let rotated = app
        .finish(async move { integration.rotate_secret(id).await })
        .await?;
    let repository = rotated.map_err(|error| Refusal::from(&error))?;
    tracing::info!(repository.id = %id, "the hook of a repository has a new secret");
    let hook_base = &app.integration().settings().hook_base;
    Ok(Json(views::repository(repository, hook_base)))
}
