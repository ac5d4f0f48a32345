//! PostgreSQL: a statement that fails, and a session that is ended after any of them.

use bitbucket_store::{PostgresOptions, SecretKey, Store};
use bitbucket_test_postgres::Database;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

use super::{Obstacle, Step, Table, in_order, migrator, statements, steps};

const TABLES: &str = "
    SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
const INDEXES: &str =
    "SELECT indexdef::text FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1";

/// Ends the session after so many statements that change the schema.
fn interruption(after: usize) -> String {
    format!(
        "CREATE FUNCTION interrupt() RETURNS event_trigger LANGUAGE plpgsql AS $$
        DECLARE done bigint := coalesce(nullif(current_setting('interrupt.done', true), ''), '0')::bigint + 1;
        BEGIN
            PERFORM set_config('interrupt.done', done::text, false);
            IF done = {after} THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        END $$;
        CREATE EVENT TRIGGER interrupt ON ddl_command_end EXECUTE FUNCTION interrupt()"
    )
}
const NO_INTERRUPTION: &str = "DROP EVENT TRIGGER interrupt; DROP FUNCTION interrupt";

async fn connect(database: &Database) -> PgConnection {
    PgConnection::connect(&database.url()).await.unwrap()
}

async fn execute(database: &Database, sql: &str) {
    let mut connection = connect(database).await;
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    sql.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// A database after these steps, with a row in each table.
async fn at(steps: &[Step]) -> Database {
    let database = Database::create_for_test().unwrap();
    let mut connection = connect(&database).await;
    if !steps.is_empty() {
        migrator(steps).run(&mut connection).await.unwrap();
    }
    let value = |kind: &str| match kind {
        "uuid" => "'0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11'",
        "bytea" => r"'\x0102'",
        "bigint" => "7",
        _ => "'a text'",
    };
    for table in in_order(tables(&mut connection).await) {
        if !table.is_its_own() {
            connection
                .execute(AssertSqlSafe(table.row(value)))
                .await
                .unwrap();
        }
    }
    connection.close().await.unwrap();
    database
}

async fn tables(connection: &mut PgConnection) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for row in connection.fetch_all(TABLES).await.unwrap() {
        let (name, column): (String, (String, String)) = (row.get(0), (row.get(1), row.get(2)));
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table {
                name,
                columns: vec![column],
                rows: Vec::new(),
            }),
        }
    }
    for table in &mut tables {
        table.rows = rows(connection, table).await;
    }
    tables
}

/// What stands in those columns of the table.
async fn rows(connection: &mut PgConnection, table: &Table) -> Vec<String> {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let select = format!(
        "SELECT row({})::text FROM {} ORDER BY 1",
        names.join(", "),
        table.name
    );
    let rows = connection.fetch_all(AssertSqlSafe(select)).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// All that is in the schema, and in the tables.
async fn all(database: &Database) -> (Vec<String>, Vec<Table>) {
    let mut connection = connect(database).await;
    let indexes = connection.fetch_all(INDEXES).await.unwrap();
    let indexes = indexes.iter().map(|row| row.get(0)).collect();
    let tables = tables(&mut connection).await;
    connection.close().await.unwrap();
    (indexes, tables)
}

async fn open(database: &Database) -> Result<Store, String> {
    let options = PostgresOptions::parse(&database.url()).unwrap();
    let opened = Store::open_postgres(&options, SecretKey::generate([7; 32])).await;
    opened.map_err(|error| error.code().to_owned())
}

/// Opens the database, which has all rows of `before` then and the schema of a new one.
async fn comes_up_to_date(database: &Database, before: &[Table], new: &(Vec<String>, Vec<Table>)) {
    open(database).await.unwrap().close().await;
    let (indexes, tables) = all(database).await;
    assert_eq!(indexes, new.0);
    let columns = |tables: &[Table]| -> Vec<_> {
        let columns = tables
            .iter()
            .map(|one| (one.name.clone(), one.columns.clone()));
        columns.collect()
    };
    assert_eq!(columns(&tables), columns(&new.1));
    let mut connection = connect(database).await;
    for table in before.iter().filter(|table| !table.is_its_own()) {
        let kept = rows(&mut connection, table).await;
        assert_eq!((kept.len(), &kept), (1, &table.rows), "{}", table.name);
    }
    connection.close().await.unwrap();
}

/// What a new database has.
async fn new() -> (Vec<String>, Vec<Table>) {
    let fresh = Database::create_for_test().unwrap();
    open(&fresh).await.unwrap().close().await;
    all(&fresh).await
}

#[tokio::test]
async fn a_step_that_fails_on_postgres_leaves_everything_as_it_was() {
    let (steps, new) = (steps("postgres"), new().await);
    for (before, step) in steps.iter().enumerate() {
        let database = at(&steps[..before]).await;
        let was = all(&database).await;
        let obstacle = Obstacle::before(step);
        execute(&database, &obstacle.put).await;
        let with_obstacle = all(&database).await;
        let refused = open(&database).await.map(drop);
        let version = step.version;
        assert_eq!(refused, Err("database_migration".to_owned()), "{version}");
        assert_eq!(all(&database).await, with_obstacle, "step {version}");
        execute(&database, &obstacle.take_away).await;
        assert_eq!(all(&database).await, was, "step {version}");
        comes_up_to_date(&database, &was.1, &new).await;
    }
}

#[tokio::test]
async fn a_session_of_postgres_that_is_ended_within_a_step_leaves_everything_as_it_was() {
    let (steps, new) = (steps("postgres"), new().await);
    for (before, step) in steps.iter().enumerate() {
        let database = at(&steps[..before]).await;
        let was = all(&database).await;
        // Those that only change rows end no session; the first one that does is that which notes the steps.
        let schema = |words: &&Vec<String>| {
            let verb = words[0].to_uppercase();
            ["CREATE", "ALTER", "DROP"].contains(&verb.as_str())
        };
        let changes = 1 + statements(&step.sql).iter().filter(schema).count();
        for after in 1..=changes {
            execute(&database, &interruption(after)).await;
            let refused = open(&database).await.map(drop);
            assert!(refused.is_err(), "step {}, statement {after}", step.version);
            execute(&database, NO_INTERRUPTION).await;
            assert_eq!(
                all(&database).await,
                was,
                "step {}, statement {after}",
                step.version
            );
        }
        comes_up_to_date(&database, &was.1, &new).await;
    }
}
