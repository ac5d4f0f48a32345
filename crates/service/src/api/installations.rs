//! Connected workspaces.

use axum::Json;
use axum::extract::{Request, State};
use bitbucket_integration_provider::ConnectWorkspace;
use bitbucket_integration_provider::ports::StoredCredential;
use http::StatusCode;

use super::answer::Refusal;
use super::fields::{field, optional};
use super::state::App;
use super::{body, views};
use crate::wire::{ConnectBody, CredentialBody, InstallationList, InstallationView};

/// `GET /api/v1/installations`
pub(super) async fn list(State(app): State<App>) -> Result<Json<InstallationList>, Refusal> {
    let installations = app
        .integration()
        .ports()
        .installations
        .list()
        .await
        .map_err(|error| Refusal::from(&error))?;
    Ok(Json(InstallationList {
        installations: installations.into_iter().map(views::installation).collect(),
    }))
}

/// `POST /api/v1/installations`: 201 for a workspace that is new, 200 for a new credential of a known one.
pub(super) async fn connect(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<InstallationView>), Refusal> {
    let asked: ConnectBody = body::json(request, app.limits()).await?;
    let request = ConnectWorkspace {
        workspace: field("workspace", &asked.workspace)?,
        credential: credential(asked.credential),
        tracker: optional("tracker", asked.tracker.as_deref())?,
    };
    let integration = app.integration().clone();
    let before = integration
        .ports()
        .installations
        .list()
        .await
        .map_err(|error| Refusal::from(&error))?;
    let connected = app
        .finish(async move { integration.connect_workspace(request).await })
        .await?;
    let installation = connected.map_err(|error| Refusal::from(&error))?;
    let known = before.iter().any(|earlier| earlier.id == installation.id);
    let status = if known {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    tracing::info!(installation.id = %installation.id, workspace = %installation.workspace, installation.new = !known, "a workspace is connected");
    Ok((status, Json(views::installation(installation))))
}

fn credential(body: CredentialBody) -> StoredCredential {
    match body {
        CredentialBody::AccessToken { token } => StoredCredential::AccessToken { token },
        CredentialBody::ApiToken { email, token } => StoredCredential::ApiToken { email, token },
        CredentialBody::Connect {
            app_key,
            client_key,
            shared_secret,
        } => StoredCredential::Connect {
            app_key,
            client_key,
            shared_secret,
        },
    }
}
