//! `keys create`, `keys list`, `keys revoke`

use std::path::Path;

use bitbucket_integration_provider::ports::ApiScope;
use secrecy::ExposeSecret as _;

use super::args::{CreateKeyArgs, KeysAction, ListArgs};
use super::client::ApiClient;
use super::{Failure, Output, storage};
use crate::config::Environment;
use crate::wire::{ApiKeyList, ApiKeyView, CreateKeyBody, CreatedKeyView};

pub(super) async fn run(
    action: KeysAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    match action {
        KeysAction::Create(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            create(args, &client, output).await
        }
        KeysAction::Rotate => storage::rotate(file, environment, output).await,
        KeysAction::List(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            list(&args, &client, output).await
        }
        KeysAction::Revoke { id, server } => {
            let client = ApiClient::find(&server, file, environment)?;
            revoke(&id, &client, output).await
        }
    }
}

async fn create(args: CreateKeyArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let body = CreateKeyBody {
        name: args.name,
        scope: match args.scope.as_str() {
            "read" => ApiScope::Read,
            "write" => ApiScope::Write,
            _ => ApiScope::Admin,
        },
        expires_in_days: args.days,
    };
    let (_, created): (_, CreatedKeyView) = client.post("/keys", &body).await?;
    if args.json {
        return output.json(&created);
    }
    output.line(created.key.expose_secret());
    let end = created.record.expires_at.map_or_else(
        || "does not expire".to_owned(),
        |end| format!("expires at {end:.0}"),
    );
    output.note(format_args!(
        "key {} ({}, scope {}) {end}; it is shown only this once",
        created.record.id,
        created.record.name,
        created.record.scope.as_str()
    ));
    Ok(())
}

async fn list(args: &ListArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let list: ApiKeyList = client.get("/keys").await?;
    if args.json {
        return output.json(&list);
    }
    let row = |key: ApiKeyView| {
        let end = key.expires_at.map(|end| format!("{end:.0}"));
        [
            key.id.to_string(),
            key.name,
            key.scope.as_str().to_owned(),
            key.state,
            format!("{:.0}", key.created_at),
            end.unwrap_or_else(|| "never".to_owned()),
        ]
    };
    let rows: Vec<[String; 6]> = list.keys.into_iter().map(row).collect();
    output.table(["KEY", "NAME", "SCOPE", "STATE", "MADE", "EXPIRES"], &rows);
    Ok(())
}

async fn revoke(id: &str, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    if !id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Err(Failure::Usage(format!(
            "`{id}` is not the id of a key; `bitbucket-integration keys list` shows them"
        )));
    }
    let revoked: ApiKeyView = client.delete(&format!("/keys/{id}")).await?;
    output.line(format_args!(
        "key {} ({}) is revoked",
        revoked.id, revoked.name
    ));
    Ok(())
}
