//! Connections for work, each with the settings that its part needs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// How long a statement waits for another process, such as a backup, to let go of the file.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of the write-ahead log stays on disk after a burst of writes, in bytes.
pub(super) const JOURNAL_KEPT: u32 = 64 * 1024 * 1024;
/// How many pages the write-ahead log holds before the writer itself moves them into the file and begins the log anew. Most of them are there
/// by then (see [`checkpoints`](super::checkpoints)).
const CHECKPOINT: u32 = 8000;
/// How much of the file a connection keeps in memory, in KiB (with the sign that `cache_size` gives them). What others need again is in
/// the system's cache.
const WRITER_CACHE: i32 = -2048;
const READER_CACHE: i32 = -512;
/// How many statements a connection keeps prepared.
const KEPT: usize = 64;

/// Connects to one file, which must be there.
#[derive(Debug, Clone)]
pub(crate) struct Connector(PathBuf);

impl Connector {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// A connection whose commits are durable when they return.
    pub(super) fn writer(&self) -> rusqlite::Result<Connection> {
        let connection = self.connect()?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update_and_check(None, "journal_size_limit", JOURNAL_KEPT, |_| Ok(()))?;
        connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT, |_| Ok(()))?;
        connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(connection)
    }

    /// A connection that can't write.
    pub(super) fn reader(&self) -> rusqlite::Result<Connection> {
        let connection = self.connect()?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", READER_CACHE)?;
        Ok(connection)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.0, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Else a statement is planned anew whenever other values are bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(KEPT);
        Ok(connection)
    }
}
