//! `issue …`

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use http::StatusCode;

use super::args::{
    CreateIssueArgs, IssueAction, LinkIssueArgs, ListIssuesArgs, SearchIssuesArgs, ServerArgs,
};
use super::client::ApiClient;
use super::repositories::followed;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::{
    ChoiceList, ChoiceView, CreateIssueBody, IssueLinkList, IssueLinkView, LinkIssueBody,
    UnlinkedIssue,
};

/// Longest text that is read, in bytes; the service takes no longer request.
const LONGEST_TEXT: u64 = 1 << 20;

pub(super) async fn run(
    action: IssueAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = |server: &ServerArgs| ApiClient::find(server, file, environment);
    match action {
        IssueAction::Create(args) => create(&args, &client(&args.server)?, output).await,
        IssueAction::Link(args) => link(&args, &client(&args.server)?, output).await,
        IssueAction::Search(args) => search(&args, &client(&args.server)?, output).await,
        IssueAction::List(args) => list(&args, &client(&args.server)?, output).await,
        IssueAction::Unlink { id, server } => unlink(&id, &client(&server)?, output).await,
    }
}

async fn create(
    args: &CreateIssueArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let description = args.description_file.as_deref().map(text).transpose()?;
    let body = CreateIssueBody {
        issue: args.issue.clone(),
        repository: args.repository.clone(),
        title: args.title.clone(),
        description,
        kind: Some(args.kind.clone()),
        priority: Some(args.priority.clone()),
    };
    let key = args.idempotency_key.as_deref();
    let (status, link): (_, IssueLinkView) = client.post_once("/issues", &body, key).await?;
    let done = match status {
        StatusCode::CREATED => "is created",
        _ => "was created before",
    };
    tell(&link, &args.repository, done, args.json, output)
}

async fn link(args: &LinkIssueArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let body = LinkIssueBody {
        issue: args.issue.clone(),
        repository: args.repository.clone(),
        number: args.number,
        comment: args.comment.clone(),
    };
    let (status, link): (_, IssueLinkView) = client.post("/issues/link", &body).await?;
    let done = match status {
        StatusCode::CREATED => "is linked",
        _ => "was linked before",
    };
    tell(&link, &args.repository, done, args.json, output)
}

fn tell(
    link: &IssueLinkView,
    repository: &str,
    done: &str,
    json: bool,
    output: &Output,
) -> Result<(), Failure> {
    if json {
        return output.json(link);
    }
    output.line(format_args!(
        "{repository}#{} {done} for {}: {}",
        link.number,
        link.issue,
        link.web_url.as_deref().unwrap_or(&link.title)
    ));
    Ok(())
}

async fn search(
    args: &SearchIssuesArgs,
    client: &ApiClient,
    output: &Output,
) -> Result<(), Failure> {
    let repository = followed(client, &args.repository).await?;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("field", "number")
        .append_pair("repository", &repository.full_name)
        .append_pair("query", &args.text)
        .finish();
    let path = format!(
        "/installations/{}/issue-search?{query}",
        repository.installation
    );
    let found: ChoiceList = client.get(&path).await?;
    if args.json {
        return output.json(&found);
    }
    let row = |one: ChoiceView| [one.value, one.label];
    let rows: Vec<[String; 2]> = found.choices.into_iter().map(row).collect();
    output.table(["NUMBER", "ISSUE"], &rows);
    if !found.complete {
        output.warning("there are more; search for a longer part of the title");
    }
    Ok(())
}

async fn list(args: &ListIssuesArgs, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(issue) = &args.issue {
        query.append_pair("issue", issue);
    }
    if let Some(name) = &args.repository {
        let repository = followed(client, name).await?;
        query.append_pair("repository", &repository.id.to_string());
    }
    if let Some(number) = args.number {
        query.append_pair("number", &number.to_string());
    }
    let path = format!("/issues?{}", query.finish());
    let issues = client.pages::<IssueLinkList>(&path).await?;
    if args.json {
        return output.json(&IssueLinkList { issues, next: None });
    }
    let row = |one: IssueLinkView| {
        let place = one.web_url.unwrap_or_else(|| format!("#{}", one.number));
        [one.id.to_string(), one.issue, place, one.title]
    };
    let rows: Vec<[String; 4]> = issues.into_iter().map(row).collect();
    output.table(["ID", "ISSUE", "AT BITBUCKET", "TITLE"], &rows);
    Ok(())
}

async fn unlink(id: &str, client: &ApiClient, output: &Output) -> Result<(), Failure> {
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let removed: UnlinkedIssue = client.delete(&format!("/issues/{encoded}")).await?;
    output.line(format_args!("link {} is forgotten", removed.id));
    Ok(())
}

/// The text of a file, or of the standard input for `-`.
fn text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let most = LONGEST_TEXT + 1;
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(most).read_to_string(&mut text)
    } else {
        fs::File::open(path).and_then(|file| file.take(most).read_to_string(&mut text))
    };
    let read =
        read.map_err(|error| Failure::Usage(format!("can't read {}: {error}", path.display())))?;
    if read as u64 > LONGEST_TEXT {
        return Err(Failure::Usage(format!(
            "{} is longer than {LONGEST_TEXT} bytes",
            path.display()
        )));
    }
    Ok(text)
}
