//! What claiming a job costs when many wait.

use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::{Jobs as _, NewJob, OrderingKey, Work};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, RepositoryId};
use bitbucket_store::{PostgresOptions, SecretKey, Store};
use bitbucket_test_postgres::Database;
use uuid::Uuid;

use crate::clock::now;
use crate::sample::{Sample, number};
use crate::seed;

/// How many jobs are stored at a time.
const AT_ONCE: u64 = 5_000;
/// How many claims are measured.
const CLAIMS: u32 = 300;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many jobs wait.
    #[arg(long, default_value_t = 10_000)]
    jobs: u64,
    /// Whose they are, in equal parts.
    #[arg(long, default_value_t = 10)]
    installations: u64,
    /// In how many orders they are, one job after the other in each; none by default.
    #[arg(long, default_value_t = 0)]
    orders: u64,
    /// How many jobs a claim takes.
    #[arg(long, default_value_t = 4)]
    limit: usize,
    /// Address of an empty PostgreSQL database instead of a SQLite file.
    #[arg(long, value_name = "URL", conflicts_with = "private_postgres")]
    postgres: Option<String>,
    /// A PostgreSQL server of its own instead, which never waits for a disk: what is measured is the work of claiming.
    #[arg(long)]
    private_postgres: bool,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = tempfile::tempdir()?;
    let key = SecretKey::from_hex(seed::STORAGE_KEY)?;
    let private = arguments.private_postgres.then(Database::create_for_test);
    let private = private.transpose()?;
    let private = private.as_ref().map(Database::url);
    let store = match private.as_ref().or(arguments.postgres.as_ref()) {
        Some(url) => Store::open_postgres(&PostgresOptions::parse(url)?, key).await?,
        None => Store::open_sqlite(folder.path().join("jobs.sqlite"), key).await?,
    };
    for from in (0..arguments.jobs).step_by(usize::try_from(AT_ONCE)?) {
        let numbers = from..(from + AT_ONCE).min(arguments.jobs);
        let jobs: Vec<NewJob> = numbers.map(|n| job(n, arguments)).collect();
        store.enqueue(&jobs).await?;
    }
    let (mut took, mut claimed) = (Duration::ZERO, 0);
    for _ in 0..CLAIMS {
        let begin = Instant::now();
        let jobs = store.claim(now(), Duration::from_secs(600), arguments.limit);
        let jobs = jobs.await?;
        took += begin.elapsed();
        claimed += jobs.len();
        for job in jobs.iter().filter(|_| arguments.orders > 0) {
            store.complete(job.lease, now(), &[]).await?;
        }
    }
    store.close().await;
    Ok(
        Sample::of("claim_us", took.as_secs_f64() * 1e6 / f64::from(CLAIMS))
            .with("claimed", number(claimed)),
    )
}

fn job(n: u64, arguments: &Arguments) -> NewJob {
    let id = Uuid::from_u64_pair(0x0190_a5c2_7e1d_7000, 1 << 63 | n);
    let installation = n % arguments.installations.max(1);
    let order = |orders| RepositoryId::from_uuid(Uuid::from_u64_pair(8, n % orders));
    let ordered = Some(arguments.orders).filter(|orders| *orders > 0);
    NewJob {
        id: JobId::from_uuid(id),
        installation: InstallationId::from_uuid(Uuid::from_u64_pair(7, installation)),
        work: Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(id),
        },
        run_at: now(),
        ordering_key: ordered.map(|orders| OrderingKey::deliveries_of(order(orders))),
    }
}
