//! The commits of a release with the files they changed, from a simulated Bitbucket that takes its time.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bitbucket_api_paths::{RepoFullName, RepoRef, Revision};
use bitbucket_http_client::{
    AccessToken, BaseUrl, BitbucketClient, CHANGES_IN_FLIGHT, CommitRange, HyperTransport,
    MemoryCache, commits_with_changes,
};
use bitbucket_simulator::{
    Control, Effect, Fault, Half, Simulator, SimulatorConfig, World as Everything, acme, sha,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::child::Started;
use crate::clock::{cpu_seconds, now};
use crate::sample::{Sample, number};

/// A history on `main` of `acme/rocket`, and how long every answer takes.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct World {
    /// How many commits the release has.
    #[arg(long, default_value_t = 100)]
    commits: usize,
    /// What passes until an answer comes, in milliseconds.
    #[arg(long, default_value_t = 50)]
    delay_ms: u64,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    world: World,
    /// Let a program do it: it gets the address of Bitbucket, the repository, a token, and the newest commits that are in the
    /// release and before it, and prints how many commits and files it found as JSON.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

/// Where a simulated Bitbucket stands.
#[derive(Debug, Serialize, Deserialize)]
struct Addresses {
    bitbucket: String,
    control: String,
}

/// Runs until killed.
pub(crate) async fn simulate(world: &World) -> anyhow::Result<()> {
    let mut all = Everything::acme();
    let rocket = all.bitbucket.repositories.first_mut();
    let rocket = rocket.context("the world has a repository")?;
    for number in 0..world.commits {
        let mut commit = rocket.commits.last().context("it has a history")?.clone();
        commit.parents = vec![std::mem::replace(
            &mut commit.sha,
            sha(&format!("release-{number}")),
        )];
        commit.message =
            format!("Change number {number}\n\nIt measures the thrust before dividing by it.\n");
        rocket
            .branches
            .insert("main".to_owned(), commit.sha.clone());
        rocket.commits.push(commit);
    }
    let simulator = Simulator::start(SimulatorConfig::with_world(all)).await?;
    let delay = Effect::Delay {
        milliseconds: world.delay_ms,
    };
    if world.delay_ms > 0 {
        let slow = Fault::on(Half::Bitbucket, delay);
        simulator.control().fail(&slow).await?;
    }
    let addresses = Addresses {
        bitbucket: simulator.bitbucket_url().to_owned(),
        control: simulator.control_url().to_owned(),
    };
    writeln!(
        std::io::stdout().lock(),
        "{}",
        serde_json::to_string(&addresses)?
    )?;
    std::future::pending().await
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let world = arguments.world;
    let mut command = Command::new(crate::this_program()?);
    command
        .arg("simulate")
        .args(["--commits", &world.commits.to_string()])
        .args(["--delay-ms", &world.delay_ms.to_string()])
        .stdout(Stdio::piped());
    let mut simulator = Started::spawn(&mut command)?;
    let mut line = String::new();
    BufReader::new(simulator.output()?).read_line(&mut line)?;
    let addresses: Addresses =
        serde_json::from_str(&line).context("the simulator did not start")?;
    let control = Control::new(&addresses.control);
    match arguments.command.split_first() {
        None => ours(&addresses.bitbucket, &control, world.commits).await,
        Some((program, rest)) => {
            theirs(
                Command::new(program).args(rest),
                &addresses,
                &control,
                world.commits,
            )
            .await
        }
    }
}

/// Room for the changed files of any release that is measured.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

async fn ours(address: &str, control: &Control, commits: usize) -> anyhow::Result<Sample> {
    let base = BaseUrl::parse(address)?;
    let transport = Arc::new(HyperTransport::builder().build()?);
    let token = SecretString::from(acme::ACCESS_TOKEN.to_owned());
    let cache = Arc::new(MemoryCache::new(CACHE_BYTES));
    let client = BitbucketClient::new(
        base,
        transport,
        Arc::new(AccessToken::new(&token)),
        Arc::new(now),
    )
    .with_cache(cache, "acme");
    let repository = RepoRef::from(RepoFullName::parse(acme::REPOSITORY)?);
    let old = Revision::parse(&before())?;
    let range = CommitRange::between(Some(old), Revision::parse("main")?, commits + 1);
    let mut sample = Sample::default();
    for (seconds, requests) in [("seconds", "requests"), ("again_seconds", "again_requests")] {
        control.clear_records().await?;
        let (begin, cpu) = (Instant::now(), cpu_seconds());
        let found = commits_with_changes(&client, &repository, &range, CHANGES_IN_FLIGHT).await?;
        let spent = (begin.elapsed(), cpu_seconds() - cpu);
        let files = found
            .commits
            .iter()
            .filter(|commit| commit.changes.as_ref().is_ok_and(|files| !files.is_empty()));
        ensure!(
            found.complete && files.count() == commits,
            "not all of the release was found"
        );
        sample = sample
            .with(seconds, spent.0.as_secs_f64())
            .with(requests, asked(control).await?);
        if seconds == "seconds" {
            sample = sample.with("cpu_seconds", spent.1);
        }
    }
    Ok(sample)
}

/// What a program in another language says when it is done.
#[derive(Debug, Deserialize)]
struct Found {
    commits: usize,
    files: usize,
    seconds: f64,
    #[serde(default)]
    versions: std::collections::BTreeMap<String, String>,
}

async fn theirs(
    command: &mut Command,
    addresses: &Addresses,
    control: &Control,
    commits: usize,
) -> anyhow::Result<Sample> {
    let output = command
        .arg(&addresses.bitbucket)
        .args([acme::REPOSITORY, acme::ACCESS_TOKEN, "main", &before()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(
        output.status.success(),
        "the program ended with {}",
        output.status
    );
    let found: Found = serde_json::from_slice(&output.stdout)?;
    ensure!(
        found.commits == commits && found.files == commits,
        "the program found {found:?} of {commits} commits"
    );
    let mut sample = Sample::of("seconds", found.seconds).with("requests", asked(control).await?);
    sample.versions = found.versions;
    Ok(sample)
}

/// The newest commit before the release.
fn before() -> String {
    let [.., last] = acme::HISTORY;
    sha(last)
}

async fn asked(control: &Control) -> anyhow::Result<f64> {
    // The simulator notes a request before it answers, so all of them are there.
    tokio::time::sleep(Duration::from_millis(1)).await;
    Ok(number(control.records().await?.len()))
}
