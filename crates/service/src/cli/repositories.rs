//! `repository search`, `remove`, `rotate` and `sync`

use super::args::{OneArgs, RemoveArgs, SearchArgs, SyncArgs};
use super::client::ApiClient;
use super::disconnect::installation;
use super::{Failure, Output};
use crate::wire::{
    FoundRepositoryList, FoundRepositoryView, RemovedView, RepositoryList, RepositoryView,
    SyncAsked,
};

pub(super) async fn search(
    args: &SearchArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let installation = installation(client, &args.workspace).await?;
    let mut path = format!("/installations/{}/repositories", installation.id);
    if let Some(text) = &args.text {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        path.push_str("?q=");
        path.push_str(&encoded);
    }
    let found: FoundRepositoryList = client.get(&path).await?;
    if args.json {
        return output.json(&found);
    }
    let row = |one: FoundRepositoryView| {
        let followed = if one.followed.is_some() { "yes" } else { "-" };
        let main = one.main_branch.unwrap_or_else(|| "-".to_owned());
        [one.full_name, followed.to_owned(), main]
    };
    let rows: Vec<[String; 3]> = found.repositories.into_iter().map(row).collect();
    output.table(["REPOSITORY", "FOLLOWED", "MAIN BRANCH"], &rows);
    if !found.complete {
        output.warning("there are more; search for a part of the name");
    }
    Ok(())
}

pub(super) async fn remove(
    args: &RemoveArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let path = format!("/repositories/{}?force={}", repository.id, args.force);
    let removed: RemovedView = client.delete(&path).await?;
    output.line(format_args!(
        "repository {} is not followed any more",
        removed.full_name
    ));
    if let Some(hook) = removed.hook_left {
        output.warning(&format!(
            "hook {hook} is still at Bitbucket; delete it there"
        ));
    }
    Ok(())
}

pub(super) async fn rotate(
    args: &OneArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let path = format!("/repositories/{}/rotate", repository.id);
    let (_, rotated): (_, RepositoryView) = client.post(&path, &()).await?;
    output.line(format_args!(
        "the hook of {} has a new secret",
        rotated.full_name
    ));
    Ok(())
}

pub(super) async fn sync(
    args: &SyncArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let installation = installation(client, &args.workspace).await?;
    let path = format!("/installations/{}/sync", installation.id);
    let (_, _): (_, SyncAsked) = client.post(&path, &()).await?;
    output.line(format_args!(
        "workspace {} is being compared with Bitbucket; see `bitbucket-integration jobs`",
        installation.workspace
    ));
    Ok(())
}

pub(super) async fn followed(client: &ApiClient, name: &str) -> Result<RepositoryView, Failure> {
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let path = format!("/repositories?name={encoded}");
    let list: RepositoryList = client.get(&path).await?;
    list.repositories
        .into_iter()
        .next()
        .ok_or_else(|| Failure::Failed(format!("repository {name} is not followed")))
}
