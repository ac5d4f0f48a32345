//! A write that is nothing but statements and values. Equal ones are sent to the engine together, which is what makes many writes cheap:
//! handing a statement to the engine's thread costs more than running it.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Either, Executor as _};
use uuid::Uuid;

/// Statements with one `?` for each value, in order; no numbered ones, so that a text can stand after another of its kind.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    sql: &'static str,
    values: Vec<Value>,
}

#[derive(Clone)]
pub(crate) enum Value {
    Nothing,
    Integer(i64),
    Text(String),
    Word(&'static str),
    Bytes(Bytes),
}

/// A value may be a secret or a payload.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl Change {
    pub(crate) const fn new(sql: &'static str) -> Self {
        Self {
            sql,
            values: Vec::new(),
        }
    }

    /// Adds the next value.
    pub(crate) fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// What equal changes have in common.
    pub(super) const fn kind(&self) -> &'static str {
        self.sql
    }

    /// Makes the change; says how many rows it changed.
    pub(crate) async fn execute(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<u64, sqlx::Error> {
        let query = self.values.iter().fold(sqlx::query(self.sql), bind);
        Ok(query.execute(connection).await?.rows_affected())
    }
}

/// Makes changes that are all alike, one after the other; says for each how many rows it changed.
///
/// An error may come after some of them were made.
pub(super) async fn execute_all(
    changes: &[&Change],
    connection: &mut SqliteConnection,
) -> Result<Vec<u64>, sqlx::Error> {
    let Some(first) = changes.first() else {
        return Ok(Vec::new());
    };
    let text = format!("{};", first.sql).repeat(changes.len());
    let values = changes.iter().flat_map(|change| &change.values);
    let query = values.fold(sqlx::query(AssertSqlSafe(text)), bind);
    let mut results = connection.fetch_many(query);
    let mut rows = Vec::with_capacity(2 * changes.len());
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(done) => rows.push(done.rows_affected()),
            Either::Right(_) => {}
        }
    }
    let statements = (rows.len() / changes.len()).max(1);
    Ok(rows
        .chunks(statements)
        .map(|rows| rows.iter().sum())
        .collect())
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind<'q>(query: Query<'q>, value: &'q Value) -> Query<'q> {
    match value {
        Value::Nothing => query.bind(None::<i64>),
        Value::Integer(number) => query.bind(*number),
        Value::Text(text) => query.bind(text),
        Value::Word(word) => query.bind(*word),
        Value::Bytes(bytes) => query.bind(bytes.as_ref()),
    }
}

macro_rules! value {
    ($($from:ty => $to:expr),+ $(,)?) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let to: fn($from) -> Self = $to;
                to(value)
            }
        })+
    };
}

value! {
    i64 => Self::Integer,
    u32 => |number| Self::Integer(number.into()),
    String => Self::Text,
    &String => |text| Self::Text(text.clone()),
    &'static str => Self::Word,
    Bytes => Self::Bytes,
    Vec<u8> => |bytes| Self::Bytes(bytes.into()),
    &Uuid => |id| Self::Bytes(Bytes::copy_from_slice(id.as_bytes())),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}
