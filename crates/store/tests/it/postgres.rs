//! What the shared engine has to show beyond the ports: replicas, lost connections, keys, schema.

mod hints;
mod import;
mod opening;
mod replicas;
mod secrets;

use std::ops::Deref;

use bitbucket_store::{PostgresOptions, SecretKey, Store};
use bitbucket_test_postgres::Database;

use crate::conformance::conformance;

conformance!(fresh);

/// A store in a database of its own, which goes with it.
struct Fresh {
    store: Store,
    database: Database,
}

impl Deref for Fresh {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

fn key() -> SecretKey {
    SecretKey::generate([7; 32])
}

async fn open(database: &Database) -> Store {
    let options = PostgresOptions::parse(&database.url()).unwrap();
    Store::open_postgres(&options, key()).await.unwrap()
}

async fn fresh() -> Fresh {
    let database = Database::create_for_test().unwrap();
    Fresh {
        store: open(&database).await,
        database,
    }
}
