//! Puts the file, the environment and the secrets together.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use toml::{Table, Value};

use super::check::{Source, is_tracker_name, one_line};
use super::environment::{DATABASE_URL, Environment, PREFIX};
use super::error::{ConfigError, Place};
use super::keys::{self, EACH_TRACKER, KEYS, Key, Shape, TRACKERS};
use super::show::{self, Setting};
use super::{Config, ProxyConfig, TrackerConfig, read_secret_file};

/// The file that is read from the working directory when no other is named.
pub const DEFAULT_FILE: &str = "./bitbucket-integration.toml";

/// The shortest API key that is taken, in characters.
const MIN_API_KEY: usize = 16;

/// Variables that exist beside those of the [`KEYS`], without the prefix.
const OTHER_VARIABLES: &[&str] = &[
    "CONFIG",
    "STORAGE_KEY",
    "STORAGE_PREVIOUS_KEY",
    "STORAGE_DATABASE_URL",
    "CONNECT_APP_SECRET",
    "PROXY_URL",
    "API_KEY",
    "SERVER",
    "ACCESS_TOKEN",
    "API_TOKEN",
    "EMAIL",
];

/// A configuration and where it came from.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The file, when there was one.
    pub file: Option<PathBuf>,
    /// What a person should look at, though it is no error.
    pub warnings: Vec<String>,
    /// Every value with where it comes from, secrets masked.
    pub settings: Vec<Setting>,
}

/// Reads the configuration: the named file, else the one named by `BITBUCKET_INTEGRATION_CONFIG`, else
/// [`DEFAULT_FILE`] when it is there; then the environment over it; then the secrets.
///
/// # Errors
/// [`ConfigError`], which names the place and what to do.
pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Loaded, ConfigError> {
    let named = file
        .map(Path::to_owned)
        .or_else(|| environment.value("CONFIG").map(PathBuf::from));
    let found = read_file(named)?;
    let (mut table, config) = match &found {
        Some((path, text)) => parse_file(path, text)?,
        None => (Table::new(), Config::default()),
    };
    let in_file = table.clone();
    let mut config = apply_environment(&mut table, config, environment)?;
    complete(&config)?;
    fill_secrets(&mut config, environment)?;
    let warnings = warnings(environment, &config);
    let settings = show::settings(&in_file, &table, &config, environment);
    Ok(Loaded {
        config,
        file: found.map(|(path, _)| path),
        warnings,
        settings,
    })
}

fn read_file(named: Option<PathBuf>) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let optional = named.is_none();
    let path = named.unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if optional && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConfigError::Unreadable {
            path,
            reason: error.to_string(),
        }),
    }
}

fn parse_file(path: &Path, text: &str) -> Result<(Table, Config), ConfigError> {
    let source = Source { path, text };
    source.check()?;
    let table: Table = toml::from_str(text).map_err(|error| source.value(&error))?;
    let config = toml::from_str(text).map_err(|error| source.value(&error))?;
    Ok((table, config))
}

/// Puts each variable into the table and reads the whole again, so that an error is the fault of that variable.
fn apply_environment(
    table: &mut Table,
    mut config: Config,
    environment: &Environment,
) -> Result<Config, ConfigError> {
    for key in KEYS.iter().filter(|key| key.section != EACH_TRACKER) {
        let variable = key.variable();
        if let Some(value) = environment.value(&variable) {
            insert(table, &[key.section, key.name], key, value);
            config = read(table, &variable, key.section, key.name)?;
        }
    }
    for (tracker, variables) in tracker_variables(table, environment) {
        for (key, variable) in variables {
            let value = environment.value(&variable).unwrap_or_default();
            insert(table, &[TRACKERS, &tracker, key.name], key, value);
            config = read(table, &variable, &format!("{TRACKERS}.{tracker}"), key.name)?;
        }
    }
    Ok(config)
}

fn read(table: &Table, variable: &str, section: &str, name: &str) -> Result<Config, ConfigError> {
    Config::deserialize(table.clone()).map_err(|error| ConfigError::Value {
        place: Place::Variable(variable.to_owned()),
        key: format!("{section}.{name}"),
        reason: one_line(error.message()),
    })
}

/// Refuses a tracker without its organization, the one key that must be given.
fn complete(config: &Config) -> Result<(), ConfigError> {
    let Some((name, _)) = config
        .trackers
        .iter()
        .find(|(_, tracker)| tracker.organization.is_empty())
    else {
        return Ok(());
    };
    Err(ConfigError::Value {
        place: Place::Missing,
        key: format!("{TRACKERS}.{name}.organization"),
        reason: format!(
            "it must be given: the organization's slug, as in the tracker's address\n  set `organization` in [{TRACKERS}.{name}], or {}",
            tracker_variable(name, "organization")
        ),
    })
}

fn insert(table: &mut Table, path: &[&str], key: &Key, value: &str) {
    let Some((last, sections)) = path.split_last() else {
        return;
    };
    let mut inner = table;
    for section in sections {
        let entry = inner
            .entry((*section).to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        let Value::Table(next) = entry else { return };
        inner = next;
    }
    let value = match (key.shape, value.trim().parse::<i64>()) {
        (Shape::Number, Ok(number)) => Value::Integer(number),
        (Shape::Number, Err(_)) | (Shape::Text, _) => Value::String(value.to_owned()),
    };
    inner.insert((*last).to_owned(), value);
}

fn tracker_variable(tracker: &str, name: &str) -> String {
    let tracker = tracker.replace('-', "_").to_uppercase();
    format!("{PREFIX}TRACKERS_{tracker}_{}", name.to_uppercase())
}

/// The variables that are set for each tracker: those of the file, and those that only the environment knows,
/// recognised by their `…_ORGANIZATION`.
fn tracker_variables(
    table: &Table,
    environment: &Environment,
) -> BTreeMap<String, Vec<(&'static Key, String)>> {
    let in_file = table.get(TRACKERS).and_then(Value::as_table);
    let mut names: Vec<String> = in_file
        .into_iter()
        .flat_map(|trackers| trackers.keys().cloned())
        .collect();
    for variable in environment.names() {
        let middle = variable
            .strip_prefix("TRACKERS_")
            .and_then(|rest| rest.strip_suffix("_ORGANIZATION"));
        let Some(middle) = middle.filter(|middle| is_tracker_name(middle)) else {
            continue;
        };
        let known = names
            .iter()
            .any(|name| name.replace('-', "_").to_uppercase() == middle);
        if !known {
            names.push(middle.to_lowercase());
        }
    }
    let set = |name: &str| {
        let each = KEYS.iter().filter(|key| key.section == EACH_TRACKER);
        each.map(|key| (key, tracker_variable(name, key.name)))
            .filter(|(_, variable)| environment.value(variable).is_some())
            .collect()
    };
    names
        .into_iter()
        .map(|name| (name.clone(), set(&name)))
        .collect()
}

fn fill_secrets(config: &mut Config, environment: &Environment) -> Result<(), ConfigError> {
    config.api.key = secret(
        environment,
        "API_KEY",
        config.api.key_file.as_deref(),
        "the API key ([api] key_file)",
    )?;
    long_enough(config.api.key.as_ref())?;
    config.storage.key = secret(
        environment,
        "STORAGE_KEY",
        config.storage.key_file.as_deref(),
        "the storage key ([storage] key_file)",
    )?;
    config.storage.previous_key = secret(
        environment,
        "STORAGE_PREVIOUS_KEY",
        config.storage.previous_key_file.as_deref(),
        "the previous storage key ([storage] previous_key_file)",
    )?;
    config.storage.database_url = secret(
        environment,
        "STORAGE_DATABASE_URL",
        config.storage.database_url_file.as_deref(),
        "the database's address ([storage] database_url_file)",
    )?
    .or_else(|| environment.secret(DATABASE_URL));
    config.proxy.url = proxy_url(environment, config)?;
    config.connect.app_secret = secret(
        environment,
        "CONNECT_APP_SECRET",
        config.connect.app_secret_file.as_deref(),
        "the app's secret ([connect] app_secret_file)",
    )?;
    config.oauth.consumer_secret = secret(
        environment,
        "OAUTH_CONSUMER_SECRET",
        config.oauth.consumer_secret_file.as_deref(),
        "the consumer's secret ([oauth] consumer_secret_file)",
    )?;
    for (name, tracker) in &mut config.trackers {
        tracker.token = tracker_token(name, tracker, environment)?;
    }
    Ok(())
}

/// An address that can't be used is found out before anything is sent past it.
fn proxy_url(
    environment: &Environment,
    config: &Config,
) -> Result<Option<SecretString>, ConfigError> {
    let what = "the proxy's address ([proxy] url_file)";
    let file = config.proxy.url_file.as_deref();
    let url = secret(environment, "PROXY_URL", file, what)?;
    let proxy = ProxyConfig {
        url,
        ..config.proxy.clone()
    };
    match proxy.settings() {
        Ok(_) => Ok(proxy.url),
        Err(error) => Err(ConfigError::Secret {
            what: what.to_owned(),
            reason: "it is not one of an HTTP proxy".to_owned(),
            hint: error.to_string(),
        }),
    }
}

/// A key that can be guessed protects nothing.
fn long_enough(key: Option<&SecretString>) -> Result<(), ConfigError> {
    match key {
        Some(key) if key.expose_secret().len() < MIN_API_KEY => Err(ConfigError::Secret {
            what: "the API key".to_owned(),
            reason: format!("it is shorter than {MIN_API_KEY} characters"),
            hint: "take something long and random, such as the output of `openssl rand -hex 32`"
                .to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

fn tracker_token(
    name: &str,
    tracker: &TrackerConfig,
    environment: &Environment,
) -> Result<Option<SecretString>, ConfigError> {
    let variable = tracker_variable(name, "token");
    let what = format!("the token of [{TRACKERS}.{name}]");
    let token = secret(environment, &variable, tracker.token_file.as_deref(), &what)?;
    token.map(Some).ok_or_else(|| ConfigError::Secret {
        what,
        reason: "it is not given".to_owned(),
        hint: format!("set `token_file = \"…\"` in [{TRACKERS}.{name}], or {variable} or {variable}_FILE in the environment"),
    })
}

/// A secret from its variable, else from its file.
fn secret(
    environment: &Environment,
    variable: &str,
    file: Option<&Path>,
    what: &str,
) -> Result<Option<SecretString>, ConfigError> {
    if let Some(secret) = environment.secret(variable) {
        return Ok(Some(secret));
    }
    let read = |path| {
        read_secret_file(path).map_err(|reason| ConfigError::Secret {
            what: what.to_owned(),
            reason,
            hint: "write the secret, and nothing else, into that file, readable only by the user that runs the service".to_owned(),
        })
    };
    file.map(read).transpose()
}

/// Variables with our prefix that nobody reads, when one of ours is spelled nearly like that.
fn warnings(environment: &Environment, config: &Config) -> Vec<String> {
    let mut known: Vec<String> = KEYS
        .iter()
        .filter(|key| key.section != EACH_TRACKER)
        .map(Key::variable)
        .collect();
    known.extend(OTHER_VARIABLES.iter().map(|name| format!("{PREFIX}{name}")));
    for tracker in config.trackers.keys() {
        known.extend(
            keys::names(EACH_TRACKER)
                .iter()
                .map(|name| tracker_variable(tracker, name)),
        );
        known.push(tracker_variable(tracker, "token"));
    }
    let short: Vec<&str> = known
        .iter()
        .filter_map(|name| name.strip_prefix(PREFIX))
        .collect();
    let unknown = environment.names().filter(|name| !short.contains(name));
    unknown
        .filter_map(|name| Some((name, keys::nearest(name, &short)?)))
        .map(|(name, nearest)| {
            format!("{PREFIX}{name} is not read; did you mean {PREFIX}{nearest}?")
        })
        .collect()
}
