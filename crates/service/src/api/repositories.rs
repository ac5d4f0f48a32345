//! Followed repositories.

use axum::Json;
use axum::extract::{Request, State};
use bitbucket_integration_provider::AddRepository;
use http::StatusCode;

use super::answer::Refusal;
use super::fields::{field, projects};
use super::state::App;
use super::{body, views};
use crate::wire::{AddRepositoryBody, RepositoryList, RepositoryView};

/// `GET /api/v1/repositories`
pub(super) async fn list(State(app): State<App>) -> Result<Json<RepositoryList>, Refusal> {
    let integration = app.integration();
    let ports = integration.ports();
    let mut repositories = Vec::new();
    for installation in ports
        .installations
        .list()
        .await
        .map_err(|error| Refusal::from(&error))?
    {
        let found = ports
            .repositories
            .list(installation.id)
            .await
            .map_err(|error| Refusal::from(&error))?;
        repositories.extend(
            found
                .into_iter()
                .map(|repository| views::repository(repository, &integration.settings().hook_base)),
        );
    }
    Ok(Json(RepositoryList { repositories }))
}

/// `POST /api/v1/repositories`: 201 for a repository that is new, 200 for one that was followed before.
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
