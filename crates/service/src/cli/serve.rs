//! `serve`: runs the service until it is told to stop.

use std::path::Path;

use anstyle::AnsiColor;
use bitbucket_integration_provider::ports::{Listings, StoreError};
use sd_notify::NotifyState;
use tokio::signal;

use super::{Failure, Output, paint};
use crate::config::{self, Environment, Loaded};
use crate::service::{Deps, RunningService, Service, database_name};
use crate::telling::chain;
use crate::{API_KEY_FILE, VERSION, logging, telemetry};

pub(super) async fn run(
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let loaded =
        config::load(file, environment).map_err(|error| Failure::Usage(error.to_string()))?;
    let traces = telemetry::start(&loaded.config.telemetry)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let (traces, layer) = traces.unzip();
    logging::start(&loaded.config.log, layer);
    let outcome = serve(&loaded, output).await;
    if let Some(traces) = traces {
        traces.finish().await;
    }
    outcome
}

async fn serve(loaded: &Loaded, output: &Output) -> Result<(), Failure> {
    for warning in &loaded.warnings {
        output.warning(warning);
    }
    let mut stop = Stop::listen()?;
    let service = Service::start(loaded.config.clone(), Deps::system()).await;
    let service = service.map_err(|error| Failure::Usage(chain(&error)))?;
    tell(&service, loaded, output)
        .await
        .map_err(|error| Failure::Failed(chain(&error)))?;
    tracing::info!(server.address = %service.address(), version = VERSION, "the service is ready");
    tell_manager(NotifyState::Ready);
    stop.signal().await;
    tell_manager(NotifyState::Stopping);
    output.note(
        "stopping: open requests and running jobs are finished; a second signal stops at once",
    );
    tokio::select! {
        () = service.shutdown() => {
            tracing::info!("the service has stopped");
            Ok(())
        }
        () = stop.signal() => Err(Failure::Failed("stopped at once; work that was cut off is done again after the next start".to_owned())),
    }
}

/// Tells systemd, when it waits to be told (`Type=notify`).
fn tell_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}

/// What is running, and what a person does next.
async fn tell(
    service: &RunningService,
    loaded: &Loaded,
    output: &Output,
) -> Result<(), StoreError> {
    let config = &loaded.config;
    let line = |name: &str, value: &str| output.line(format_args!("  {name:<15} {value}"));
    output.line(paint(
        AnsiColor::Green,
        &format!("bitbucket-integration {VERSION} is ready"),
    ));
    line("listens on", &service.url());
    let public = match &config.server.public_url {
        Some(url) => url.to_string(),
        None => format!(
            "{} (this machine only; set `public_url` in [server] for hooks of bitbucket.org)",
            service.url()
        ),
    };
    line("public address", &public);
    line("Bitbucket API", config.bitbucket.api_url.as_str());
    let trackers: Vec<String> = config
        .trackers
        .iter()
        .map(|(name, tracker)| format!("{name} ({} at {})", tracker.organization, tracker.url))
        .collect();
    line(
        "trackers",
        &if trackers.is_empty() {
            "none".to_owned()
        } else {
            trackers.join(", ")
        },
    );
    // What can't be named can't be started with either.
    line("database", &database_name(config).unwrap_or_default());
    line("API key", &api_key(service, loaded));
    if let Some(address) = service.metrics_address() {
        line("metrics", &format!("http://{address}/metrics"));
    }
    let file = loaded.file.as_ref().map_or_else(
        || "none; everything is as in docs/CONFIGURATION.md".to_owned(),
        |path| path.display().to_string(),
    );
    line("configuration", &file);
    output.line("");
    next(service, loaded, output).await?;
    output.line("Stop with ctrl-c.");
    Ok(())
}

fn api_key(service: &RunningService, loaded: &Loaded) -> String {
    let config = &loaded.config;
    match (&config.api.key_file, &config.api.key) {
        (Some(path), _) => path.display().to_string(),
        (None, Some(_)) => "from the environment".to_owned(),
        (None, None) => {
            let made = if service.has_new_api_key() {
                " (made now)"
            } else {
                ""
            };
            format!(
                "{}{made}",
                config.storage.folder().join(API_KEY_FILE).display()
            )
        }
    }
}

/// The steps that are still missing.
async fn next(
    service: &RunningService,
    loaded: &Loaded,
    output: &Output,
) -> Result<(), StoreError> {
    let listings: &dyn Listings = service.store();
    let followed = listings.repository_count().await?;
    let installations = service.integration().ports().installations.list().await?;
    if !loaded.config.trackers.is_empty() && followed > 0 {
        output.line(format_args!(
            "Following {followed} repositories in {} workspaces.",
            installations.len()
        ));
        return Ok(());
    }
    output.line("Next:");
    if loaded.config.trackers.is_empty() {
        output.line("  - Configure a tracker and start again. In ./bitbucket-integration.toml (or the file of --config):");
        output.line("        [trackers.sentry]");
        output.line("        organization = \"acme\"              # your organization's slug");
        output.line("        token_file = \"sentry-token.txt\"     # url = \"https://…\" if it is not https://sentry.io");
    }
    if installations.is_empty() {
        output.line("  - Connect a workspace:      bitbucket-integration connect WORKSPACE --access-token-file FILE");
    }
    output.line("  - Follow a repository:      bitbucket-integration repository add WORKSPACE/REPOSITORY --project PROJECT");
    output.line("  - In a pipeline:            bitbucket-integration release VERSION --repository WORKSPACE/REPOSITORY --commit SHA");
    output.line("  - Or see it work first:     bitbucket-integration demo");
    Ok(())
}

/// SIGTERM and ctrl-c.
pub(crate) struct Stop {
    #[cfg(unix)]
    terminate: signal::unix::Signal,
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
}

impl Stop {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Self, Failure> {
        #[cfg(unix)]
        {
            use signal::unix::{SignalKind, signal};
            let failed = |error| Failure::Failed(format!("can't listen for signals: {error}"));
            Ok(Self {
                terminate: signal(SignalKind::terminate()).map_err(failed)?,
                interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next signal.
    pub(crate) async fn signal(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        {
            let _pressed = signal::ctrl_c().await;
        }
    }
}
