//! What SQLite says, as the error of the ports.

use std::sync::Arc;

use bitbucket_integration_provider::ports::StoreError;

use crate::sealing::VaultError;

/// Why a statement or an operation of this engine failed.
#[derive(Debug)]
pub(crate) enum SqliteError {
    /// The engine failed or refused.
    Engine(sqlx::Error),
    /// The operation found what the ports have a word for.
    Store(StoreError),
}

impl From<sqlx::Error> for SqliteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<StoreError> for SqliteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SqliteError> for StoreError {
    fn from(error: SqliteError) -> Self {
        match error {
            SqliteError::Engine(error) => from_engine(error),
            SqliteError::Store(error) => error,
        }
    }
}

/// The store was closed, or its writer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store is closed")]
pub(crate) struct Closed;

/// An operation panicked; nothing of it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operation panicked")]
pub(crate) struct Panicked;

/// The store can't do this now, because of `cause`.
pub(crate) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable(Arc::new(cause))
}

/// What is stored here can't be read.
pub(crate) fn unreadable(what: impl Into<String>) -> StoreError {
    StoreError::Unreadable { what: what.into() }
}

/// A value could not be sealed, or what is sealed in `what` can't be opened.
pub(crate) fn from_vault(error: VaultError, what: &str) -> StoreError {
    unreadable(format!("{what}: {error}"))
}

/// SQLite's messages name tables and columns, never values, so they may be kept as the source.
fn from_engine(error: sqlx::Error) -> StoreError {
    let Some(database) = error.as_database_error() else {
        return unavailable(error);
    };
    if database.is_unique_violation() {
        return StoreError::Conflict {
            what: taken_name(database.message()),
        };
    }
    if database.is_foreign_key_violation() {
        return unreadable("the row that this one belongs to: there is none");
    }
    unavailable(error)
}

/// What holds a unique name already, by SQLite's `UNIQUE constraint failed: table.column, …`.
fn taken_name(message: &str) -> &'static str {
    const NAMES: [(&str, &str); 9] = [
        (
            "installations.workspace_uuid",
            "an installation of this workspace",
        ),
        (
            "installations.client_key",
            "an installation with this client key",
        ),
        ("installations.", "an installation with this id"),
        (
            "repositories.installation",
            "a repository with this UUID in this installation",
        ),
        ("repositories.", "a repository with this id"),
        ("deliveries.", "a delivery with this id"),
        ("jobs.", "a job with this id"),
        (
            "releases.repository",
            "a release of this version in this repository",
        ),
        ("releases.", "a release with this id"),
    ];
    let known = NAMES.iter().find(|(columns, _)| message.contains(columns));
    known.map_or("a row with the same unique name", |(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_is_taken_by_the_columns() {
        assert_eq!(
            taken_name("UNIQUE constraint failed: installations.client_key"),
            "an installation with this client key"
        );
        assert_eq!(
            taken_name("UNIQUE constraint failed: repositories.installation, repositories.uuid"),
            "a repository with this UUID in this installation"
        );
        assert_eq!(
            taken_name("UNIQUE constraint failed: repositories.id"),
            "a repository with this id"
        );
        assert_eq!(
            taken_name("UNIQUE constraint failed: future.column"),
            "a row with the same unique name"
        );
    }
}
