//! Opening the file: its folder, its settings, its schema, its key.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::SqliteStore;
use super::migrations::{self, SchemaError};
use super::writer::Writer;
use crate::private_files;
use crate::sealing::{KeyId, Place, SecretKey, Vault, VaultError};

/// How long a statement waits for another process, such as a backup, to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait before connecting again to a file that is locked.
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// How many reads run at once.
const READERS: u32 = 4;
/// How much of the write-ahead log stays on disk after a burst of writes, in bytes.
const JOURNAL_KEPT: &str = "67108864";
/// What the canary says; anything will do, as only that it opens matters.
const CANARY: &[u8] = b"canary";

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file or its folder can't be made or written.
    #[error("can't write the database file {}", path.display())]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no database, is damaged, or stays locked.
    #[error("can't use the database file {}", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// What the engine said.
        source: sqlx::Error,
    },
    /// A newer version of this program wrote to the database.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}: start the newer program, or restore a backup"
    )]
    NewerSchema {
        /// The version of the database that this program doesn't know.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The database was made by a program whose schema of this version is another one.
    #[error("schema version {version} of the database is not the one this program knows")]
    ForeignSchema {
        /// The version that differs.
        version: i64,
    },
    /// The schema could not be brought up to date. The database is as it was.
    #[error("can't bring the schema of the database up to date")]
    Migration(#[source] MigrateError),
    /// The secrets in the database were sealed with another key.
    #[error(
        "the secrets in the database were sealed with key {sealed_with}, the given key is {given}"
    )]
    WrongKey {
        /// The key that is needed.
        sealed_with: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// What proves the key is damaged, or the cipher failed.
    #[error("the key can't be checked: {reason}")]
    Key {
        /// What was wrong.
        reason: String,
    },
}

impl OpenError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "database_file",
            Self::Database { .. } => "database_unusable",
            Self::NewerSchema { .. } => "database_newer_schema",
            Self::ForeignSchema { .. } => "database_foreign_schema",
            Self::Migration(_) => "database_migration",
            Self::WrongKey { .. } => "database_wrong_key",
            Self::Key { .. } => "database_key",
        }
    }
}

impl From<VaultError> for OpenError {
    fn from(error: VaultError) -> Self {
        Self::Key {
            reason: error.to_string(),
        }
    }
}

pub(super) async fn open(path: &Path, key: &SecretKey) -> Result<SqliteStore, OpenError> {
    let unusable = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    let vault = Vault::new(key)?;
    create_file(path).map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })?;
    let options = options(path);
    let mut connection = connect(&options).await.map_err(unusable)?;
    prepare(&mut connection, &vault, path).await?;
    let readers = readers(&options).await.map_err(unusable)?;
    Ok(SqliteStore {
        writer: Writer::start(connection, options),
        readers,
        vault,
    })
}

/// Makes the file, which the engine would make readable by everybody.
///
/// A file that is there is not opened: closing it again would drop the locks that this process holds on it, as POSIX rules
/// (see "How To Corrupt An SQLite Database File", section 2.2).
fn create_file(path: &Path) -> io::Result<()> {
    private_files::create_folder(private_files::parent(path))?;
    let made =
        private_files::owner_only(OpenOptions::new().append(true).create_new(true)).open(path);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_file() => Ok(()),
        made => made.map(drop),
    }
}

/// Connects, and waits as long as [`BUSY_TIMEOUT`] for others that open the same new file.
///
/// Changing a new file to a write-ahead log takes two locks. Where two processes hold one each, the engine refuses at once rather than
/// wait, since waiting would never end (sqlite.org/c3ref/busy_handler.html).
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let started = tokio::time::Instant::now();
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && started.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(BUSY_PAUSE).await;
            }
            connected => return connected,
        }
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("journal_size_limit", JOURNAL_KEPT)
        .disable_statement_logging()
}

/// Whether somebody else holds a lock, by the result code of the engine without what extends it (sqlite.org/rescode.html).
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

async fn readers(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .connect_with(options.clone().pragma("query_only", "ON"))
        .await
}

/// Brings schema and key in order, all or nothing.
async fn prepare(
    connection: &mut SqliteConnection,
    vault: &Vault,
    path: &Path,
) -> Result<(), OpenError> {
    let unusable = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    let mut transaction = connection
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(unusable)?;
    migrations::run(&mut transaction)
        .await
        .map_err(|error| match error {
            SchemaError::Newer { found, known } => OpenError::NewerSchema { found, known },
            SchemaError::Changed { version } => OpenError::ForeignSchema { version },
            SchemaError::Failed(source) => OpenError::Migration(source),
        })?;
    match stored_key(&mut transaction).await.map_err(unusable)? {
        Some((id, canary)) => check_key(vault, &id, &canary)?,
        None => store_key(&mut transaction, vault.key_id(), &seal_canary(vault)?)
            .await
            .map_err(unusable)?,
    }
    transaction.commit().await.map_err(unusable)
}

async fn stored_key(
    connection: &mut SqliteConnection,
) -> Result<Option<(Vec<u8>, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query("SELECT id, canary FROM secret_keys")
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok((row.try_get("id")?, row.try_get("canary")?)))
        .transpose()
}

async fn store_key(
    connection: &mut SqliteConnection,
    id: KeyId,
    canary: &[u8],
) -> Result<(), sqlx::Error> {
    let insert = sqlx::query("INSERT INTO secret_keys (id, canary) VALUES (?, ?)")
        .bind(id.as_bytes())
        .bind(canary);
    insert.execute(connection).await.map(drop)
}

fn seal_canary(vault: &Vault) -> Result<Vec<u8>, OpenError> {
    Ok(vault.seal(Place::Canary, vault.key_id().as_bytes(), CANARY)?)
}

fn check_key(vault: &Vault, id: &[u8], canary: &[u8]) -> Result<(), OpenError> {
    let sealed_with = KeyId::from_bytes(id).ok_or(VaultError::Damaged)?;
    if sealed_with != vault.key_id() {
        return Err(OpenError::WrongKey {
            sealed_with,
            given: vault.key_id(),
        });
    }
    vault.open(Place::Canary, id, canary)?;
    Ok(())
}
