//! The database for those commands that use it without the service.

use std::path::{Path, PathBuf};

use bitbucket_store::{PostgresOptions, SecretKey, SecretKeys, Store};
use secrecy::{ExposeSecret as _, SecretString};

use super::{StartError, parts};
use crate::config::{Config, read_secret_file};
use crate::keeping::{KeepingError, STORAGE_KEY_FILE};

/// Where the configuration says that things are remembered.
pub(crate) enum Place {
    /// In this file.
    File(PathBuf),
    /// In this database.
    Database(Box<PostgresOptions>),
}

impl Place {
    pub(crate) fn of(config: &Config) -> Result<Self, StartError> {
        Ok(match parts::database(config)? {
            Some(options) => Self::Database(Box::new(options)),
            None => Self::File(config.storage.path.clone()),
        })
    }
}

/// The configured keys. Unlike a start, this makes none: a new key opens nothing that is there.
pub(crate) fn keys(config: &Config) -> Result<SecretKeys, StartError> {
    let file = config.storage.folder().join(STORAGE_KEY_FILE);
    let current = match &config.storage.key {
        Some(key) => key.clone(),
        None => read(&file)?,
    };
    with_previous(config, SecretKey::from_hex(current.expose_secret())?)
}

/// The current key with those before it.
pub(crate) fn with_previous(config: &Config, current: SecretKey) -> Result<SecretKeys, StartError> {
    let keys = SecretKeys::new(current);
    Ok(match &config.storage.previous_key {
        Some(previous) => keys.and_previous(SecretKey::from_hex(previous.expose_secret())?),
        None => keys,
    })
}

/// The configured database, opened; it must be there.
pub(crate) async fn open(config: &Config) -> Result<Store, StartError> {
    let keys = keys(config)?;
    match Place::of(config)? {
        Place::Database(options) => {
            let opened = Store::open_postgres(&options, keys).await;
            opened.map_err(|source| StartError::Database {
                database: options.name(),
                source,
            })
        }
        Place::File(path) => open_file(&path, keys).await,
    }
}

/// A SQLite file, opened; it must be there.
pub(crate) async fn open_file(path: &Path, keys: SecretKeys) -> Result<Store, StartError> {
    if !path.is_file() {
        return Err(StartError::NoDatabase {
            path: path.to_owned(),
        });
    }
    let opened = Store::open_sqlite(path, keys).await;
    opened.map_err(|source| StartError::Store {
        path: path.to_owned(),
        source,
    })
}

fn read(file: &Path) -> Result<SecretString, StartError> {
    let read = read_secret_file(file).map_err(|reason| KeepingError::Read { reason });
    Ok(read?)
}
