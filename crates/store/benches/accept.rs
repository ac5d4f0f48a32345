//! How many deliveries of 6 KB a second are durable, from 32 tasks at once: this store against one transaction per delivery.
//!
//! Figures are per second of wall time and per second of CPU time of this process, the latter being steadier on a busy machine.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails says where, and prints what it saw"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bitbucket_integration_provider::ports::{
    Deliveries, Delivery, DeliverySource, Jobs, NewJob, Work,
};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, RepositoryId};
use bitbucket_store::{SecretKey, Store};
use bytes::Bytes;
use futures_util::future::join_all;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use tokio::task::JoinSet;
use uuid::Uuid;

const TASKS: u64 = 32;
const EACH: u64 = 500;
const BODY: usize = 6 * 1024;
/// The kernel counts a process's time in these.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "{} deliveries of {BODY} bytes from {TASKS} tasks",
        TASKS * EACH
    );
    for round in 1..=3 {
        let (wall, cpu) = runtime.block_on(measured(group_commit()));
        row(round, "store", wall, cpu);
        let (wall, cpu) = runtime.block_on(measured(one_each()));
        row(round, "one transaction each", wall, cpu);
        let (wall, cpu) = runtime.block_on(measured(claim_and_complete()));
        row(round, "store, with claim and complete", wall, cpu);
    }
}

fn row(round: u32, what: &str, wall: Duration, cpu: Duration) {
    let rate =
        |time: Duration| Duration::from_secs(TASKS * EACH).as_secs_f64() / time.as_secs_f64();
    println!(
        "{round}  {what:<32} {:>8.0} /s {:>8.0} /CPU s",
        rate(wall),
        rate(cpu)
    );
}

async fn measured(work: impl Future<Output = Instant>) -> (Duration, Duration) {
    let cpu = cpu_time();
    let started = work.await;
    (started.elapsed(), cpu_time().saturating_sub(cpu))
}

/// Time this process has used, all threads together.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    Duration::from_secs_f64(ticks / TICKS_PER_SECOND)
}

fn delivery(n: u64) -> Delivery {
    Delivery {
        id: DeliveryId::from_uuid(id(n)),
        installation: InstallationId::from_uuid(id(0)),
        repository: Some(RepositoryId::from_uuid(id(0))),
        source: DeliverySource::Hook,
        event_key: "repo:push".into(),
        dedupe_key: id(n).to_string(),
        attempt: 1,
        body: Bytes::from(vec![b'x'; BODY]),
        received_at: now(),
    }
}

fn job(n: u64) -> NewJob {
    let work = Work::ProcessDelivery {
        delivery: DeliveryId::from_uuid(id(n)),
    };
    NewJob {
        id: JobId::from_uuid(id(n)),
        installation: InstallationId::from_uuid(id(0)),
        work,
        run_at: now(),
        ordering_key: None,
    }
}

/// As version 7 makes them: the time first, then what nobody can guess.
fn id(n: u64) -> Uuid {
    Uuid::from_u64_pair(
        0x0190_a5c2_7e1d_7000 + n,
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
    )
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

async fn open(folder: &Path) -> Arc<Store> {
    Arc::new(
        Store::open_sqlite(folder.join("store.sqlite3"), SecretKey::generate([7; 32]))
            .await
            .unwrap(),
    )
}

async fn accept_all(store: &Arc<Store>) {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            for n in task * EACH..(task + 1) * EACH {
                store.accept(&delivery(n), &job(n)).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
}

async fn group_commit() -> Instant {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let started = Instant::now();
    accept_all(&store).await;
    started
}

/// Four workers take the jobs while they come in.
async fn claim_and_complete() -> Instant {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let done = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        workers.spawn(async move {
            while done.load(Ordering::Relaxed) < TASKS * EACH {
                let jobs = store
                    .claim(now(), Duration::from_secs(60), 16)
                    .await
                    .unwrap();
                let settled = jobs.iter().map(|job| store.complete(job.lease, now(), &[]));
                let settled = join_all(settled)
                    .await
                    .into_iter()
                    .map(Result::unwrap)
                    .count();
                done.fetch_add(settled.try_into().unwrap(), Ordering::Relaxed);
            }
        });
    }
    accept_all(&store).await;
    workers.join_all().await;
    started
}

/// The same rows in the same tables, each delivery in a transaction of its own.
async fn one_each() -> Instant {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.close().await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("store.sqlite3"));
    let options = options
        .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let pool = pool.clone();
        tasks.spawn(async move {
            for n in task * EACH..(task + 1) * EACH {
                insert(&pool, &delivery(n), &job(n)).await;
            }
        });
    }
    tasks.join_all().await;
    started
}

async fn insert(pool: &SqlitePool, delivery: &Delivery, job: &NewJob) {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let insert = "INSERT INTO deliveries (id, installation, repository, source, event_key, dedupe_key, attempt, received_at, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(insert)
        .bind(delivery.id.as_uuid().as_bytes().as_slice())
        .bind(delivery.installation.as_uuid().as_bytes().as_slice())
        .bind(
            delivery
                .repository
                .map(|id| id.as_uuid().as_bytes().to_vec()),
        )
        .bind(delivery.source.as_str())
        .bind(&delivery.event_key)
        .bind(&delivery.dedupe_key)
        .bind(delivery.attempt)
        .bind(delivery.received_at.as_millisecond())
        .bind(delivery.body.as_ref())
        .execute(&mut *transaction)
        .await
        .unwrap();
    sqlx::query("INSERT INTO jobs (id, key, installation, work, state, run_at, due_at) VALUES (?, ?, ?, ?, 'ready', ?, ?)")
        .bind(job.id.as_uuid().as_bytes().as_slice())
        .bind(job.work.key())
        .bind(job.installation.as_uuid().as_bytes().as_slice())
        .bind(serde_json::to_string(&job.work).unwrap())
        .bind(job.run_at.as_millisecond())
        .bind(job.run_at.as_millisecond())
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}
