//! Whether the tracker is there and takes our token.

use bitbucket_integration_provider::ports::TrackerError;

use super::client::Client;
use super::wire::Organization;

const TEMPLATE: &str = "/api/0/organizations/{org}/";

/// Reads the organization. Warns when it lives in another region than the configured address: calls about it belong there.
pub(super) async fn probe(client: &Client) -> Result<(), TrackerError> {
    let answer = client.read(TEMPLATE, &[]).await?;
    if !answer.is_success() {
        return Err(answer.error(&format!("the organization {}", client.organization())));
    }
    let organization: Organization = answer.json()?;
    if let Some(region) = organization
        .links
        .and_then(|links| links.region_url)
        .filter(|region| is_elsewhere(region, client))
    {
        let region: String = region.chars().take(200).collect();
        tracing::warn!(tracker.address = %client.base(), tracker.region = region, "the tracker's organization lives at another address; configure that one");
    }
    Ok(())
}

fn is_elsewhere(region: &str, client: &Client) -> bool {
    let authority = region
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    authority.is_some_and(|authority| {
        !authority.is_empty() && !authority.eq_ignore_ascii_case(client.base().authority())
    })
}
