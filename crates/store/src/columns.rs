//! Values in and out of columns.

use std::str::FromStr;

use bitbucket_integration_provider::ports::{Failure, StoreError};
use jiff::Timestamp;
use rusqlite::types::Value;
use serde::Serialize;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};
use uuid::Uuid;

use super::error::unreadable;
use super::sqlite::SqliteRow;

/// A row of either engine.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that both engines read.
pub(crate) trait Stored<'r>: Decode<'r, Postgres> + Type<Postgres> + Sized {
    /// What SQLite has, if it is of this type.
    fn of(value: &'r Value) -> Option<Self>;
}

impl<'r> Stored<'r> for &'r str {
    fn of(value: &'r Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'r> Stored<'r> for &'r [u8] {
    fn of(value: &'r Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Stored<'_> for i64 {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Stored<'_> for Uuid {
    fn of(value: &Value) -> Option<Self> {
        Self::from_slice(<&[u8]>::of(value)?).ok()
    }
}

impl<'r, T: Stored<'r>> Stored<'r> for Option<T> {
    fn of(value: &'r Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::of(other).map(Some),
        }
    }
}

impl Row {
    fn get<'r, T: Stored<'r>>(&'r self, column: &str) -> Option<T> {
        match self {
            Self::Sqlite(row) => T::of(row.value(column)?),
            Self::Postgres(row) => row.try_get(column).ok(),
        }
    }
}

/// A list or structure as it is stored.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| unreadable("a value that can't be written as JSON"))
}

/// A number as the engines know it; numbers beyond its range are kept as the largest.
pub(crate) fn integer(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// The columns of one row, read by name into what they mean.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'r> {
    table: &'static str,
    row: &'r Row,
}

impl<'r> Columns<'r> {
    pub(crate) const fn new(table: &'static str, row: &'r Row) -> Self {
        Self { table, row }
    }

    /// The error that names the column, not its content.
    pub(crate) fn unreadable(&self, column: &str) -> StoreError {
        unreadable(format!("{}.{column}", self.table))
    }

    fn get<T: Stored<'r>>(&self, column: &str) -> Result<T, StoreError> {
        self.row.get(column).ok_or_else(|| self.unreadable(column))
    }

    pub(crate) fn optional_text(&self, column: &str) -> Result<Option<&'r str>, StoreError> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: &str) -> Result<&'r str, StoreError> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: &str) -> Result<&'r [u8], StoreError> {
        self.get(column)
    }

    pub(crate) fn optional_bytes(&self, column: &str) -> Result<Option<&'r [u8]>, StoreError> {
        self.get(column)
    }

    pub(crate) fn integer(&self, column: &str) -> Result<i64, StoreError> {
        self.get(column)
    }

    pub(crate) fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    /// A number that is never negative.
    pub(crate) fn count(&self, column: &str) -> Result<u32, StoreError> {
        u32::try_from(self.integer(column)?).map_err(|_| self.unreadable(column))
    }

    pub(crate) fn optional_count(&self, column: &str) -> Result<Option<u32>, StoreError> {
        let number: Option<i64> = self.get(column)?;
        number
            .map(u32::try_from)
            .transpose()
            .map_err(|_| self.unreadable(column))
    }

    pub(crate) fn time(&self, column: &str) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.integer(column)?).map_err(|_| self.unreadable(column))
    }

    pub(crate) fn optional_time(&self, column: &str) -> Result<Option<Timestamp>, StoreError> {
        let millis: Option<i64> = self.get(column)?;
        millis
            .map(Timestamp::from_millisecond)
            .transpose()
            .map_err(|_| self.unreadable(column))
    }

    pub(crate) fn id<T>(
        &self,
        column: &str,
        from: impl FnOnce(Uuid) -> T,
    ) -> Result<T, StoreError> {
        self.get(column).map(from)
    }

    pub(crate) fn optional_id<T>(
        &self,
        column: &str,
        from: impl FnOnce(Uuid) -> T,
    ) -> Result<Option<T>, StoreError> {
        let id: Option<Uuid> = self.get(column)?;
        Ok(id.map(from))
    }

    /// A text that one of our types reads.
    pub(crate) fn parsed<T: FromStr>(&self, column: &str) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| self.unreadable(column))
    }

    pub(crate) fn optional_parsed<T: FromStr>(
        &self,
        column: &str,
    ) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(str::parse)
            .transpose()
            .map_err(|_| self.unreadable(column))
    }

    /// One of the words of an enum without fields.
    pub(crate) fn word<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let word: StrDeserializer<'_, WordError> = self.text(column)?.into_deserializer();
        T::deserialize(word).map_err(|_| self.unreadable(column))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        serde_json::from_str(self.text(column)?).map_err(|_| self.unreadable(column))
    }

    /// The two columns that keep why something failed.
    pub(crate) fn failure(&self) -> Result<Option<Failure>, StoreError> {
        let (code, message) = (
            self.optional_text("failure_code")?,
            self.optional_text("failure_message")?,
        );
        Ok(code.zip(message).map(|(code, message)| Failure {
            code: code.to_owned(),
            message: message.to_owned(),
        }))
    }
}
