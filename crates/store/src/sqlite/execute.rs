//! Statements on a connection.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value as Content, ValueRef};
use rusqlite::{Connection, Statement as Prepared, ToSql};

use crate::columns::Row;
use crate::engine::Done;
use crate::statement::{Statement, Value};

/// A row with values of its own, so that it outlives its statement.
pub(crate) struct SqliteRow {
    names: Arc<[String]>,
    values: Vec<Content>,
}

/// A value may be a secret or a payload.
impl std::fmt::Debug for SqliteRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SqliteRow").field(&self.names).finish()
    }
}

impl SqliteRow {
    /// What is in a column; nothing when the row has no such column.
    pub(crate) fn value(&self, column: &str) -> Option<&Content> {
        let place = self.names.iter().position(|name| name == column)?;
        self.values.get(place)
    }
}

/// Carries out one statement; says what it did.
pub(super) fn execute(connection: &Connection, statement: &Statement) -> rusqlite::Result<Done> {
    let text = statement.sql.sqlite();
    if statement.kept {
        run(&mut *connection.prepare_cached(text)?, &statement.values)
    } else {
        run(&mut connection.prepare(text)?, &statement.values)
    }
}

fn run(prepared: &mut Prepared<'_>, values: &[Value]) -> rusqlite::Result<Done> {
    for (place, value) in (1..).zip(values) {
        prepared.raw_bind_parameter(place, value)?;
    }
    let width = prepared.column_count();
    if width == 0 {
        let changed = u64::try_from(prepared.raw_execute()?).unwrap_or(u64::MAX);
        return Ok(Done {
            changed,
            rows: Vec::new(),
        });
    }
    let mut names: Option<Arc<[String]>> = None;
    let mut found = prepared.raw_query();
    let mut done = Done::default();
    while let Some(row) = found.next()? {
        let names = names.get_or_insert_with(|| {
            let names = row.as_ref().column_names();
            names.into_iter().map(str::to_owned).collect()
        });
        let values = (0..width).map(|place| row.get(place));
        done.rows.push(Row::Sqlite(SqliteRow {
            names: Arc::clone(names),
            values: values.collect::<rusqlite::Result<_>>()?,
        }));
        done.changed += 1;
    }
    Ok(done)
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Integer(number) => number.map(ValueRef::Integer),
            Self::Text(text) => text.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => bytes.as_deref().map(ValueRef::Blob),
            Self::Id(id) => id.as_ref().map(|id| ValueRef::Blob(id.as_bytes())),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}
