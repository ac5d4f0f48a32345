//! The thread that moves what was written from the write-ahead log into the file while others go on writing.
//!
//! It needs no lock that a writer needs (sqlite.org/wal.html, "Checkpointing": PASSIVE). It never gets to the end of a log that grows, so the
//! log begins anew only after the writer's own checkpoint, which finds little left to do. Without this thread that one would have all of it
//! to do, and all who wait for the writer would wait for it.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::connect::Connector;

/// After how many operations it is worth it: a push changes about eight pages.
const OPERATIONS: usize = 250;
const CHECKPOINT: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Lets the thread know of writes; it ends, and is waited for, when this is dropped.
#[derive(Debug)]
pub(super) struct Checkpoints {
    due: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    written: usize,
}

impl Checkpoints {
    pub(super) fn start(connector: Connector) -> io::Result<Self> {
        let (due, waiting) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || run(&connector, &waiting))?;
        Ok(Self {
            due: Some(due),
            thread: Some(thread),
            written: 0,
        })
    }

    /// So many operations more are in the log.
    pub(super) fn written(&mut self, operations: usize) {
        self.written += operations;
        if self.written >= OPERATIONS {
            self.written = 0;
            // When the last one is still to be begun, it will find these as well.
            let _ = self.due.as_ref().map(|due| due.try_send(()));
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.due = None;
        if let Some(thread) = self.thread.take() {
            // It says nothing when it ends, not even by a panic.
            let _ = thread.join();
        }
    }
}

fn run(connector: &Connector, due: &Receiver<()>) {
    let mut connection = None;
    while due.recv().is_ok() {
        connection = match checkpoint(connection, connector) {
            Ok(connection) => Some(connection),
            Err(error) => {
                tracing::debug!(%error, "the write-ahead log could not be moved into the file; the writer does so");
                None
            }
        };
    }
}

fn checkpoint(
    connection: Option<Connection>,
    connector: &Connector,
) -> rusqlite::Result<Connection> {
    let connection = match connection {
        Some(connection) => connection,
        None => connector.writer()?,
    };
    connection.query_row(CHECKPOINT, (), |_| Ok(()))?;
    Ok(connection)
}
