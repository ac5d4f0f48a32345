//! Servers, schema versions and keys at opening.

use bitbucket_integration_provider::ports::{Jobs, NewDeploy, Opened, ReleaseLog};
use bitbucket_store::{OpenError, PostgresOptions, SecretKey, Store};
use bitbucket_test_postgres::Database;
use futures_util::future::join_all;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::{Fresh, fresh, key, open};
use crate::conformance::fixtures::{at, due, publish, release, release_id};

async fn execute(database: &Database, sql: &str) {
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    connection
        .execute(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

async fn refused(fresh: &Fresh, key: SecretKey) -> OpenError {
    let options = PostgresOptions::parse(&fresh.database.url()).unwrap();
    Store::open_postgres(&options, key).await.unwrap_err()
}

#[tokio::test]
async fn replicas_that_start_at_once_make_the_schema_once() {
    let database = Database::create_for_test().unwrap();
    let stores = join_all((0..5).map(|_| open(&database))).await;
    for (n, store) in (0..).zip(&stores) {
        store.enqueue(&[due(n, 0)]).await.unwrap();
    }
    assert_eq!(stores[0].counts().await.unwrap().ready, 5);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let fresh = fresh().await;
    let newer = r"INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9000, 'x', TRUE, '\x', 0)";
    execute(&fresh.database, newer).await;
    let error = refused(&fresh, key()).await;
    assert!(
        matches!(error, OpenError::NewerSchema { found: 9000, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_schema_step_that_was_changed_is_refused() {
    let fresh = fresh().await;
    execute(
        &fresh.database,
        r"UPDATE _sqlx_migrations SET checksum = '\x00' WHERE version = 1",
    )
    .await;
    let error = refused(&fresh, key()).await;
    assert!(
        matches!(error, OpenError::ForeignSchema { version: 1 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_interrupted_first_opening_leaves_nothing_behind() {
    let database = Database::create_for_test().unwrap();
    // A table of ours is in the way, so the first step fails halfway.
    execute(&database, "CREATE TABLE jobs (id BIGINT)").await;
    let options = PostgresOptions::parse(&database.url()).unwrap();
    let error = Store::open_postgres(&options, key()).await.unwrap_err();
    assert_eq!(error.code(), "database_migration");
    let dump = database.dump().unwrap();
    assert!(!dump.contains("installations"), "{dump}");
    assert!(!dump.contains("_sqlx_migrations"), "{dump}");

    execute(&database, "DROP TABLE jobs").await;
    open(&database).await.close().await;
}

#[tokio::test]
async fn another_key_is_refused_by_name_and_a_damaged_canary_by_cause() {
    let fresh = fresh().await;
    let error = refused(&fresh, SecretKey::generate([8; 32])).await;
    assert!(matches!(error, OpenError::WrongKey { .. }), "{error:?}");
    execute(&fresh.database, r"UPDATE secret_keys SET canary = '\x00'").await;
    assert_eq!(
        refused(&fresh, key()).await.to_string(),
        "the key can't be checked: damaged"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let url = "postgres://ann:secret-word@127.0.0.1:1/integration";
    let options = PostgresOptions::parse(url).unwrap();
    let error = Store::open_postgres(&options, key()).await.unwrap_err();
    assert_eq!(error.code(), "database_server");
    assert_eq!(
        error.to_string(),
        "can't use the PostgreSQL database integration at 127.0.0.1:1"
    );
    assert!(!format!("{error:?}").contains("secret-word"), "{error:?}");
}

/// The schema before each deploy was a row of its own.
const BEFORE_DEPLOYS_AGAIN: &str = "
    DROP TABLE deploys_again; DROP INDEX deploys_by_environment; ALTER TABLE deploys DROP COLUMN key;
    DELETE FROM _sqlx_migrations WHERE version = 16;";
/// What the program before says when a release is deployed.
const DEPLOY_BEFORE: &str = "
    INSERT INTO deploys (release, environment, deployed_at)
    SELECT id, 'live', created_at + 5000 FROM releases WHERE version = 'rocket@1.1.0'
    ON CONFLICT (release, environment) DO NOTHING";

#[tokio::test]
async fn deploys_that_an_earlier_program_stored_are_first_ones() {
    let fresh = fresh().await;
    for n in [1, 2] {
        let opened = ReleaseLog::open(&*fresh, &release(n), &publish(n)).await;
        assert_eq!(opened.unwrap(), Opened::New);
    }
    execute(&fresh.database, BEFORE_DEPLOYS_AGAIN).await;
    execute(&fresh.database, DEPLOY_BEFORE).await;

    let store = open(&fresh.database).await;
    let deploy = |second| NewDeploy {
        environment: "live".to_owned(),
        deployed_at: at(second),
        key: None,
    };
    let first = store.record_deploy(release_id(1), &deploy(9)).await;
    let first = first.unwrap();
    assert_eq!((first.number, first.deployed_at), (1, at(6)));
    store
        .record_deploy(release_id(2), &deploy(10))
        .await
        .unwrap();
    let back = store.record_deploy(release_id(1), &deploy(11)).await;
    assert_eq!(back.unwrap().number, 2);
    // Its statement still works, while replicas are replaced.
    execute(&fresh.database, DEPLOY_BEFORE).await;
    assert_eq!(store.deploys(release_id(1)).await.unwrap().len(), 2);
}
