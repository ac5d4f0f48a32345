//! What claiming a job costs when many wait.

use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::{Jobs as _, NewJob, Work};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId};
use bitbucket_store::{PostgresOptions, SecretKey, Store};
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
    /// How many jobs a claim takes.
    #[arg(long, default_value_t = 4)]
    limit: usize,
    /// Address of an empty PostgreSQL database instead of a SQLite file.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = tempfile::tempdir()?;
    let key = SecretKey::from_hex(seed::STORAGE_KEY)?;
    let store = match &arguments.postgres {
        Some(url) => Store::open_postgres(&PostgresOptions::parse(url)?, key).await?,
        None => Store::open_sqlite(folder.path().join("jobs.sqlite"), key).await?,
    };
    for from in (0..arguments.jobs).step_by(usize::try_from(AT_ONCE)?) {
        let numbers = from..(from + AT_ONCE).min(arguments.jobs);
        let jobs: Vec<NewJob> = numbers.map(|n| job(n, arguments.installations)).collect();
        store.enqueue(&jobs).await?;
    }
    let begin = Instant::now();
    let mut claimed = 0;
    for _ in 0..CLAIMS {
        let jobs = store.claim(now(), Duration::from_secs(600), arguments.limit);
        claimed += jobs.await?.len();
    }
    let took = begin.elapsed();
    store.close().await;
    Ok(
        Sample::of("claim_us", took.as_secs_f64() * 1e6 / f64::from(CLAIMS))
            .with("claimed", number(claimed)),
    )
}

fn job(n: u64, installations: u64) -> NewJob {
    let id = Uuid::from_u64_pair(0x0190_a5c2_7e1d_7000, 1 << 63 | n);
    let installation = n % installations.max(1);
    NewJob {
        id: JobId::from_uuid(id),
        installation: InstallationId::from_uuid(Uuid::from_u64_pair(7, installation)),
        work: Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(id),
        },
        run_at: now(),
        ordering_key: None,
    }
}
