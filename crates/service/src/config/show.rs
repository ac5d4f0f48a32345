//! The configuration as it is in effect, with where each value comes from. Secrets are named, never shown.

use toml::{Table, Value};

use super::Config;
use super::environment::{Environment, PREFIX};
use super::keys::{EACH_TRACKER, KEYS, Key, TRACKERS};

/// One value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its table, such as `server` or `trackers.sentry`.
    pub section: String,
    /// Its name.
    pub name: String,
    /// As it would stand in the file; `None` for what is not set.
    pub value: Option<String>,
    /// `default`, `file`, or the variable.
    pub source: String,
}

/// All settings: `file` is what the file says, `merged` what holds with the environment over it.
pub(super) fn settings(
    file: &Table,
    merged: &Table,
    config: &Config,
    environment: &Environment,
) -> Vec<Setting> {
    let mut all = Vec::new();
    for key in KEYS.iter().filter(|key| key.section != EACH_TRACKER) {
        let variable = key.variable();
        all.push(setting(
            (key.section, key),
            inner(file, &[key.section]),
            inner(merged, &[key.section]),
            environment.value(&variable).map(|_| variable),
        ));
    }
    for name in config.trackers.keys() {
        let section = format!("{TRACKERS}.{name}");
        for key in KEYS.iter().filter(|key| key.section == EACH_TRACKER) {
            let variable = tracker_variable(name, key.name);
            all.push(setting(
                (&section, key),
                inner(file, &[TRACKERS, name]),
                inner(merged, &[TRACKERS, name]),
                environment.value(&variable).map(|_| variable),
            ));
        }
    }
    all.extend(secrets(config));
    all
}

fn setting(
    (section, key): (&str, &Key),
    file: Option<&Table>,
    merged: Option<&Table>,
    variable: Option<String>,
) -> Setting {
    let in_file = file.is_some_and(|table| table.contains_key(key.name));
    let given = merged.and_then(|table| table.get(key.name));
    let source = match variable {
        Some(variable) => variable,
        None if in_file => "file".to_owned(),
        None => "default".to_owned(),
    };
    let value = given.map(Value::to_string);
    let default = || key.default.map(|text| literal(key, text));
    Setting {
        section: section.to_owned(),
        name: key.name.to_owned(),
        value: value.or_else(default),
        source,
    }
}

/// A default as it would stand in the file.
fn literal(key: &Key, text: &str) -> String {
    match key.shape {
        super::Shape::Number => text.to_owned(),
        super::Shape::Text => Value::String(text.to_owned()).to_string(),
    }
}

/// Secrets that are given by file or environment.
fn secrets(config: &Config) -> Vec<Setting> {
    let storage = &config.storage;
    let mut given = vec![
        ("storage".to_owned(), "key", storage.key.is_some()),
        (
            "storage".to_owned(),
            "previous_key",
            storage.previous_key.is_some(),
        ),
        (
            "storage".to_owned(),
            "database_url",
            storage.database_url.is_some(),
        ),
        (
            "connect".to_owned(),
            "app_secret",
            config.connect.app_secret.is_some(),
        ),
        ("proxy".to_owned(), "url", config.proxy.url.is_some()),
        (
            "oauth".to_owned(),
            "consumer_secret",
            config.oauth.consumer_secret.is_some(),
        ),
        ("api".to_owned(), "key", config.api.key.is_some()),
    ];
    for (name, tracker) in &config.trackers {
        let section = format!("{TRACKERS}.{name}");
        given.push((section, "token", tracker.token.is_some()));
    }
    let given = given.into_iter().filter(|(.., is_given)| *is_given);
    let secret = |(section, name, _): (String, &str, bool)| Setting {
        section,
        name: name.to_owned(),
        value: Some("***".to_owned()),
        source: "secret".to_owned(),
    };
    given.map(secret).collect()
}

fn inner<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Table> {
    path.iter()
        .try_fold(table, |table, name| table.get(*name)?.as_table())
}

fn tracker_variable(tracker: &str, name: &str) -> String {
    let tracker = tracker.replace('-', "_").to_uppercase();
    format!("{PREFIX}TRACKERS_{tracker}_{}", name.to_uppercase())
}
