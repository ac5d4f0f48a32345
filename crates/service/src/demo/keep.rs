//! `--keep`: everything stays, and a person is told what to try.

use super::stage::Stage;
use crate::cli::serve::Stop;
use crate::cli::{Failure, Output};

/// Prints the addresses and waits for a signal.
pub(super) async fn until_signal(stage: &Stage, output: &Output) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    let (service, key) = (stage.service.url(), stage.api_key_file());
    let control = stage.simulator.control_url();
    let program = std::env::current_exe().map_or_else(
        |_| "bitbucket-integration".to_owned(),
        |path| path.display().to_string(),
    );
    output.line("");
    output.line("Everything is left running:");
    output.line(format_args!(
        "  service            {service}   (API key in {key})"
    ));
    output.line(format_args!(
        "  Bitbucket          {}",
        stage.simulator.bitbucket_url()
    ));
    output.line(format_args!(
        "  Sentry             {}",
        stage.simulator.sentry_url()
    ));
    output.line(format_args!("  simulator control  {control}"));
    output.line("");
    output.line("Look at it:");
    output.line(format_args!(
        "  export BITBUCKET_INTEGRATION_SERVER={service} BITBUCKET_INTEGRATION_API_KEY_FILE={key}"
    ));
    output.line(format_args!("  {program} status"));
    output.line(format_args!("  {program} jobs"));
    output.line(format_args!(
        "  curl -H \"Authorization: Bearer $(cat {key})\" {service}/api/v1/releases"
    ));
    output.line("Push something else, and see the comment on its issue:");
    output.line(format_args!(
        "  curl {control}/push -H 'Content-Type: application/json' -d '{PUSH}'"
    ));
    output.line(format_args!("  curl {control}/issues/ROCKET-2B"));
    output.line("");
    output.line("ctrl-c stops all of it and removes its files.");
    stop.signal().await;
    Ok(())
}

/// A push as the simulator's control address takes it.
const PUSH: &str = r#"{"repository":"acme/rocket","changes":[{"branch":{"name":"main","commits":[{"label":"b2","message":"Fixes ROCKET-2B"}]}}]}"#;
