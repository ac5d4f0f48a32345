//! What an engine says, as the error of the ports.

use std::sync::Arc;

use bitbucket_integration_provider::ports::StoreError;
use rusqlite::ffi;
use sqlx::error::DatabaseError;

use crate::sealing::VaultError;

/// The store was closed, or its writer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store is closed")]
pub(crate) struct Closed;

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

/// The engines' messages name tables and columns. PostgreSQL's *details* may hold values; they are no part of what is displayed.
pub(crate) fn from_engine(error: sqlx::Error) -> StoreError {
    let Some(database) = error.as_database_error() else {
        return unavailable(error);
    };
    if database.is_unique_violation() {
        return StoreError::Conflict {
            what: taken_name(&violated(database)),
        };
    }
    if database.is_foreign_key_violation() {
        return unreadable("the row that this one belongs to: there is none");
    }
    unavailable(error)
}

/// The same for the embedded engine, by its extended result codes (sqlite.org/rescode.html).
pub(crate) fn from_sqlite(error: rusqlite::Error) -> StoreError {
    let code = error.sqlite_error().map(|error| error.extended_code);
    match code {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            StoreError::Conflict {
                what: taken_name(&error.to_string()),
            }
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            unreadable("the row that this one belongs to: there is none")
        }
        _ => unavailable(error),
    }
}

/// Which columns had to be unique: `table.column` in SQLite's message, `table.table_column_key` by PostgreSQL's name of the constraint.
fn violated(error: &dyn DatabaseError) -> String {
    match (error.table(), error.constraint()) {
        (Some(table), Some(constraint)) => {
            let columns = constraint.strip_prefix(table).unwrap_or(constraint);
            format!("{table}.{}", columns.trim_start_matches('_'))
        }
        _ => error.message().to_owned(),
    }
}

/// What holds a unique name already, by the columns that had to be unique.
fn taken_name(columns: &str) -> &'static str {
    const NAMES: [(&str, &str); 13] = [
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
        (
            "code_mappings.repository",
            "a path rule for this project and this beginning",
        ),
        ("code_mappings.", "a path rule with this id"),
        ("issue_links.repository", "a link between these two issues"),
        ("issue_links.", "a link with this id"),
        ("deliveries.", "a delivery with this id"),
        ("jobs.", "a job with this id"),
        (
            "releases.repository",
            "a release of this version in this repository",
        ),
        ("releases.", "a release with this id"),
    ];
    let known = NAMES.iter().find(|(name, _)| columns.contains(name));
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
            taken_name("repositories.installation_uuid_key"),
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
