//! Statements on a connection.

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Either, Executor as _};

use crate::columns::Row;
use crate::engine::Done;
use crate::statement::{Statement, Value};

/// A statement for the engine.
pub(super) fn query(statement: &Statement) -> Query<'_, Postgres, PgArguments> {
    let query = sqlx::query(AssertSqlSafe(statement.sql.postgres())).persistent(statement.kept);
    statement.values.iter().fold(query, bind)
}

/// Carries out one statement; says what it did.
pub(super) async fn execute(
    statement: &Statement,
    connection: &mut PgConnection,
) -> Result<Done, sqlx::Error> {
    let mut results = connection.fetch_many(query(statement));
    let mut done = Done::default();
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(result) => done.changed += result.rows_affected(),
            Either::Right(row) => done.rows.push(Row::Postgres(row)),
        }
    }
    Ok(done)
}

fn bind<'q>(
    query: Query<'q, Postgres, PgArguments>,
    value: &'q Value,
) -> Query<'q, Postgres, PgArguments> {
    match value {
        Value::Integer(number) => query.bind(number),
        Value::Text(text) => query.bind(text.as_deref()),
        Value::Bytes(bytes) => query.bind(bytes.as_deref()),
        Value::Id(id) => query.bind(id),
    }
}
