//! Changing an issue's status without regard to releases.

use bitbucket_http_client::policy::Repeat;
use bitbucket_integration_provider::ports::{IssueChange, TrackerError, TrackerIssue};

use super::client::{Client, issue_segment};
use super::wire::NewStatus;

const TEMPLATE: &str = "/api/0/organizations/{org}/issues/{issue_id}/";

/// Sets the status. Sentry's word for what is put away is `ignored`; it shows it as archived.
pub(super) async fn change(
    client: &Client,
    issue: &TrackerIssue,
    change: IssueChange,
) -> Result<(), TrackerError> {
    let status = match change {
        IssueChange::Resolve => "resolved",
        IssueChange::Reopen => "unresolved",
        IssueChange::Archive => "ignored",
    };
    let segments = ["issues", issue_segment(issue)?];
    let answer = client
        .send(
            ("PUT", TEMPLATE),
            &segments,
            &NewStatus { status },
            Repeat::Safe,
        )
        .await?;
    if answer.is_success() {
        Ok(())
    } else {
        Err(answer.error("the issue"))
    }
}
