//! The service under load, killed at random moments: what it accepted must be there in the end, each once, and each effect once.
//!
//! A sender plays Bitbucket, more patient: a push that was not accepted is sent again, with the same request UUID, until it is. A simulated
//! tracker counts what it was told.

mod progress;
mod proof;
mod replicas;
mod sender;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use bitbucket_simulator::{Simulator, SimulatorConfig};
use tokio::task::JoinSet;
use tokio::time::sleep;

use self::progress::Progress;
use self::proof::{Found, Keeper};
use self::replicas::Replicas;
use self::sender::{Sender, Sent};
use crate::dice::Dice;
use crate::sample::{Sample, number};

/// How many repositories are pushed to, in turn.
const REPOSITORIES: u64 = 32;
/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// How long the service may get no further.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The service's program.
    #[arg(long)]
    service: PathBuf,
    /// How many pushes are to be accepted.
    #[arg(long, default_value_t = 100_000)]
    deliveries: u64,
    /// How often a process is killed.
    #[arg(long, default_value_t = 50)]
    kills: u64,
    #[arg(long, default_value_t = 16)]
    connections: u64,
    /// Address of an empty PostgreSQL database instead of a SQLite file; at every sixth kill its server's connections are cut, at every
    /// other sixth the server crashes.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How many processes share the PostgreSQL database.
    #[arg(long, default_value_t = 1, requires = "postgres")]
    replicas: usize,
    /// One push of so many goes to the repository whose pushes the tracker is told of.
    #[arg(long, default_value_t = 20)]
    told: u64,
    /// Say on standard error how far it is.
    #[arg(long)]
    progress: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = tempfile::tempdir()?;
    let simulator = Simulator::start(SimulatorConfig::acme()).await?;
    let keeper = Keeper::new(folder.path(), arguments.postgres.as_deref());
    keeper.seed(REPOSITORIES).await?;
    let mut replicas = Replicas::start(arguments, folder.path(), &keeper, &simulator)?;
    let (begin, sent) = (Instant::now(), Arc::new(Sent::default()));
    let progress = Progress::new(arguments, &sent);
    let mut senders = senders(arguments, &replicas, &sent);
    let (cuts, crashes) = kill(arguments, &mut replicas, &keeper, &progress).await?;
    while let Some(ended) = senders.join_next().await {
        ended??;
    }
    let sending = begin.elapsed();
    settled(&keeper, &progress).await?;
    replicas.stop().await?;
    let told = sent.told();
    let found = Found::look(&keeper, &simulator, &sent).await?;
    simulator.shutdown().await;
    found.check(arguments.deliveries, told)?;
    Ok(Sample::of("accepted", whole(arguments.deliveries))
        .with("kills", whole(arguments.kills))
        .with("connections_cut", whole(cuts))
        .with("server_crashes", whole(crashes))
        .with("repeated_sends", whole(sent.repeated()))
        .with("accepted_and_lost", whole(found.lost))
        .with("commits", whole(found.commits))
        .with("comments_due", whole(told))
        .with("comments_made", whole(found.notes))
        .with("comments_made_twice", whole(found.notes_twice))
        .with("seconds", sending.as_secs_f64()))
}

fn whole(count: u64) -> f64 {
    number(usize::try_from(count).unwrap_or(usize::MAX))
}

fn senders(
    arguments: &Arguments,
    replicas: &Replicas,
    sent: &Arc<Sent>,
) -> JoinSet<anyhow::Result<()>> {
    let mut senders = JoinSet::new();
    for connection in 0..arguments.connections {
        let sender = Sender {
            addresses: replicas.addresses(),
            deliveries: arguments.deliveries,
            repositories: REPOSITORIES,
            told_every: arguments.told.max(1),
            connection,
        };
        senders.spawn(sender.run(Arc::clone(sent)));
    }
    senders
}

/// Kills a process whenever another part of the deliveries was accepted, a random while later; says how many connections were
/// cut and how often the server crashed besides.
async fn kill(
    arguments: &Arguments,
    replicas: &mut Replicas,
    keeper: &Keeper,
    progress: &Progress,
) -> anyhow::Result<(u64, u64)> {
    let mut dice = Dice::new(u64::from(std::process::id()));
    let part = arguments.deliveries / (arguments.kills + 1);
    let (mut cuts, mut crashes) = (0, 0);
    for kill in 1..=arguments.kills {
        let begin = Instant::now();
        while progress.accepted() < kill * part {
            ensure!(begin.elapsed() < PATIENCE, "nothing is accepted any more");
            sleep(PAUSE).await;
        }
        sleep(Duration::from_micros(dice.next() % 50_000)).await;
        match kill % 6 {
            3 => cuts += keeper.cut_connections().await?,
            0 => crashes += keeper.crash_server().await?,
            _ => {}
        }
        replicas.kill_one(&mut dice).await?;
        progress.killed(kill);
    }
    Ok((cuts, crashes))
}

/// Waits until nothing is left to do. What was given up is left for ever.
async fn settled(keeper: &Keeper, progress: &Progress) -> anyhow::Result<()> {
    let (mut fewest, mut since) = (None, Instant::now());
    loop {
        let open = keeper.open().await?;
        progress.left(open);
        if open == 0 {
            return Ok(());
        }
        if fewest.is_none_or(|fewest| open < fewest) {
            (fewest, since) = (Some(open), Instant::now());
        }
        ensure!(
            since.elapsed() < PATIENCE,
            "{open} jobs are not done or were given up"
        );
        sleep(PAUSE * 10).await;
    }
}
