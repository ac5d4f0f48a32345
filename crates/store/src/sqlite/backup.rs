//! A copy of the file while it is in use, and the way back.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};

use crate::open_error::OpenError;
use crate::private_files;
use crate::sealing::SecretKeys;
use crate::store::Store;

/// Why a copy could not be made or put back. Nothing was replaced.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no such database.
    #[error("there is no database {}", path.display())]
    Missing {
        /// Where it was expected.
        path: PathBuf,
    },
    /// The place is taken.
    #[error("{} is there already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Some process uses the database that is to be replaced.
    #[error("{} is in use: stop the service first", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The file is no whole database.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the engine found.
        reason: String,
    },
    /// The copy can't be opened as a store, for example with this key.
    #[error("{} can't be used", path.display())]
    Unusable {
        /// The copy.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// A file can't be read, written or moved.
    #[error("can't write {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The engine refused.
    #[error("the copy of {} failed", path.display())]
    Engine {
        /// The database.
        path: PathBuf,
        /// What the engine said.
        source: sqlx::Error,
    },
}

/// Copies the database into a new file that only its owner can read, as it is at one moment, while others read and write it.
///
/// # Errors
/// [`BackupError`]; a copy that was begun is removed.
pub async fn back_up(database: &Path, copy: &Path) -> Result<(), BackupError> {
    if !database.is_file() {
        return Err(BackupError::Missing {
            path: database.to_owned(),
        });
    }
    create(copy)?;
    let made = write_copy(database, copy).await;
    if made.is_err() {
        let _half = fs::remove_file(copy);
    }
    made
}

/// Puts a copy in the place of the database that nobody uses; one that is there is replaced only when `replace` says so. The copy is tried
/// first: it must be whole and open with the key.
///
/// # Errors
/// [`BackupError`]; the database is as it was then.
pub async fn restore(
    copy: &Path,
    database: &Path,
    keys: impl Into<SecretKeys>,
    replace: bool,
) -> Result<(), BackupError> {
    check(copy).await?;
    if database.exists() {
        if !replace {
            return Err(BackupError::Exists {
                path: database.to_owned(),
            });
        }
        take_alone(database).await?;
    }
    let tried = beside(database, ".restored");
    create(&tried)?;
    let put = try_and_move(copy, &tried, database, keys.into()).await;
    if put.is_err() {
        for end in ["", "-wal", "-shm"] {
            let _tried = fs::remove_file(beside(&tried, end));
        }
    }
    put
}

async fn write_copy(database: &Path, copy: &Path) -> Result<(), BackupError> {
    let failed = |source| BackupError::Engine {
        path: database.to_owned(),
        source,
    };
    let mut connection = connect(database).await.map_err(failed)?;
    // The target must be empty (sqlite.org/lang_vacuum.html); ours is, and readable by its owner only.
    let text = copy.display().to_string().replace('\'', "''");
    let vacuum = format!("VACUUM INTO '{text}'");
    let done = sqlx::query(AssertSqlSafe(vacuum)).execute(&mut connection);
    done.await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    sync(copy)?;
    check(copy).await
}

async fn try_and_move(
    copy: &Path,
    tried: &Path,
    database: &Path,
    keys: SecretKeys,
) -> Result<(), BackupError> {
    fs::copy(copy, tried).map_err(|source| file_error(tried, source))?;
    let store = Store::open_sqlite(tried, keys).await;
    let store = store.map_err(|source| BackupError::Unusable {
        path: copy.to_owned(),
        source,
    })?;
    store.close().await;
    // What the log holds is in the file now; leftovers of the replaced database would be taken for its own.
    for end in ["-wal", "-shm"] {
        remove(&beside(tried, end))?;
        remove(&beside(database, end))?;
    }
    sync(tried)?;
    fs::rename(tried, database).map_err(|source| file_error(database, source))?;
    sync(private_files::parent(database))
}

/// Fails when another process has the database open: leaving the write-ahead log takes the only lock.
async fn take_alone(database: &Path) -> Result<(), BackupError> {
    let in_use = |_| BackupError::InUse {
        path: database.to_owned(),
    };
    let options = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(std::time::Duration::ZERO)
        .disable_statement_logging();
    let Ok(mut connection) = options.connect().await else {
        // What is no database any more is nobody's.
        return Ok(());
    };
    let mode = sqlx::query("PRAGMA journal_mode = DELETE")
        .fetch_one(&mut connection)
        .await;
    let closed = connection.close().await;
    let mode: String = mode.and_then(|row| row.try_get(0)).map_err(in_use)?;
    if mode != "delete" {
        return Err(in_use(sqlx::Error::PoolClosed));
    }
    closed.map_err(in_use)
}

/// Reads the whole copy.
async fn check(copy: &Path) -> Result<(), BackupError> {
    if !copy.is_file() {
        return Err(BackupError::Missing {
            path: copy.to_owned(),
        });
    }
    let damaged = |reason: String| BackupError::Damaged {
        path: copy.to_owned(),
        reason,
    };
    let options = SqliteConnectOptions::new()
        .filename(copy)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging();
    let mut connection = options
        .connect()
        .await
        .map_err(|e| damaged(e.to_string()))?;
    let found = sqlx::query("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .and_then(|row| row.try_get::<String, _>(0))
        .map_err(|error| damaged(error.to_string()));
    let _closed = connection.close().await;
    match found?.as_str() {
        "ok" => Ok(()),
        other => Err(damaged(other.to_owned())),
    }
}

async fn connect(database: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(super::connect::BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
}

fn create(path: &Path) -> Result<(), BackupError> {
    let made =
        private_files::owner_only(OpenOptions::new().write(true).create_new(true)).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(BackupError::Exists {
            path: path.to_owned(),
        }),
        Err(source) => Err(file_error(path, source)),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file_error(path, error)),
        _ => Ok(()),
    }
}

fn sync(path: &Path) -> Result<(), BackupError> {
    fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> BackupError {
    BackupError::File {
        path: path.to_owned(),
        source,
    }
}
