//! `source …`

use std::path::Path;

use super::args::{LinkArgs, MapArgs, MapsArgs, OwnersArgs, ParseArgs, ServerArgs, SourceAction};
use super::client::ApiClient;
use super::disconnect::installation;
use super::repositories::followed;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::{
    AddMappingBody, CodeOwnersView, LinkView, MappingList, MappingView, PastedView, RemovedMapping,
    SuspectView, SuspectsView,
};

pub(super) async fn run(
    action: SourceAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = |server: &ServerArgs| ApiClient::find(server, file, environment);
    match action {
        SourceAction::Link(args) => link(&args, &client(&args.server)?, output).await,
        SourceAction::Suspects(args) => suspects(&args, &client(&args.server)?, output).await,
        SourceAction::Parse(args) => parse(&args, &client(&args.server)?, output).await,
        SourceAction::Owners(args) => owners(&args, &client(&args.server)?, output).await,
        SourceAction::Map(args) => map(&args, &client(&args.server)?, output).await,
        SourceAction::Maps(args) => maps(&args, &client(&args.server)?, output).await,
        SourceAction::Unmap { id, server } => unmap(&id, &client(&server)?, output).await,
    }
}

/// The query of an address: those parameters that have a value.
fn query(parameters: &[(&str, Option<&str>)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// The query that describes a frame.
async fn frame(args: &LinkArgs, client: &ApiClient) -> Result<String, Failure> {
    let line = args.line.map(|line| line.to_string());
    let within = match &args.workspace {
        Some(workspace) => Some(installation(client, workspace).await?.id.to_string()),
        None => None,
    };
    Ok(query(&[
        ("path", Some(&args.path)),
        ("line", line.as_deref()),
        ("project", args.project.as_deref()),
        ("repository", args.repository.as_deref()),
        ("commit", args.commit.as_deref()),
        ("release", args.release.as_deref()),
        ("installation", within.as_deref()),
    ]))
}

async fn suspects(args: &LinkArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let query = frame(args, client).await?;
    let found: SuspectsView = client.get(&format!("/source/suspects?{query}")).await?;
    if args.json {
        return output.json(&found);
    }
    let row = |one: SuspectView| {
        let commit: String = one.commit.chars().take(12).collect();
        let author = one.author_name.or(one.author_email).unwrap_or_default();
        [commit, one.reasons.join(", "), author, one.subject]
    };
    let rows: Vec<[String; 4]> = found.suspects.into_iter().map(row).collect();
    output.table(["COMMIT", "WHY", "AUTHOR", "SUBJECT"], &rows);
    Ok(())
}

async fn link(args: &LinkArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let query = frame(args, client).await?;
    let link: LinkView = client.get(&format!("/source/link?{query}")).await?;
    if args.json {
        return output.json(&link);
    }
    if let Some(url) = link.url {
        output.line(url);
        return Ok(());
    }
    let why = match (link.outcome.as_str(), link.tried) {
        (_, Some(tried)) => format!("there is no such file; tried {tried}"),
        ("stack_root_mismatch", None) => {
            "no path rule fits, and too many repositories are followed to look into each; make one with `bitbucket-integration source map`".to_owned()
        }
        ("integration_link_forbidden", None) => {
            "the credential of the workspace may not read the source".to_owned()
        }
        _ => "the workspace is not connected any more".to_owned(),
    };
    Err(Failure::Failed(why))
}

async fn parse(args: &ParseArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let query = query(&[("url", Some(&args.url))]);
    let source: PastedView = client.get(&format!("/source/parse?{query}")).await?;
    if args.json {
        return output.json(&source);
    }
    let lines = match (source.first_line, source.last_line) {
        (Some(first), Some(last)) if first != last => Some(format!("{first} to {last}")),
        (first, _) => first.map(|line| line.to_string()),
    };
    let parts = [
        ("repository", Some(source.full_name)),
        ("branch or tag", source.reference),
        ("commit", source.commit),
        ("path", source.path),
        ("lines", lines),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            output.line(format_args!("{name}: {value}"));
        }
    }
    Ok(())
}

async fn owners(args: &OwnersArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let query = query(&[("path", args.path.as_deref())]);
    let path = format!("/repositories/{}/codeowners?{query}", repository.id);
    let owners: CodeOwnersView = client.get(&path).await?;
    if args.json {
        return output.json(&owners);
    }
    for line in &owners.unread {
        output.warning(&format!(
            "{} line {}: {}",
            owners.filepath, line.line, line.reason
        ));
    }
    if args.path.is_some() {
        let rule = owners.decides.ok_or_else(|| {
            Failure::Failed(format!("no rule in {} fits this file", owners.filepath))
        })?;
        output.line(rule.owners.join(" "));
        return Ok(());
    }
    let rows: Vec<[String; 3]> = owners
        .rules
        .into_iter()
        .map(|rule| [rule.line.to_string(), rule.pattern, rule.owners.join(" ")])
        .collect();
    output.table(["LINE", "PATTERN", "OWNERS"], &rows);
    Ok(())
}

async fn map(args: &MapArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let body = AddMappingBody {
        project: args.project.clone(),
        stack_root: args.stack_root.clone(),
        source_root: args.source_root.clone(),
    };
    let path = format!("/repositories/{}/mappings", repository.id);
    let (_, made): (_, MappingView) = client.post(&path, &body).await?;
    output.line(format_args!(
        "paths that begin with `{}` stand at `{}` in {} ({})",
        made.stack_root, made.source_root, repository.full_name, made.id
    ));
    Ok(())
}

async fn maps(args: &MapsArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let path = format!("/repositories/{}/mappings", repository.id);
    let list: MappingList = client.get(&path).await?;
    if args.json {
        return output.json(&list);
    }
    let row = |one: MappingView| {
        let project = one.project.unwrap_or_else(|| "(any)".to_owned());
        [one.id.to_string(), project, one.stack_root, one.source_root]
    };
    let rows: Vec<[String; 4]> = list.mappings.into_iter().map(row).collect();
    output.table(["ID", "PROJECT", "STACK ROOT", "SOURCE ROOT"], &rows);
    Ok(())
}

async fn unmap(id: &str, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let removed: RemovedMapping = client.delete(&format!("/mappings/{encoded}")).await?;
    output.line(format_args!("path rule {} is removed", removed.id));
    Ok(())
}
