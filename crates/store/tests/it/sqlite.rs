//! What the embedded engine has to show beyond the ports: durability, files, keys, schema.

use std::ops::Deref;

use bitbucket_store::{SecretKey, SqliteStore};
use tempfile::TempDir;

use crate::conformance::conformance;

conformance!(fresh);

/// A store in a folder of its own, which goes with it.
struct Fresh {
    store: SqliteStore,
    _folder: TempDir,
}

impl Deref for Fresh {
    type Target = SqliteStore;

    fn deref(&self) -> &SqliteStore {
        &self.store
    }
}

async fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("store.sqlite3"), SecretKey::generate([7; 32])).await.unwrap();
    Fresh { store, _folder: folder }
}
