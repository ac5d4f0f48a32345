//! What can only be shown from inside: batches, query plans, jobs of another version.

mod batches;
mod plans;
mod unreadable_jobs;

use tempfile::TempDir;

use super::SqliteStore;
use crate::sealing::SecretKey;

async fn fresh() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(
        folder.path().join("store.sqlite3"),
        SecretKey::generate([7; 32]),
    )
    .await
    .unwrap();
    (store, folder)
}
