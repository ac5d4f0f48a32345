//! Telling Sentry where a release was deployed.

use bitbucket_http_client::policy::Repeat;
use bitbucket_integration_provider::ports::{TrackerDeploy, TrackerError};

use super::client::{Client, misuse};
use super::limits::check_version;
use super::wire::{KnownDeploy, NewDeploy, name};

const TEMPLATE: &str = "/api/0/organizations/{org}/releases/{version}/deploys/";

/// Posts a deploy, unless Sentry has it: every post makes a new one there.
pub(super) async fn deploy(client: &Client, deploy: &TrackerDeploy) -> Result<(), TrackerError> {
    check_version(&deploy.version).map_err(|error| misuse(error.to_string()))?;
    let segments = ["releases", deploy.version.as_str(), "deploys"];
    let answer = client.read(TEMPLATE, &segments).await?;
    if !answer.is_success() {
        return Err(answer.error("the release"));
    }
    let known: Vec<KnownDeploy> = answer.json()?;
    if known.iter().any(|known| known.is(deploy)) {
        return Ok(());
    }
    let body = NewDeploy {
        environment: &deploy.environment,
        name: name(deploy),
        date_finished: deploy.deployed_at,
    };
    let answer = client
        .send(("POST", TEMPLATE), &segments, &body, Repeat::Unsafe)
        .await?;
    if answer.is_success() {
        Ok(())
    } else {
        Err(answer.error("the release"))
    }
}
