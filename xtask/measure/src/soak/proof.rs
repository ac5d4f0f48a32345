//! What is found when all is done, read from the database itself and from the tracker.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use anyhow::ensure;
use bitbucket_simulator::Simulator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tokio::time::sleep;

use super::sender::Sent;
use crate::intake::push::COMMITS;
use crate::seed;

const KEYS: &str = "SELECT dedupe_key FROM deliveries";
const COUNT_COMMITS: &str = "SELECT count(*) FROM commits";
/// The simulated Bitbucket has no such workspace, so that what looks at it every hour is left out.
const COUNT_OPEN: &str =
    "SELECT count(*) FROM jobs WHERE state <> 'done' AND key NOT LIKE 'sync_repositories:%'";
/// Of the other sessions of the database.
const CUT: &str = "
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// One of those sessions' processes.
const ANY_SESSION: &str = "
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1";
/// A server for tests may tell of commits that its memory alone holds, which a crash of it would forget.
const DURABLE: &str = "
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$";

/// How long a server may take to recover.
const RECOVERY: Duration = Duration::from_secs(60);
/// The pause between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// Where everything is kept.
pub(super) enum Keeper {
    File(PathBuf),
    Server(String),
}

impl Keeper {
    pub(super) fn new(folder: &Path, postgres: Option<&str>) -> Self {
        match postgres {
            Some(url) => Self::Server(url.to_owned()),
            None => Self::File(folder.join("database.sqlite")),
        }
    }

    /// A session of the server, which may be recovering from a crash.
    async fn session(url: &str) -> anyhow::Result<PgConnection> {
        let (options, begin) = (PgConnectOptions::from_str(url)?, Instant::now());
        loop {
            match options.connect().await {
                Ok(session) => return Ok(session),
                Err(error) if begin.elapsed() > RECOVERY => return Err(error.into()),
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    pub(super) async fn seed(&self, repositories: u64) -> anyhow::Result<()> {
        match self {
            Self::File(path) => seed::database(path, repositories).await,
            Self::Server(url) => {
                let mut connection = Self::session(url).await?;
                sqlx::query(DURABLE).execute(&mut connection).await?;
                connection.close().await?;
                seed::shared_database(url, repositories).await
            }
        }
    }

    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::File(path) => vec![(
                "BITBUCKET_INTEGRATION_STORAGE_PATH",
                path.display().to_string(),
            )],
            Self::Server(url) => vec![("DATABASE_URL", url.clone())],
        }
    }

    /// Ends the server's sessions; says how many that were. A file has none.
    pub(super) async fn cut_connections(&self) -> anyhow::Result<u64> {
        let Self::Server(url) = self else {
            return Ok(0);
        };
        let mut connection = Self::session(url).await?;
        let cut: i64 = sqlx::query(CUT)
            .fetch_one(&mut connection)
            .await?
            .try_get(0)?;
        connection.close().await?;
        Ok(u64::try_from(cut)?)
    }

    /// Kills a process of the server, which makes it end all sessions and recover; says whether there was one. A file has no server.
    pub(super) async fn crash_server(&self) -> anyhow::Result<u64> {
        let Self::Server(url) = self else {
            return Ok(0);
        };
        let mut connection = Self::session(url).await?;
        let Some(row) = sqlx::query(ANY_SESSION)
            .fetch_optional(&mut connection)
            .await?
        else {
            return Ok(0);
        };
        let pid: i32 = row.try_get(0)?;
        let killed = Command::new("kill")
            .args(["-KILL", &pid.to_string()])
            .status()?;
        Ok(u64::from(killed.success()))
    }

    /// How many jobs have not ended well.
    pub(super) async fn open(&self) -> anyhow::Result<u64> {
        let open: i64 = match self {
            Self::File(path) => {
                let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
                let row = sqlx::query(COUNT_OPEN).fetch_one(&mut connection).await?;
                row.try_get(0)?
            }
            Self::Server(url) => {
                let mut connection = Self::session(url).await?;
                let row = sqlx::query(COUNT_OPEN).fetch_one(&mut connection).await?;
                row.try_get(0)?
            }
        };
        Ok(u64::try_from(open)?)
    }

    async fn read(&self) -> anyhow::Result<Kept> {
        match self {
            Self::File(path) => {
                let mut connection: SqliteConnection =
                    SqliteConnectOptions::new().filename(path).connect().await?;
                let keys = sqlx::query(KEYS).fetch_all(&mut connection).await?;
                let keys = keys.iter().map(|row| row.try_get(0));
                let keys = keys.collect::<Result<_, _>>()?;
                let commits = sqlx::query(COUNT_COMMITS)
                    .fetch_one(&mut connection)
                    .await?;
                Kept::new(keys, commits.try_get(0)?)
            }
            Self::Server(url) => {
                let mut connection = Self::session(url).await?;
                let keys = sqlx::query(KEYS).fetch_all(&mut connection).await?;
                let keys = keys.iter().map(|row| row.try_get(0));
                let keys = keys.collect::<Result<_, _>>()?;
                let commits = sqlx::query(COUNT_COMMITS)
                    .fetch_one(&mut connection)
                    .await?;
                Kept::new(keys, commits.try_get(0)?)
            }
        }
    }
}

/// What is in the database.
struct Kept {
    keys: HashSet<String>,
    commits: u64,
}

impl Kept {
    fn new(keys: HashSet<String>, commits: i64) -> anyhow::Result<Self> {
        Ok(Self {
            keys,
            commits: u64::try_from(commits)?,
        })
    }
}

/// The outcome.
#[derive(Debug)]
pub(super) struct Found {
    /// Pushes that were answered by 2xx and are not there.
    pub(super) lost: u64,
    /// Pushes that are there.
    pub(super) kept: u64,
    pub(super) commits: u64,
    /// Jobs that did not end well.
    pub(super) open: u64,
    /// Comments at the tracker.
    pub(super) notes: u64,
    /// Comments that say what another one says.
    pub(super) notes_twice: u64,
}

impl Found {
    pub(super) async fn look(
        keeper: &Keeper,
        simulator: &Simulator,
        sent: &Sent,
    ) -> anyhow::Result<Self> {
        let kept = keeper.read().await?;
        let lost = sent.keys().difference(&kept.keys).count();
        let mut notes: HashMap<String, u64> = HashMap::new();
        let organizations = simulator.world().sentry.organizations;
        for issue in organizations.into_iter().flat_map(|one| one.issues) {
            for note in issue.notes {
                *notes
                    .entry(format!("{} {}", issue.short_id, note.text))
                    .or_default() += 1;
            }
        }
        Ok(Self {
            lost: u64::try_from(lost)?,
            kept: u64::try_from(kept.keys.len())?,
            commits: kept.commits,
            open: keeper.open().await?,
            notes: notes.values().sum(),
            notes_twice: notes.values().map(|times| times - 1).sum(),
        })
    }

    /// Fails unless everything is there once.
    pub(super) fn check(&self, deliveries: u64, told: u64) -> anyhow::Result<()> {
        let commits = deliveries * u64::try_from(COMMITS)?;
        ensure!(
            self.lost == 0
                && self.kept == deliveries
                && self.commits == commits
                && self.open == 0
                && (self.notes, self.notes_twice) == (told, 0),
            "of {deliveries} pushes with {commits} commits, {told} of them to be told: {self:?}"
        );
        Ok(())
    }
}
