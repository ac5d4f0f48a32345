//! `backup`, `restore`, `import`, `migrate`, and `keys rotate`: what is done to the database itself, with or without a running service.

use std::path::{Path, PathBuf};

use super::args::{ImportArgs, RestoreArgs};
use super::{Failure, Output};
use crate::config::{self, Config, Environment};
use crate::service::storage::{self, Place};
use crate::telling::chain;

/// `backup FILE`
pub(super) async fn back_up(
    to: &Path,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let database = local(&load(file, environment)?)?;
    bitbucket_store::back_up(&database, to)
        .await
        .map_err(|error| Failure::Failed(chain(&error)))?;
    output.line(format_args!(
        "{} holds a whole copy of {}",
        to.display(),
        database.display()
    ));
    output.note("keep the storage key apart from it: who has both has the secrets");
    Ok(())
}

/// `restore FILE`
pub(super) async fn restore(
    args: &RestoreArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let config = load(file, environment)?;
    let database = local(&config)?;
    let keys = storage::keys(&config).map_err(|error| {
        let hint = "the copy opens with the storage key of its time: put it there first";
        Failure::Usage(format!("{}\n  {hint}", chain(&error)))
    })?;
    let restored = bitbucket_store::restore(&args.copy, &database, keys, args.replace).await;
    restored.map_err(|error| {
        let hint = match &error {
            bitbucket_store::BackupError::Exists { path } if *path == database => {
                "\n  --replace puts the copy in its place"
            }
            _ => "",
        };
        Failure::Failed(format!("{}{hint}", chain(&error)))
    })?;
    output.line(format_args!(
        "{} is restored from {}",
        database.display(),
        args.copy.display()
    ));
    Ok(())
}

/// `import FILE`
pub(super) async fn import(
    args: &ImportArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let config = load(file, environment)?;
    if let Place::File(_) = Place::of(&config).map_err(|error| Failure::Usage(chain(&error)))? {
        return Err(Failure::Usage(
            "an import goes into a PostgreSQL database: set `database_url_file` in [storage], or DATABASE_URL".to_owned(),
        ));
    }
    let usage = |error| Failure::Usage(chain(&error));
    let keys = storage::keys(&config).map_err(usage)?;
    let from = storage::open_file(&args.from, keys).await.map_err(usage)?;
    let to = storage::open(&config).await.map_err(usage)?;
    let copied = to.import(&from).await;
    from.close().await;
    to.close().await;
    let copied = copied.map_err(|error| Failure::Failed(chain(&error)))?;
    let rows: Vec<[String; 2]> = copied
        .into_iter()
        .map(|(table, rows)| [table, rows.to_string()])
        .collect();
    output.table(["TABLE", "ROWS"], &rows);
    output.note(format_args!(
        "{} is as it was; nothing uses it any more when the service starts with the database",
        args.from.display()
    ));
    Ok(())
}

/// `migrate`
pub(super) async fn migrate(
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let config = load(file, environment)?;
    let store = storage::open(&config).await;
    let store = store.map_err(|error| Failure::Failed(chain(&error)))?;
    store.close().await;
    output.line("the schema of the database is up to date");
    Ok(())
}

/// `keys rotate`
pub(super) async fn rotate(
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let config = load(file, environment)?;
    let store = storage::open(&config).await;
    let store = store.map_err(|error| Failure::Failed(chain(&error)))?;
    let sealed = store.rotate().await;
    store.close().await;
    let sealed = sealed.map_err(|error| Failure::Failed(chain(&error)))?;
    output.line(format_args!(
        "{sealed} secrets were encrypted anew; all are encrypted with the current storage key now"
    ));
    if config.storage.previous_key.is_some() {
        output
            .note("next: take `previous_key_file` out of the configuration, and destroy that key");
    }
    Ok(())
}

fn load(file: Option<&Path>, environment: &Environment) -> Result<Config, Failure> {
    let loaded = config::load(file, environment);
    let loaded = loaded.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(loaded.config)
}

/// The SQLite file of the configuration.
fn local(config: &Config) -> Result<PathBuf, Failure> {
    match Place::of(config).map_err(|error| Failure::Usage(chain(&error)))? {
        Place::File(path) => Ok(path),
        Place::Database(options) => Err(Failure::Usage(format!(
            "{} is a PostgreSQL database: use `pg_dump --format=custom` and `pg_restore`, see docs/OPERATIONS.md",
            options.name()
        ))),
    }
}
