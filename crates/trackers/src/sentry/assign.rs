//! Assigning an issue to a person.

use bitbucket_http_client::policy::Repeat;
use bitbucket_integration_provider::ports::{TrackerError, TrackerIssue};

use super::client::{Client, issue_segment, misuse};
use super::wire::Assignment;

const TEMPLATE: &str = "/api/0/organizations/{org}/issues/{issue_id}/";

/// Assigns one issue. Sentry takes a user's primary e-mail address among other forms, such as `team:7`, which must not be meant; it says
/// 400 for an address that belongs to none of the organization's members, or to one who may not have the issue.
pub(super) async fn assign(
    client: &Client,
    issue: &TrackerIssue,
    email: &str,
) -> Result<bool, TrackerError> {
    if !email.contains('@') || email.contains(':') {
        return Err(misuse("not an e-mail address".to_owned()));
    }
    let segments = ["issues", issue_segment(issue)?];
    let assignment = Assignment { assigned_to: email };
    let answer = client
        .send(("PUT", TEMPLATE), &segments, &assignment, Repeat::Safe)
        .await?;
    match answer.status() {
        200..=299 => Ok(true),
        400 if answer.is_json() => Ok(false),
        _ => Err(answer.error("the issue")),
    }
}
