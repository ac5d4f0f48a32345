//! Marking an issue as resolved in a release.

use bitbucket_http_client::policy::Repeat;
use bitbucket_integration_provider::ports::{TrackerError, TrackerIssue};

use super::client::{Client, issue_segment, misuse};
use super::limits::check_version;
use super::wire::Resolution;

const TEMPLATE: &str = "/api/0/organizations/{org}/issues/{issue_id}/";

/// Resolves one issue. The version is checked first, because `latest` means another release than the one of that name.
pub(super) async fn resolve_in_release(
    client: &Client,
    issue: &TrackerIssue,
    version: &str,
) -> Result<(), TrackerError> {
    check_version(version).map_err(|error| misuse(error.to_string()))?;
    let segments = ["issues", issue_segment(issue)?];
    let answer = client
        .send(
            ("PUT", TEMPLATE),
            &segments,
            &Resolution::in_release(version),
            Repeat::Safe,
        )
        .await?;
    if answer.is_success() {
        Ok(())
    } else {
        Err(answer.error("the issue"))
    }
}
