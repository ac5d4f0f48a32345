//! Statements on a connection. Equal ones are sent to the engine together, which is what makes many writes cheap: handing a statement to
//! the engine's thread costs more than running it.

use std::borrow::Cow;

use futures_util::TryStreamExt as _;
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Either, Executor as _};

use crate::columns::Row;
use crate::engine::Done;
use crate::statement::{Statement, Value};

/// A statement for the engine.
pub(super) fn query(statement: &Statement) -> Query<'_, Sqlite, SqliteArguments> {
    let query = match statement.sql.sqlite() {
        Cow::Borrowed(text) => sqlx::query(*text),
        Cow::Owned(text) => sqlx::query(AssertSqlSafe(text.clone())),
    };
    let query = query.persistent(statement.kept);
    statement.values.iter().fold(query, bind)
}

/// Carries out one statement; says what it did.
pub(super) async fn execute(
    statement: &Statement,
    connection: &mut SqliteConnection,
) -> Result<Done, sqlx::Error> {
    let mut results = connection.fetch_many(query(statement));
    let mut done = Done::default();
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(result) => done.changed += result.rows_affected(),
            Either::Right(row) => done.rows.push(Row::Sqlite(row)),
        }
    }
    Ok(done)
}

/// Carries out statements that are all alike, one after the other; says for each how many rows it changed.
///
/// An error may come after some of them were carried out.
pub(super) async fn execute_all(
    statements: &[&Statement],
    connection: &mut SqliteConnection,
) -> Result<Vec<u64>, sqlx::Error> {
    let Some(first) = statements.first() else {
        return Ok(Vec::new());
    };
    let text = format!("{};", first.sql.sqlite()).repeat(statements.len());
    let values = statements.iter().flat_map(|statement| &statement.values);
    let query = values.fold(sqlx::query(AssertSqlSafe(text)), bind);
    let mut results = connection.fetch_many(query);
    let mut rows = Vec::with_capacity(2 * statements.len());
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(done) => rows.push(done.rows_affected()),
            Either::Right(_) => {}
        }
    }
    let each = (rows.len() / statements.len()).max(1);
    Ok(rows.chunks(each).map(|rows| rows.iter().sum()).collect())
}

fn bind<'q>(
    query: Query<'q, Sqlite, SqliteArguments>,
    value: &'q Value,
) -> Query<'q, Sqlite, SqliteArguments> {
    match value {
        Value::Integer(number) => query.bind(number),
        Value::Text(text) => query.bind(text.as_deref()),
        Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        Value::Id(id) => query.bind(id),
    }
}
