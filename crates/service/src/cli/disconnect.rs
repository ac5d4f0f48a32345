//! `disconnect`

use std::path::Path;

use super::args::DisconnectArgs;
use super::client::ApiClient;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::{DisconnectedView, InstallationList, InstallationView};

pub(super) async fn run(
    args: &DisconnectArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = ApiClient::find(&args.server, file, environment)?;
    let installation = installation(&client, &args.workspace).await?;
    let path = format!("/installations/{}", installation.id);
    let done: DisconnectedView = client.delete(&path).await?;
    if args.json {
        return output.json(&done);
    }
    output.line(format_args!(
        "workspace {} is disconnected; its credential is forgotten, its history stays",
        installation.workspace
    ));
    for left in done.hooks_left {
        let hook = left.hook.unwrap_or_else(|| "(unknown)".to_owned());
        output.warning(&format!(
            "hook {hook} of {} is still at Bitbucket, delete it there: {}",
            left.repository, left.reason
        ));
    }
    output.note("next: revoke the credential at Bitbucket");
    Ok(())
}

/// The connected workspace with this slug or UUID.
pub(super) async fn installation(
    client: &ApiClient,
    workspace: &str,
) -> Result<InstallationView, Failure> {
    let installations = client.pages::<InstallationList>("/installations").await?;
    installations
        .into_iter()
        .find(|one| one.workspace.eq_ignore_ascii_case(workspace) || one.workspace_uuid == workspace)
        .ok_or_else(|| {
            Failure::Failed(format!(
                "workspace {workspace} is not connected; connect it with `bitbucket-integration connect {workspace}`"
            ))
        })
}
