//! Moving from the SQLite file to a PostgreSQL database: every row of every table, as it is.
//!
//! Sealed values are bound to their column and owner, not to the engine, so they move as they are and open with the same key.

use std::collections::BTreeMap;

use bitbucket_integration_provider::ports::StoreError;
use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::query::Query;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _};
use uuid::Uuid;

use crate::Store;
use crate::engine::Engine;

/// How many values one statement takes at most; PostgreSQL's limit is 65,535.
const MOST_VALUES: usize = 20_000;

/// How many rows one statement takes at most, as deliveries are large.
const MOST_ROWS: usize = 200;

/// Tables whose rows others belong to, in the order in which they have to be there.
const FIRST: [&str; 2] = ["installations", "repositories"];

/// The columns of all tables, in the order of their places.
const TABLES: &str = "
    SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_sqlx%' ORDER BY table_name, ordinal_position";

/// Why nothing was imported. The target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The stores are not a SQLite file and a PostgreSQL database.
    #[error("an import goes from a SQLite file into a PostgreSQL database")]
    Engines,
    /// The target has rows already.
    #[error("the target is not empty: table {table} has rows")]
    NotEmpty {
        /// The first table with rows.
        table: String,
    },
    /// A column is of a type that the import does not know.
    #[error("column {table}.{column} is of type {kind}, which can't be imported")]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type in PostgreSQL.
        kind: String,
    },
    /// An engine refused.
    #[error("table {table} could not be copied")]
    Engine {
        /// The table that was being copied.
        table: String,
        /// What the engine said.
        source: sqlx::Error,
    },
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A column and how its values travel.
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Id,
    Bytes,
    Text,
    Integer,
}

struct Table {
    name: String,
    columns: Vec<Column>,
}

impl Store {
    /// Copies everything from a SQLite store into this PostgreSQL store, which must be empty; says how many rows each table got. All or
    /// nothing.
    ///
    /// # Errors
    /// [`ImportError`]; nothing is stored then.
    pub async fn import(&self, from: &Self) -> Result<BTreeMap<String, u64>, ImportError> {
        let (Engine::Postgres(to), Engine::Sqlite(from)) = (&self.engine, &from.engine) else {
            return Err(ImportError::Engines);
        };
        let about = |table: &str| {
            let table = table.to_owned();
            move |source| ImportError::Engine { table, source }
        };
        let mut transaction = to.begin().await.map_err(about("all"))?;
        let tables = tables(&mut transaction).await?;
        let mut copied = BTreeMap::new();
        let from = from.whole();
        for table in &tables {
            refuse_rows(&mut transaction, &table.name).await?;
            let rows = copy(&from, &mut transaction, table)
                .await
                .map_err(about(&table.name))?;
            copied.insert(table.name.clone(), rows);
        }
        transaction.commit().await.map_err(about("all"))?;
        Ok(copied)
    }
}

/// What the target has, in the order in which rows can be put in.
async fn tables(connection: &mut PgConnection) -> Result<Vec<Table>, ImportError> {
    let failed = |source| ImportError::Engine {
        table: "information_schema.columns".to_owned(),
        source,
    };
    let rows = sqlx::query(TABLES).fetch_all(connection).await;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows.map_err(failed)? {
        let text = |column| row.try_get::<String, _>(column).map_err(failed);
        let (name, column) = (text("table_name")?, text("column_name")?);
        let kind = kind(&name, &column, &text("data_type")?)?;
        let column = Column { name: column, kind };
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table {
                name,
                columns: vec![column],
            }),
        }
    }
    let place = |table: &Table| FIRST.iter().position(|name| *name == table.name);
    tables.sort_by_key(|table| place(table).unwrap_or(FIRST.len()));
    Ok(tables)
}

fn kind(table: &str, column: &str, kind: &str) -> Result<Kind, ImportError> {
    match kind {
        "uuid" => Ok(Kind::Id),
        "bytea" => Ok(Kind::Bytes),
        "text" => Ok(Kind::Text),
        "bigint" => Ok(Kind::Integer),
        other => Err(ImportError::Column {
            table: table.to_owned(),
            column: column.to_owned(),
            kind: other.to_owned(),
        }),
    }
}

/// The target's own note of its key gives way to the one that comes; both name the same keys, or the store would not be open.
async fn refuse_rows(connection: &mut PgConnection, table: &str) -> Result<(), ImportError> {
    let failed = |source| ImportError::Engine {
        table: table.to_owned(),
        source,
    };
    if table == "secret_keys" {
        let cleared = sqlx::query("DELETE FROM secret_keys").execute(connection);
        return cleared.await.map(drop).map_err(failed);
    }
    let any = format!("SELECT 1 FROM {table} LIMIT 1");
    let any = sqlx::query(AssertSqlSafe(any)).fetch_optional(connection);
    match any.await.map_err(failed)? {
        None => Ok(()),
        Some(_) => Err(ImportError::NotEmpty {
            table: table.to_owned(),
        }),
    }
}

async fn copy(from: &SqlitePool, to: &mut PgConnection, table: &Table) -> Result<u64, sqlx::Error> {
    let names: Vec<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
    let names = names.join(", ");
    let select = format!("SELECT {names} FROM {}", table.name);
    let chunk = MOST_ROWS.min(MOST_VALUES / table.columns.len().max(1));
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(from);
    let (mut waiting, mut copied) = (Vec::with_capacity(chunk), 0);
    loop {
        let row = rows.try_next().await?;
        let last = row.is_none();
        waiting.extend(row);
        if waiting.len() == chunk || (last && !waiting.is_empty()) {
            copied += insert(to, table, &names, &waiting).await?;
            waiting.clear();
        }
        if last {
            break;
        }
    }
    if table.columns.iter().any(|column| column.name == "seq") {
        go_on_counting(to, &table.name).await?;
    }
    Ok(copied)
}

async fn insert(
    to: &mut PgConnection,
    table: &Table,
    names: &str,
    rows: &[SqliteRow],
) -> Result<u64, sqlx::Error> {
    let width = table.columns.len();
    let row = |n: usize| {
        let places: Vec<String> = (1..=width).map(|c| format!("${}", n * width + c)).collect();
        format!("({})", places.join(", "))
    };
    let places: Vec<String> = (0..rows.len()).map(row).collect();
    let text = format!(
        "INSERT INTO {} ({names}) VALUES {}",
        table.name,
        places.join(", ")
    );
    let mut insert = sqlx::query(AssertSqlSafe(text)).persistent(false);
    for row in rows {
        for (place, column) in table.columns.iter().enumerate() {
            insert = bind(insert, row, place, column.kind)?;
        }
    }
    Ok(insert.execute(to).await?.rows_affected())
}

fn bind<'q>(
    insert: Query<'q, Postgres, PgArguments>,
    row: &SqliteRow,
    place: usize,
    kind: Kind,
) -> Result<Query<'q, Postgres, PgArguments>, sqlx::Error> {
    Ok(match kind {
        Kind::Id => insert.bind(row.try_get::<Option<Uuid>, _>(place)?),
        Kind::Bytes => insert.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
        Kind::Text => insert.bind(row.try_get::<Option<String>, _>(place)?),
        Kind::Integer => insert.bind(row.try_get::<Option<i64>, _>(place)?),
    })
}

/// The next row of the target comes after those that were copied.
async fn go_on_counting(to: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
    let text = format!(
        "SELECT setval(pg_get_serial_sequence('{table}', 'seq'), coalesce(max(seq), 0) + 1, false) FROM {table}"
    );
    sqlx::query(AssertSqlSafe(text)).execute(to).await.map(drop)
}
