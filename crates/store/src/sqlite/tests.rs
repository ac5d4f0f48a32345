//! What can only be shown from inside: batches, checkpoints, query plans, jobs of another version.

mod batches;
mod checkpoints;
mod order;
mod plans;
mod unreadable_jobs;

use std::path::PathBuf;

use tempfile::TempDir;

use super::Sqlite;
use crate::Store;
use crate::engine::Engine;
use crate::sealing::SecretKey;

async fn fresh() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_sqlite(file(&folder), SecretKey::generate([7; 32]))
        .await
        .unwrap();
    (store, folder)
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("store.sqlite3")
}

impl Store {
    /// The engine, for what the ports don't show.
    fn sqlite(&self) -> &Sqlite {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite,
            Engine::Postgres(_) => panic!("another engine"),
        }
    }
}
