//! What making deliveries durable costs by itself: rows in SQLite by groups, or a file that is appended to.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::clock::cpu_seconds;
use crate::dice::Dice;
use crate::sample::Sample;

/// Deliveries made durable together, as many as there are connections.
const GROUP: u32 = 32;
const BODY: usize = 6 * 1024;

/// How.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum By {
    /// One row each in SQLite, `synchronous=FULL`, 32 in a transaction.
    Rows,
    /// Appended to a file, `fdatasync` after each 32.
    File,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(long, default_value = "rows")]
    by: By,
    /// Seconds to measure for.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = tempfile::tempdir()?;
    let limit = Duration::from_secs_f64(arguments.seconds);
    let (begin, cpu) = (Instant::now(), cpu_seconds());
    let deliveries = match arguments.by {
        By::Rows => crate::block_on(rows(&folder.path().join("rows.sqlite"), limit))?,
        By::File => file(&folder.path().join("file"), limit)?,
    };
    let deliveries = f64::from(deliveries);
    Ok(
        Sample::of("per_second", deliveries / begin.elapsed().as_secs_f64())
            .with("per_cpu_second", deliveries / (cpu_seconds() - cpu)),
    )
}

async fn rows(path: &Path, limit: Duration) -> anyhow::Result<u32> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE deliveries (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, body BLOB NOT NULL)")
        .execute(&mut connection)
        .await?;
    let (begin, body, mut dice) = (Instant::now(), vec![b'x'; BODY], Dice::new(1));
    let mut deliveries = 0;
    while begin.elapsed() < limit {
        group(&mut connection, &body, &mut dice).await?;
        deliveries += GROUP;
    }
    connection.close().await?;
    Ok(deliveries)
}

async fn group(
    connection: &mut SqliteConnection,
    body: &[u8],
    dice: &mut Dice,
) -> anyhow::Result<()> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for _ in 0..GROUP {
        let key = [dice.next(), dice.next()].map(u64::to_be_bytes).concat();
        sqlx::query("INSERT INTO deliveries (key, body) VALUES (?, ?)")
            .bind(key)
            .bind(body)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(transaction.commit().await?)
}

fn file(path: &Path, limit: Duration) -> anyhow::Result<u32> {
    let mut file = OpenOptions::new()
        .create_new(true)
        .append(true)
        .open(path)?;
    let (begin, group) = (Instant::now(), vec![b'x'; BODY * usize::try_from(GROUP)?]);
    let mut deliveries = 0;
    while begin.elapsed() < limit {
        file.write_all(&group)?;
        file.sync_data().context("could not sync the file")?;
        deliveries += GROUP;
    }
    Ok(deliveries)
}
