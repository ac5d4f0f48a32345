//! `repository add` and `repository list`

use std::path::Path;

use bitbucket_integration_provider::ports::PushPolicy;
use http::StatusCode;

use super::args::{AddArgs, ListArgs, RepositoryAction};
use super::client::ApiClient;
use super::{Failure, Output, repositories};
use crate::config::Environment;
use crate::wire::{AddRepositoryBody, RepositoryList, RepositoryView};

pub(super) async fn run(
    action: RepositoryAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    match action {
        RepositoryAction::Add(args) => add(args, file, environment, output).await,
        RepositoryAction::List(args) => list(&args, file, environment, output).await,
        RepositoryAction::Search(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            repositories::search(&args, &client, output).await
        }
        RepositoryAction::Remove(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            repositories::remove(&args, &client, output).await
        }
        RepositoryAction::Rotate(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            repositories::rotate(&args, &client, output).await
        }
        RepositoryAction::Sync(args) => {
            let client = ApiClient::find(&args.server, file, environment)?;
            repositories::sync(&args, &client, output).await
        }
    }
}

async fn add(
    args: AddArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = ApiClient::find(&args.server, file, environment)?;
    let body = AddRepositoryBody {
        repository: args.repository,
        projects: args.projects,
        on_push: if args.on_push == PushPolicy::Record.as_str() {
            PushPolicy::Record
        } else {
            PushPolicy::Comment
        },
    };
    let (status, repository): (_, RepositoryView) = client.post("/repositories", &body).await?;
    if args.json {
        return output.json(&repository);
    }
    let done = if status == StatusCode::CREATED {
        "is followed"
    } else {
        "was followed before; its settings are replaced"
    };
    let hook = repository.hook.as_deref().unwrap_or("(none yet)");
    output.line(format_args!(
        "repository {} {done}; hook {hook} calls {}",
        repository.full_name, repository.hook_url
    ));
    Ok(())
}

async fn list(
    args: &ListArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = ApiClient::find(&args.server, file, environment)?;
    let repositories = client.pages::<RepositoryList>("/repositories").await?;
    if args.json {
        return output.json(&RepositoryList {
            repositories,
            next: None,
        });
    }
    let row = |repository: RepositoryView| {
        let projects = if repository.projects.is_empty() {
            "(any)".to_owned()
        } else {
            repository.projects.join(",")
        };
        let hook = repository.hook.unwrap_or_else(|| "-".to_owned());
        [
            repository.full_name,
            repository.state.as_str().to_owned(),
            repository.on_push.as_str().to_owned(),
            projects,
            hook,
        ]
    };
    let rows: Vec<[String; 5]> = repositories.into_iter().map(row).collect();
    output.table(
        ["REPOSITORY", "STATE", "ON PUSH", "PROJECTS", "HOOK"],
        &rows,
    );
    Ok(())
}
