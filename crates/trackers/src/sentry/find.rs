//! Finding an issue by its short id.

use bitbucket_commit_resolver::ShortId;
use bitbucket_integration_provider::ports::{IssueStatus, ProjectSlug, TrackerError, TrackerIssue};

use super::client::Client;
use super::wire::{FoundIssue, Issue, StatusDetails};

const TEMPLATE: &str = "/api/0/organizations/{org}/shortids/{short_id}/";

/// Looks the issue up. One of a project that the token may not see answers 403 or 404 as if it did not exist, and so it is treated; a
/// short id that Sentry can't read (400) names none. Only Sentry's own word counts for that, not a page of something in between.
pub(super) async fn find(
    client: &Client,
    short_id: &ShortId,
) -> Result<Option<TrackerIssue>, TrackerError> {
    let answer = client
        .read(TEMPLATE, &["shortids", short_id.as_str()])
        .await?;
    match answer.status() {
        200 => issue(answer.json()?).map(Some),
        400 | 403 | 404 if answer.is_json() => {
            tracing::debug!(
                http.status = answer.status(),
                issue.short_id = short_id.as_str(),
                "the tracker shows no such issue"
            );
            Ok(None)
        }
        404 => Err(TrackerError::Rejected {
            status: 404,
            reason: "no Sentry answers at this address".to_owned(),
        }),
        _ => Err(answer.error("the issue")),
    }
}

fn issue(found: FoundIssue) -> Result<TrackerIssue, TrackerError> {
    let FoundIssue {
        short_id,
        project_slug,
        group,
    } = found;
    let project = ProjectSlug::parse(&project_slug).map_err(|_| unreadable("a project's slug"))?;
    let Issue {
        id,
        title,
        status,
        status_details,
        assigned_to,
        permalink,
    } = group;
    let id = id.into_text();
    if id.is_empty() {
        return Err(unreadable("an issue's id"));
    }
    Ok(TrackerIssue {
        id,
        short_id,
        project,
        title: title.unwrap_or_default(),
        status: issue_status(status, status_details),
        assigned: assigned_to.is_some(),
        web_url: permalink.filter(|url| url.starts_with("https://") || url.starts_with("http://")),
    })
}

fn issue_status(status: String, details: Option<StatusDetails>) -> IssueStatus {
    match status.as_str() {
        "unresolved" => IssueStatus::Unresolved,
        "resolved" => IssueStatus::Resolved {
            in_release: details.and_then(|details| details.in_release),
        },
        _ => IssueStatus::Other(status),
    }
}

fn unreadable(what: &str) -> TrackerError {
    TrackerError::Unreadable {
        reason: format!("{what} of an unknown form"),
    }
}
