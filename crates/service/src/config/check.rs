//! Unknown keys, found before anything else so that the message can name the place and the nearest known key.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Place};
use super::keys::{self, EACH_TRACKER, TRACKERS};

/// A configuration file's text and where it came from.
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The place of a byte offset, counted in lines and characters.
    pub(super) fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Place::File {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// Refuses what is not TOML and every key that does not exist.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| self.syntax(&error))?;
        for (section, value) in table.get_ref() {
            let name: &str = section.get_ref();
            if !keys::sections().contains(&name) {
                return Err(self.unknown(section.span(), "", name, &keys::sections()));
            }
            let Some(inner) = value.get_ref().as_table() else {
                continue;
            };
            if name == TRACKERS {
                self.check_trackers(inner)?;
            } else {
                self.check_section(name, inner, &keys::names_in_file(name))?;
            }
        }
        Ok(())
    }

    fn check_trackers(&self, trackers: &DeTable<'_>) -> Result<(), ConfigError> {
        for (name, value) in trackers {
            if !is_tracker_name(name.get_ref()) {
                return Err(ConfigError::Value {
                    place: self.place(name.span().start),
                    key: format!("{TRACKERS}.{}", name.get_ref()),
                    reason: "a tracker's name is 1 to 100 letters, digits, `-` or `_`".to_owned(),
                });
            }
            let section = format!("{TRACKERS}.{}", name.get_ref());
            match value.get_ref().as_table() {
                Some(inner) => self.check_section(&section, inner, &keys::names(EACH_TRACKER))?,
                None => return Err(self.tracker_without_name(name)),
            }
        }
        Ok(())
    }

    /// `[trackers]` with keys in it, where `[trackers.NAME]` is meant.
    fn tracker_without_name(&self, key: &Spanned<impl AsRef<str>>) -> ConfigError {
        ConfigError::UnknownKey {
            place: self.place(key.span().start),
            key: format!("{TRACKERS}.{}", key.get_ref().as_ref()),
            hint: "give the tracker a name: `[trackers.sentry]`".to_owned(),
        }
    }

    fn check_section(
        &self,
        section: &str,
        table: &DeTable<'_>,
        known: &[&str],
    ) -> Result<(), ConfigError> {
        match table
            .keys()
            .find(|key| !known.contains(&key.get_ref().as_ref()))
        {
            Some(key) => Err(self.unknown(key.span(), section, key.get_ref(), known)),
            None => Ok(()),
        }
    }

    fn unknown(
        &self,
        span: Range<usize>,
        section: &str,
        name: &str,
        known: &[&str],
    ) -> ConfigError {
        let among = match section {
            "" => "Sections".to_owned(),
            section => format!("Keys of [{section}]"),
        };
        let all = format!("{among}: {}", known.join(", "));
        let elsewhere = keys::KEYS
            .iter()
            .find(|key| key.name == name && key.section != section);
        let hint = match (keys::nearest(name, known), elsewhere) {
            (Some(nearest), _) => format!("did you mean `{nearest}`? {all}"),
            (None, Some(key)) => format!("`{name}` belongs into [{}]. {all}", key.section),
            (None, None) => all,
        };
        let key = if section.is_empty() {
            name.to_owned()
        } else {
            format!("{section}.{name}")
        };
        ConfigError::UnknownKey {
            place: self.place(span.start),
            key,
            hint,
        }
    }

    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        ConfigError::Syntax {
            place: self.place(error.span().map_or(0, |span| span.start)),
            reason: one_line(error.message()),
        }
    }

    /// A wrong value, at the place where the parser saw it.
    pub(super) fn value(&self, error: &toml::de::Error) -> ConfigError {
        let offset = error.span().map_or(0, |span| span.start);
        let key = DeTable::parse(self.text)
            .map_or_else(|_| String::new(), |table| key_at(table.get_ref(), offset));
        ConfigError::Value {
            place: self.place(offset),
            key,
            reason: one_line(error.message()),
        }
    }
}

/// The dotted name of the innermost key whose value covers the offset.
fn key_at(table: &DeTable<'_>, offset: usize) -> String {
    let covers = |key: &Spanned<_>, value: &Spanned<DeValue<'_>>| {
        let end = value.span().end;
        let table_above = value
            .get_ref()
            .as_table()
            .is_some_and(|inner| !key_at(inner, offset).is_empty());
        table_above
            || (Spanned::<std::borrow::Cow<'_, str>>::span(key).start..end).contains(&offset)
    };
    for (key, value) in table {
        if covers(key, value) {
            let inner = value
                .get_ref()
                .as_table()
                .map(|inner| key_at(inner, offset))
                .unwrap_or_default();
            let dot = if inner.is_empty() { "" } else { "." };
            return format!("{}{dot}{inner}", key.get_ref());
        }
    }
    String::new()
}

/// A name that a tracker may have in the configuration.
pub(super) fn is_tracker_name(name: &str) -> bool {
    let clean = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    clean && (1..=100).contains(&name.len())
}

/// The parser's words on one line.
pub(super) fn one_line(message: &str) -> String {
    message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
