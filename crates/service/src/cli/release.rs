//! `release`: opens a release and waits until the tracker has it.

use std::path::Path;
use std::time::Duration;

use bitbucket_integration_provider::ports::{ReleaseState, Work};
use tokio::time::{Instant, sleep};

use super::args::ReleaseArgs;
use super::client::ApiClient;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::{JobList, ReleaseView};

/// The first wait between two looks; it grows up to [`LONGEST_LOOK`].
const FIRST_LOOK: Duration = Duration::from_millis(100);

/// The longest wait between two looks.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

pub(super) async fn run(
    args: ReleaseArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = ApiClient::find(&args.server, file, environment)?;
    let (_, opened): (_, ReleaseView) = client.post("/releases", &args.body()).await?;
    output.note(format_args!(
        "release {} of {} is {} ({})",
        opened.version,
        opened.repository,
        opened.state.as_str(),
        opened.id
    ));
    let release = if args.no_wait {
        opened
    } else {
        wait(&client, opened, Duration::from_secs(args.timeout), output).await?
    };
    for part in &release.parts {
        let part: ReleaseView = client.get(&format!("/releases/{}", part.id)).await?;
        let part = match args.no_wait {
            true => part,
            false => wait(&client, part, Duration::from_secs(args.timeout), output).await?,
        };
        if part.state == ReleaseState::Failed {
            return Err(Failure::Failed(why(&part)));
        }
    }
    if args.json {
        output.json(&release)?;
    }
    match release.state {
        ReleaseState::Failed => Err(Failure::Failed(why(&release))),
        ReleaseState::Pending | ReleaseState::Published if args.json => Ok(()),
        ReleaseState::Pending => {
            output.line(format_args!("release {} is accepted", release.version));
            Ok(())
        }
        ReleaseState::Published => {
            tell(&release, output);
            Ok(())
        }
    }
}

/// Looks again and again until the release is published or failed.
async fn wait(
    client: &ApiClient,
    mut release: ReleaseView,
    limit: Duration,
    output: &Output,
) -> Result<ReleaseView, Failure> {
    let started = Instant::now();
    let mut pause = FIRST_LOOK;
    let mut told = String::new();
    while release.state == ReleaseState::Pending {
        if started.elapsed() >= limit {
            return Err(Failure::Failed(format!(
                "release {} is still pending after {} s; the service goes on with it, see `bitbucket-integration jobs`",
                release.version,
                limit.as_secs()
            )));
        }
        sleep(pause).await;
        release = client.get(&format!("/releases/{}", release.id)).await?;
        if pause >= LONGEST_LOOK && release.state == ReleaseState::Pending {
            let news = trouble(client, &release).await?;
            if news != told {
                output.note(&news);
                told = news;
            }
        }
        pause = (pause * 3 / 2).min(LONGEST_LOOK);
    }
    Ok(release)
}

/// Why it takes long: what the release's job failed with last, and when it is tried again.
async fn trouble(client: &ApiClient, release: &ReleaseView) -> Result<String, Failure> {
    let list: JobList = client.get("/jobs?state=ready&limit=500").await?;
    let ours = list
        .jobs
        .into_iter()
        .find(|job| matches!(&job.work, Work::PublishRelease { release: id } if *id == release.id));
    Ok(
        match ours.and_then(|job| Some((job.attempts, job.run_at, job.last_failure?))) {
            Some((attempts, run_at, failure)) => {
                format!(
                    "attempt {attempts} failed: {} ({}); the next one is at {run_at:.0}",
                    failure.message, failure.code
                )
            }
            None => format!("release {} is pending", release.version),
        },
    )
}

fn tell(release: &ReleaseView, output: &Output) {
    let commits = match release.commit_count {
        Some(1) => "1 commit".to_owned(),
        count => format!("{} commits", count.unwrap_or(0)),
    };
    let issues = if release.issues.is_empty() {
        "none".to_owned()
    } else {
        release.issues.join(", ")
    };
    output.line(format_args!(
        "release {} is published in {} with {commits}; issues it resolves: {issues}",
        release.version,
        release.projects.join(", ")
    ));
    for warning in &release.warnings {
        output.warning(warning);
    }
}

fn why(release: &ReleaseView) -> String {
    match &release.failure {
        Some(failure) => format!(
            "release {} failed: {} ({})",
            release.version, failure.message, failure.code
        ),
        None => format!("release {} failed", release.version),
    }
}
