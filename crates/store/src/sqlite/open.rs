//! Opening the file: its folder, its settings, its schema, its key.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::Sqlite;
use super::connect::{BUSY_TIMEOUT, Connector, JOURNAL_KEPT};
use super::readers::Readers;
use super::writer::Writer;
use crate::open_error::OpenError;
use crate::sealing::{KeyId, Vault};
use crate::{key_check, migrations, private_files};

/// How long to wait before connecting again to a file that is locked.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// Opens the file, or makes it, and brings its schema up to date.
pub(crate) async fn open(path: &Path, vault: &Vault) -> Result<Sqlite, OpenError> {
    let unusable = |source| OpenError::Database {
        path: path.to_owned(),
        source,
    };
    create_file(path).map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })?;
    let options = options(path);
    let mut connection = connect(&options).await.map_err(unusable)?;
    prepare(&mut connection, vault, path).await?;
    let connector = Connector::new(path);
    // While the first connection is open, none of these is the last one to be closed, which would take the log away.
    let writing = connector
        .writer()
        .map_err(|error| unusable(sqlx::Error::AnyDriverError(error.into())))?;
    let closed = connection.close().await;
    closed.map_err(unusable)?;
    let readers = Readers::new(connector.clone());
    let writer = Writer::start(writing, connector).map_err(|source| OpenError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok(Sqlite {
        writer,
        readers,
        path: path.to_owned(),
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

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("journal_size_limit", JOURNAL_KEPT.to_string())
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
    migrations::run_sqlite(&mut transaction).await?;
    let noted = noted_keys(&mut transaction).await.map_err(unusable)?;
    if key_check::check(vault, &noted)? {
        let canary = key_check::seal(vault)?;
        note_key(&mut transaction, vault.key_id(), &canary)
            .await
            .map_err(unusable)?;
    }
    transaction.commit().await.map_err(unusable)
}

async fn noted_keys(
    connection: &mut SqliteConnection,
) -> Result<Vec<(Vec<u8>, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query(key_check::FIND).fetch_all(connection).await?;
    let rows = rows.iter();
    rows.map(|row| Ok((row.try_get("id")?, row.try_get("canary")?)))
        .collect()
}

async fn note_key(
    connection: &mut SqliteConnection,
    id: KeyId,
    canary: &[u8],
) -> Result<(), sqlx::Error> {
    let insert = sqlx::query(key_check::STORE)
        .bind(id.as_bytes())
        .bind(canary);
    insert.execute(connection).await.map(drop)
}
