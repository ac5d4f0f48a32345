//! Connected workspaces.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::ports::{InstallationState, StoredCredential};
use bitbucket_integration_provider::{Access, ConnectWorkspace, InstallationId, MOST_REPOSITORIES};
use http::{StatusCode, Uri};
use serde::Deserialize;

use super::answer::Refusal;
use super::fields::{field, optional, path_id};
use super::pages::{cut, limit};
use super::state::App;
use super::{body, views};
use crate::wire::{
    ConnectBody, ConnectedView, CredentialBody, DisconnectedView, FoundRepositoryList,
    InstallationList, SyncAsked,
};

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    #[param(value_type = Option<String>, format = Uuid)]
    after: Option<InstallationId>,
}

/// `GET /api/v1/installations?limit=&after=`
#[utoipa::path(
    get,
    path = "/installations",
    operation_id = "list_installations",
    tag = "installations",
    summary = "Connected workspaces, page by page.",
    params(ListQuery),
    responses((status = 200, body = InstallationList, description = "A page."))
)]
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<InstallationList>, Refusal> {
    let query: ListQuery = body::query(&uri)?;
    let limit = limit(query.limit)?;
    let found = app.listings().installations(query.after, limit + 1).await;
    let mut found = found.map_err(|error| Refusal::from(&error))?;
    let next = cut(&mut found, limit, |one| one.id.to_string());
    Ok(Json(InstallationList {
        installations: found.into_iter().map(views::installation).collect(),
        next,
    }))
}

/// `POST /api/v1/installations`: 201 for a workspace that is new, 200 for a new credential of a known one.
#[utoipa::path(
    post,
    path = "/installations",
    operation_id = "connect_workspace",
    tag = "installations",
    summary = "Connects a workspace, or gives a connected one a new credential.",
    request_body = ConnectBody,
    responses((status = 201, body = ConnectedView, description = "It is connected now."), (status = 200, body = ConnectedView, description = "It was connected before and has the new credential."))
)]
pub(super) async fn connect(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<ConnectedView>), Refusal> {
    let asked: ConnectBody = body::json(request, app.limits()).await?;
    let request = ConnectWorkspace {
        workspace: field("workspace", &asked.workspace)?,
        access: access(asked.credential),
        tracker: optional("tracker", asked.tracker.as_deref())?,
    };
    let integration = app.integration().clone();
    let connected = app
        .finish(async move { integration.connect_workspace(request).await })
        .await?;
    let connected = connected.map_err(|error| Refusal::from(&error))?;
    app.wake();
    let status = if connected.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let installation = connected.installation;
    tracing::info!(installation.id = %installation.id, workspace = %installation.workspace, installation.new = connected.created, "a workspace is connected");
    let view = ConnectedView {
        installation: views::installation(installation),
        access: connected.access.into_iter().map(views::access).collect(),
    };
    Ok((status, Json(view)))
}

fn access(body: CredentialBody) -> Access {
    Access::Credential(match body {
        CredentialBody::InstalledApp => return Access::InstalledApp,
        CredentialBody::AccessToken { token } => StoredCredential::AccessToken { token },
        CredentialBody::ApiToken { email, token } => StoredCredential::ApiToken { email, token },
        CredentialBody::ClientCredentials {
            consumer_key,
            consumer_secret,
        } => StoredCredential::ClientCredentials {
            consumer_key,
            consumer_secret,
        },
        CredentialBody::Connect {
            app_key,
            client_key,
            shared_secret,
        } => StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        },
    })
}

/// `DELETE /api/v1/installations/{id}`
#[utoipa::path(
    delete,
    path = "/installations/{id}",
    operation_id = "disconnect_workspace",
    tag = "installations",
    summary = "Deletes the hooks of a workspace and forgets its credential.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the installation.")),
    responses((status = 200, body = DisconnectedView, description = "It is disconnected."))
)]
pub(super) async fn disconnect(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<DisconnectedView>, Refusal> {
    let id: InstallationId = path_id(&id)?;
    let integration = app.integration().clone();
    let done = app
        .finish(async move { integration.disconnect_workspace(id).await })
        .await?;
    let done = done.map_err(|error| Refusal::from(&error))?;
    tracing::info!(installation.id = %id, hooks.left = done.hooks_left.len(), "a workspace is disconnected");
    Ok(Json(views::disconnected(done)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Search {
    /// A text that the name contains.
    #[serde(default)]
    q: Option<String>,
    /// At most so many.
    #[serde(default)]
    limit: Option<usize>,
}

/// `GET /api/v1/installations/{id}/repositories?q=…&limit=…`
#[utoipa::path(
    get,
    path = "/installations/{id}/repositories",
    operation_id = "search_repositories",
    tag = "installations",
    summary = "Repositories that the workspace has at Bitbucket, exact matches first.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the installation."), Search),
    responses((status = 200, body = FoundRepositoryList, description = "What was found."))
)]
pub(super) async fn repositories(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<FoundRepositoryList>, Refusal> {
    let id: InstallationId = path_id(&id)?;
    let Search { q, limit } = body::query(&uri)?;
    let limit = limit.unwrap_or(MOST_REPOSITORIES);
    let found = app
        .integration()
        .search_repositories(id, q.as_deref(), limit)
        .await;
    let found = found.map_err(|error| Refusal::from(&error))?;
    Ok(Json(FoundRepositoryList {
        repositories: found.repositories.into_iter().map(views::found).collect(),
        complete: found.complete,
    }))
}

/// `POST /api/v1/installations/{id}/sync`: 202, for the look itself is a job.
#[utoipa::path(
    post,
    path = "/installations/{id}/sync",
    operation_id = "sync_workspace",
    tag = "installations",
    summary = "Asks for a look at the workspace: its repositories and their hooks.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the installation.")),
    responses((status = 202, body = SyncAsked, description = "The look is a job."))
)]
pub(super) async fn sync(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<SyncAsked>), Refusal> {
    let id: InstallationId = path_id(&id)?;
    let integration = app.integration();
    let found = integration.ports().installations.find(id).await;
    let installation = found
        .map_err(|error| Refusal::from(&error))?
        .filter(|one| one.state == InstallationState::Active)
        .ok_or_else(|| Refusal::not_found("no workspace is connected under this id"))?;
    let asked = integration.sync_now(&installation).await;
    let asked = asked.map_err(|error| Refusal::from(&error))?;
    app.wake();
    Ok((StatusCode::ACCEPTED, Json(SyncAsked { asked })))
}
