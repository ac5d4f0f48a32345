//! SQLite: a statement that fails, and a process that dies with its statements half written.

use std::path::Path;

use bitbucket_store::{SecretKey, Store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Row as _};
use tempfile::TempDir;

use super::{Obstacle, Step, Table, in_order, migrator, statements, steps};

const FILE: &str = "store.sqlite3";

async fn connect(folder: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .journal_mode(SqliteJournalMode::Wal)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap()
}

async fn execute(folder: &Path, sql: &str) {
    let mut connection = connect(folder).await;
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    sql.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A database after these steps, with a row in each table.
async fn at(steps: &[Step]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = connect(folder.path()).await;
    if !steps.is_empty() {
        migrator(steps).run(&mut connection).await.unwrap();
    }
    let value = |kind: &str| match kind {
        "BLOB" => "X'0190A5C27E1D7CC09C7A2F0D5B6A1E11'",
        "INTEGER" => "7",
        _ => "'a text'",
    };
    for table in in_order(tables(&mut connection).await) {
        if !table.is_its_own() {
            let row = sqlx::raw_sql(AssertSqlSafe(table.row(value)));
            row.execute(&mut connection).await.unwrap();
        }
    }
    connection.close().await.unwrap();
    folder
}

async fn tables(connection: &mut SqliteConnection) -> Vec<Table> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut tables = Vec::new();
    for row in connection.fetch_all(names).await.unwrap() {
        let name: String = row.get(0);
        let columns = format!("SELECT name, type FROM pragma_table_info('{name}')");
        let columns = connection.fetch_all(AssertSqlSafe(columns)).await.unwrap();
        let columns = columns.iter().map(|row| (row.get(0), row.get(1)));
        let columns: Vec<_> = columns.collect();
        let rows = rows(connection, &name, &columns).await;
        tables.push(Table {
            name,
            columns,
            rows,
        });
    }
    tables
}

async fn rows(
    connection: &mut SqliteConnection,
    table: &str,
    columns: &[(String, String)],
) -> Vec<String> {
    let quoted: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("quote({name})"))
        .collect();
    let select = format!(
        "SELECT {} FROM {table} ORDER BY 1",
        quoted.join(" || ' ' || ")
    );
    let rows = connection.fetch_all(AssertSqlSafe(select)).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// All that is in the schema, and in the tables.
async fn all(folder: &Path) -> (Vec<String>, Vec<Table>) {
    let mut connection = connect(folder).await;
    let schema = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY 1";
    let schema = connection.fetch_all(schema).await.unwrap();
    let schema = schema.iter().map(|row| row.get(0)).collect();
    let tables = tables(&mut connection).await;
    connection.close().await.unwrap();
    (schema, tables)
}

async fn open(folder: &Path) -> Result<Store, String> {
    let opened = Store::open_sqlite(folder.join(FILE), SecretKey::generate([7; 32])).await;
    opened.map_err(|error| error.code().to_owned())
}

/// Opens the database, which has all rows of `before` then and the schema of a new one.
async fn comes_up_to_date(folder: &Path, before: &[Table]) {
    open(folder).await.unwrap().close().await;
    let fresh = tempfile::tempdir().unwrap();
    open(fresh.path()).await.unwrap().close().await;
    let (new, tables) = all(fresh.path()).await;
    // What was added to a table stands in its text where it was added.
    let names = |tables: &[Table]| -> Vec<_> {
        let columns = tables
            .iter()
            .map(|one| (one.name.clone(), one.columns.clone()));
        columns.collect()
    };
    let (schema, now) = all(folder).await;
    assert_eq!(schema.len(), new.len());
    assert_eq!(names(&now), names(&tables));
    let mut connection = connect(folder).await;
    for table in before.iter().filter(|table| !table.is_its_own()) {
        let kept = rows(&mut connection, &table.name, &table.columns).await;
        assert_eq!((kept.len(), &kept), (1, &table.rows), "{}", table.name);
    }
    let applied = connection.fetch_one("SELECT count(*) FROM _sqlx_migrations WHERE success");
    let applied: i64 = applied.await.unwrap().get(0);
    assert_eq!(applied, i64::try_from(steps("sqlite").len()).unwrap());
}

#[tokio::test]
async fn a_step_that_fails_leaves_everything_as_it_was() {
    let steps = steps("sqlite");
    for (before, step) in steps.iter().enumerate() {
        let folder = at(&steps[..before]).await;
        let was = all(folder.path()).await;
        let obstacle = Obstacle::before(step);
        execute(folder.path(), &obstacle.put).await;
        let with_obstacle = all(folder.path()).await;
        let refused = open(folder.path()).await.map(drop);
        let version = step.version;
        assert_eq!(refused, Err("database_migration".to_owned()), "{version}");
        assert_eq!(all(folder.path()).await, with_obstacle, "step {version}");
        execute(folder.path(), &obstacle.take_away).await;
        assert_eq!(all(folder.path()).await.1, was.1, "step {version}");
        comes_up_to_date(folder.path(), &was.1).await;
    }
}

#[tokio::test]
async fn a_process_that_dies_within_a_step_leaves_everything_as_it_was() {
    let steps = steps("sqlite");
    for (before, step) in steps.iter().enumerate() {
        let folder = at(&steps[..before]).await;
        let was = all(folder.path()).await;
        let mut dying = connect(folder.path()).await;
        // So little memory that what is written goes into the log before it is committed.
        for setting in [
            "PRAGMA cache_size = 1",
            "PRAGMA cache_spill = 1",
            "BEGIN IMMEDIATE",
        ] {
            dying.execute(setting).await.unwrap();
        }
        let log = folder.path().join(format!("{FILE}-wal"));
        let length = || std::fs::metadata(&log).map_or(0, |log| log.len());
        let empty = length();
        sqlx::raw_sql(AssertSqlSafe(step.sql.clone()))
            .execute(&mut dying)
            .await
            .unwrap();
        let filler = "CREATE TABLE filler (x); INSERT INTO filler VALUES (zeroblob(100000))";
        sqlx::raw_sql(filler).execute(&mut dying).await.unwrap();
        assert!(
            length() > empty,
            "nothing of step {} is on disk",
            step.version
        );
        let found = tempfile::tempdir().unwrap();
        for name in [FILE.to_owned(), format!("{FILE}-wal")] {
            std::fs::copy(folder.path().join(&name), found.path().join(&name)).unwrap();
        }
        assert_eq!(all(found.path()).await, was, "step {}", step.version);
        assert!(!statements(&step.sql).is_empty());
        comes_up_to_date(found.path(), &was.1).await;
    }
}
