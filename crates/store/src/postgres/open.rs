//! Connecting: the server's version, the schema, the key.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, Row as _};

use super::{Postgres, PostgresOptions};
use crate::open_error::OpenError;
use crate::sealing::{KeyId, Vault};
use crate::statement::Sql;
use crate::{key_check, migrations};

/// The oldest main version that is supported.
const OLDEST: u32 = 15;
/// What replicas that open the database at once wait for: one of them brings it up to date. Any number will do that nobody else uses.
const OPENING_LOCK: i64 = 0x6269_7462_7563_6b65;
/// A connection that rested for longer is tried before it is used.
const RESTED: Duration = Duration::from_secs(5);

/// All that is asked for in a hurry are a few rows in the order of an index. As long as the server knows little of a table, which is new or
/// grew since it looked, reading all that fits and sorting it seems as cheap; then a claim costs the more the longer the queue is.
const IN_ORDER: &str = "SET enable_bitmapscan = off; SET random_page_cost = 1.1";

/// Connects and brings the schema up to date.
pub(crate) async fn open(options: &PostgresOptions, vault: &Vault) -> Result<Postgres, OpenError> {
    let unusable = |source| OpenError::Server {
        database: options.name(),
        source,
    };
    let pool = pool(options).await.map_err(unusable)?;
    let mut connection = pool.acquire().await.map_err(unusable)?;
    let prepared = prepare(&mut connection, vault, &unusable).await;
    drop(connection);
    if let Err(error) = prepared {
        pool.close().await;
        return Err(error);
    }
    Ok(Postgres { pool })
}

async fn pool(options: &PostgresOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(IN_ORDER).await.map(drop) })
        })
        .before_acquire(|connection, seen| {
            Box::pin(async move { Ok(seen.idle_for < RESTED || connection.ping().await.is_ok()) })
        })
        .connect_with(options.connect.clone())
        .await
}

/// Brings schema and key in order, all or nothing, while no other process does so.
async fn prepare(
    connection: &mut PgConnection,
    vault: &Vault,
    unusable: &impl Fn(sqlx::Error) -> OpenError,
) -> Result<(), OpenError> {
    check_version(connection, unusable).await?;
    let mut transaction = connection.begin().await.map_err(unusable)?;
    let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(OPENING_LOCK);
    transaction.execute(lock).await.map_err(unusable)?;
    migrations::run_postgres(&mut transaction).await?;
    let noted = noted_keys(&mut transaction).await.map_err(unusable)?;
    if key_check::check(vault, &noted)? {
        let canary = key_check::seal(vault)?;
        note_key(&mut transaction, vault.key_id(), &canary)
            .await
            .map_err(unusable)?;
    }
    transaction.commit().await.map_err(unusable)
}

async fn check_version(
    connection: &mut PgConnection,
    unusable: &impl Fn(sqlx::Error) -> OpenError,
) -> Result<(), OpenError> {
    let row = connection.fetch_one("SELECT current_setting('server_version_num')::bigint / 10000");
    let found: i64 = row.await.and_then(|row| row.try_get(0)).map_err(unusable)?;
    let found = u32::try_from(found).unwrap_or_default();
    if found < OLDEST {
        return Err(OpenError::OldServer {
            found,
            needed: OLDEST,
        });
    }
    Ok(())
}

async fn noted_keys(connection: &mut PgConnection) -> Result<Vec<(Vec<u8>, Vec<u8>)>, sqlx::Error> {
    let rows = connection.fetch_all(key_check::FIND).await?;
    let rows = rows.iter();
    rows.map(|row| Ok((row.try_get("id")?, row.try_get("canary")?)))
        .collect()
}

async fn note_key(
    connection: &mut PgConnection,
    id: KeyId,
    canary: &[u8],
) -> Result<(), sqlx::Error> {
    let text = Sql::shared(key_check::STORE).postgres();
    let insert = sqlx::query(sqlx::AssertSqlSafe(text))
        .bind(id.as_bytes())
        .bind(canary);
    connection.execute(insert).await.map(drop)
}
