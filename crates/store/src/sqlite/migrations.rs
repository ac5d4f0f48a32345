//! The schema, step by step, as it is built into the program.
//!
//! Steps are only ever added: an applied one that changes later is refused. All missing steps run in the caller's transaction, so an
//! interrupted upgrade leaves the database as it was, and two processes that start together do not upgrade twice.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;

const STEPS: [(i64, &str, &str); 3] = [
    (
        1,
        "foundation",
        include_str!("../../migrations/sqlite/0001_foundation.sql"),
    ),
    (
        2,
        "api_keys",
        include_str!("../../migrations/sqlite/0002_api_keys.sql"),
    ),
    (
        3,
        "issue_effects",
        include_str!("../../migrations/sqlite/0003_issue_effects.sql"),
    ),
];

/// Why the schema could not be brought up to date.
#[derive(Debug)]
pub(super) enum SchemaError {
    /// The database knows a step that this program does not.
    Newer { found: i64, known: i64 },
    /// A step was changed after it had been applied.
    Changed { version: i64 },
    /// A step failed.
    Failed(MigrateError),
}

/// Applies the steps that the database lacks.
pub(super) async fn run(connection: &mut SqliteConnection) -> Result<(), SchemaError> {
    let outcome = steps().run(connection).await;
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(found) => SchemaError::Newer {
            found,
            known: latest(),
        },
        MigrateError::VersionMismatch(version) => SchemaError::Changed { version },
        other => SchemaError::Failed(other),
    })
}

fn steps() -> Migrator {
    let step = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(STEPS.into_iter().map(step).collect())
}

fn latest() -> i64 {
    STEPS
        .iter()
        .map(|(version, ..)| *version)
        .max()
        .unwrap_or(0)
}
