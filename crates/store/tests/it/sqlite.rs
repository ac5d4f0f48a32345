//! What the embedded engine has to show beyond the ports: durability, files, keys, schema.

mod backup;
mod durability;
mod opening;
mod secrets;

use std::ops::Deref;
use std::path::{Path, PathBuf};

use bitbucket_store::{SecretKey, Store};
use tempfile::TempDir;

use crate::conformance::conformance;

conformance!(fresh);

/// A store in a folder of its own, which goes with it.
struct Fresh {
    store: Store,
    folder: TempDir,
}

impl Deref for Fresh {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("store.sqlite3")
}

fn key() -> SecretKey {
    SecretKey::generate([7; 32])
}

async fn open(folder: &Path) -> Store {
    Store::open_sqlite(file(folder), key()).await.unwrap()
}

async fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    Fresh {
        store: open(folder.path()).await,
        folder,
    }
}

/// The files as they are at this moment: what a machine would find that lost its power now.
fn snapshot(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["store.sqlite3", "store.sqlite3-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}
