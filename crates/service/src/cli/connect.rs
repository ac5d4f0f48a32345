//! `connect`

use std::path::Path;

use http::StatusCode;

use super::args::ConnectArgs;
use super::client::ApiClient;
use super::{Failure, Output};
use crate::config::{Environment, read_secret_file};
use crate::wire::{
    AskConsentBody, AskedConsentView, ConnectBody, ConnectedView, CredentialBody, InstallationView,
};

pub(super) async fn run(
    args: ConnectArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    if args.consent {
        let client = ApiClient::find(&args.server, file, environment)?;
        return ask_for_consent(&args, &client, output).await;
    }
    let body = ConnectBody {
        workspace: args.workspace.clone(),
        tracker: args.tracker.clone(),
        credential: credential(&args, environment)?,
    };
    let client = ApiClient::find(&args.server, file, environment)?;
    let (status, connected): (_, ConnectedView) = client.post("/installations", &body).await?;
    if args.json {
        return output.json(&connected);
    }
    let done = if status == StatusCode::CREATED {
        "is connected"
    } else {
        "was connected before; its credential is replaced"
    };
    for missing in connected.access.iter().filter(|one| one.state == "missing") {
        output.warning(&format!(
            "the credential lacks the scope `{}`, which is needed for {}",
            missing.scope, missing.needed_for
        ));
    }
    let InstallationView {
        workspace,
        workspace_uuid,
        tracker,
        ..
    } = connected.installation;
    output.line(format_args!(
        "workspace {workspace} {workspace_uuid} {done}; it reports to tracker {tracker}"
    ));
    output.note(format_args!(
        "next: bitbucket-integration repository add {workspace}/REPOSITORY --project PROJECT"
    ));
    Ok(())
}

/// Prints the address alone, so that it can be piped.
async fn ask_for_consent(
    args: &ConnectArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let body = AskConsentBody {
        workspace: args.workspace.clone(),
        tracker: args.tracker.clone(),
    };
    let (_, asked): (_, AskedConsentView) = client.post("/installations/consent", &body).await?;
    if args.json {
        return output.json(&asked);
    }
    output.line(&asked.url);
    output.note(format_args!(
        "open this address in a browser and agree before {}; it connects workspace {} and no other",
        asked.expires_at, args.workspace
    ));
    Ok(())
}

/// Flags win over the environment.
fn credential(args: &ConnectArgs, environment: &Environment) -> Result<CredentialBody, Failure> {
    if args.installed_app {
        return Ok(CredentialBody::InstalledApp);
    }
    if let (Some(key), Some(path)) = (&args.consumer_key, &args.consumer_secret_file) {
        return Ok(CredentialBody::ClientCredentials {
            consumer_key: key.clone(),
            consumer_secret: read_secret_file(path).map_err(Failure::Usage)?,
        });
    }
    if let Some(path) = &args.access_token_file {
        let token = read_secret_file(path).map_err(Failure::Usage)?;
        return Ok(CredentialBody::AccessToken { token });
    }
    let api_token = match &args.api_token_file {
        Some(path) => Some(read_secret_file(path).map_err(Failure::Usage)?),
        None => environment.secret("API_TOKEN"),
    };
    match (api_token, &args.email, environment.secret("ACCESS_TOKEN")) {
        (Some(token), Some(email), _) => Ok(CredentialBody::ApiToken { email: email.clone(), token }),
        (Some(_), None, None) => Err(Failure::Usage("an API token needs the e-mail address of its account: --email ADDRESS".to_owned())),
        (_, _, Some(token)) => Ok(CredentialBody::AccessToken { token }),
        (None, _, None) => Err(Failure::Usage(
            "no credential: give --access-token-file FILE, --api-token-file FILE with --email ADDRESS, or --consent".to_owned(),
        )),
    }
}
