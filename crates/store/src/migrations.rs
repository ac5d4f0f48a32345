//! The schema of each engine, step by step, as it is built into the program.
//!
//! Steps are only ever added: an applied one that changes later is refused. All missing steps run in the caller's transaction, so an
//! interrupted upgrade leaves the database as it was. A step widens what is there and takes nothing away that the program before it
//! uses, so that the replicas of a service can be replaced one after the other; what nobody uses any more goes in a later version.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;

use crate::open_error::OpenError;

/// A step: its version, its name, its statements.
type Step = (i64, &'static str, &'static str);

macro_rules! steps {
    ($engine:literal: $($version:literal $name:literal),+ $(,)?) => {
        &[$((
            $version,
            $name,
            include_str!(concat!("../migrations/", $engine, "/", $name, ".sql")),
        )),+]
    };
}

/// SQLite's schema.
pub(crate) const SQLITE: &[Step] = steps!("sqlite": 1 "0001_foundation", 2 "0002_api_keys", 3 "0003_issue_effects", 4 "0004_connect", 5 "0005_references", 6 "0006_retention",
    7 "0007_pull_requests", 8 "0008_deploys", 9 "0009_code_mappings", 10 "0010_branch_heads", 11 "0011_turns", 12 "0012_request_counts", 13 "0013_issue_links",
    14 "0014_used_tokens", 15 "0015_order", 16 "0016_deploys_again", 17 "0017_forgetting", 18 "0018_schedules");

/// PostgreSQL's schema. Both engines have the same version numbers, which say the same.
pub(crate) const POSTGRES: &[Step] = steps!("postgres": 1 "0001_foundation", 2 "0002_api_keys", 3 "0003_issue_effects", 4 "0004_connect", 5 "0005_references", 6 "0006_retention",
    7 "0007_pull_requests", 8 "0008_deploys", 9 "0009_code_mappings", 10 "0010_branch_heads", 11 "0011_turns", 12 "0012_request_counts", 13 "0013_issue_links",
    14 "0014_used_tokens", 15 "0015_order", 16 "0016_deploys_again", 17 "0017_forgetting", 18 "0018_schedules");

/// Applies the steps that SQLite's database lacks. The caller keeps others away meanwhile.
pub(crate) async fn run_sqlite(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let outcome = migrator(SQLITE).run(connection).await;
    outcome.map_err(|error| refused(error, SQLITE))
}

/// Applies the steps that PostgreSQL's database lacks. The caller keeps others away meanwhile.
pub(crate) async fn run_postgres(connection: &mut PgConnection) -> Result<(), OpenError> {
    let outcome = migrator(POSTGRES).run(connection).await;
    outcome.map_err(|error| refused(error, POSTGRES))
}

fn refused(error: MigrateError, steps: &[Step]) -> OpenError {
    match error {
        MigrateError::VersionMissing(found) => OpenError::NewerSchema {
            found,
            known: latest(steps),
        },
        MigrateError::VersionMismatch(version) => OpenError::ForeignSchema { version },
        other => OpenError::Migration(other),
    }
}

fn migrator(steps: &[Step]) -> Migrator {
    let step = |&(version, name, sql): &Step| {
        // The name of the first step was stored without its number, and what is stored stays.
        let name = name.split_once('_').map_or(name, |(_, name)| name);
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    let mut migrator = Migrator::with_migrations(steps.iter().map(step).collect());
    migrator.set_locking(false);
    migrator
}

/// The newest version among these steps.
pub(crate) fn latest(steps: &[Step]) -> i64 {
    steps
        .iter()
        .map(|(version, ..)| *version)
        .max()
        .unwrap_or(0)
}
