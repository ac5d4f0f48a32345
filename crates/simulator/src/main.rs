//! The simulator as a program: three loopback ports, one JSON line when ready, until it is told to stop.

use std::{io::Write as _, time::Duration};

use bitbucket_simulator::{Simulator, SimulatorConfig, World};
use clap::Parser;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

/// A stand-in Bitbucket Cloud and Sentry API on loopback, for tests and the demo.
///
/// Prints one JSON line with the addresses of its three listeners when it is ready,
/// then serves until SIGTERM or ctrl-c. `bitbucket` stands in for
/// https://api.bitbucket.org, `sentry` for https://sentry.io; `control` is what you
/// drive it with:
///
///   curl $CONTROL/world             everything that exists, tokens included
///   curl $CONTROL/records           everything that was asked, credentials masked
///   curl $CONTROL/issues/ROCKET-1A  one issue of the tracker
///   curl -d '{"repository":"acme/rocket","changes":[{"branch":{"name":"main",
///     "commits":[{"label":"a1","message":"Fixes ROCKET-1A"}]}}]}' $CONTROL/push
///   curl -d '{"half":"sentry","times":1,"effect":{"status":{"status":503}}}' \
///     $CONTROL/faults
#[derive(Debug, Parser)]
#[command(name = "bitbucket-simulator", version, verbatim_doc_comment)]
struct Arguments {
    /// Port of the Bitbucket half (0: a free one).
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    bitbucket_port: u16,
    /// Port of the Sentry half (0: a free one).
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    sentry_port: u16,
    /// Port of the control address (0: a free one).
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    control_port: u16,
    /// Pause between attempts of a delivery, in milliseconds.
    #[arg(long, default_value_t = 20, value_name = "MS")]
    retry_delay_ms: u64,
    /// Start with nothing at all instead of the default world `acme`; fill it with PUT /world or POST /seed.
    #[arg(long)]
    empty: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let world = match arguments.empty {
        true => World::default(),
        false => World::acme(),
    };
    let simulator = Simulator::start(SimulatorConfig {
        world,
        bitbucket_port: arguments.bitbucket_port,
        sentry_port: arguments.sentry_port,
        control_port: arguments.control_port,
        retry_delay: Duration::from_millis(arguments.retry_delay_ms),
    })
    .await?;
    // Ready means: a signal sent from now on is obeyed.
    let mut terminate = signal(SignalKind::terminate())?;
    announce(&simulator)?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    simulator.shutdown().await;
    Ok(())
}

fn announce(simulator: &Simulator) -> anyhow::Result<()> {
    let line = json!({
        "bitbucket": simulator.bitbucket_url(),
        "sentry": simulator.sentry_url(),
        "control": simulator.control_url(),
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
