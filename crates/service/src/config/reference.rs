//! The configuration for people: the page of the documentation, and a file to begin with. Both are made of [`KEYS`].

use std::fmt::Write as _;

use super::Shape;
use super::keys::{EACH_TRACKER, KEYS, Key, sections};

/// The page with `{{SECTION}}` in the places of its tables.
const PAGE: &str = include_str!("reference.md.in");

/// The widest line of remarks in the template, in characters.
const WIDTH: usize = 100;

/// The page `docs/CONFIGURATION.md`.
#[must_use]
pub fn reference() -> String {
    let mut page = PAGE.to_owned();
    for section in tables() {
        page = page.replace(&format!("{{{{{section}}}}}"), table(section).trim_end());
    }
    page
}

/// A configuration file in which every key stands as a remark, with its default and its meaning.
#[must_use]
pub fn template() -> String {
    let mut file = String::from(
        "# Configuration of bitbucket-integration. Every key is here with its default; take the `#` away in front of what you change.\n",
    );
    for section in tables() {
        let (mark, name) = match section {
            EACH_TRACKER => ("#", "trackers.sentry"),
            section => ("", section),
        };
        // Writing into text can't fail.
        let _written = writeln!(file, "\n{mark}[{name}]");
        for key in of(section) {
            file.push('\n');
            remark(&mut file, key);
            let _written = writeln!(file, "#{} = {}", key.name, value(key));
        }
    }
    file
}

/// The tables of the file, `trackers.NAME` for each tracker's.
fn tables() -> impl Iterator<Item = &'static str> {
    let table = |section| {
        let is_key = KEYS.iter().any(|key| key.section == section);
        if is_key { section } else { EACH_TRACKER }
    };
    sections().into_iter().map(table)
}

fn of(section: &'static str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.section == section)
}

fn table(section: &'static str) -> String {
    let mut table = String::from("| key | default | environment | meaning |\n|---|---|---|---|\n");
    for key in of(section) {
        let default = match key.default {
            None | Some("") => key.otherwise.to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let (name, variable, meaning) = (key.name, key.variable(), key.meaning);
        let _written = writeln!(table, "| `{name}` | {default} | `{variable}` | {meaning} |");
    }
    table
}

/// A value as it may stand in a file.
fn value(key: &Key) -> String {
    let text = key.default.unwrap_or_default();
    match key.shape {
        Shape::Number => text.to_owned(),
        Shape::Text => toml::Value::from(text).to_string(),
    }
}

fn remark(file: &mut String, key: &Key) {
    let mut line = String::from("#");
    let default = match key.default {
        Some(_) => "",
        None if key.otherwise == "–" => "",
        None => key.otherwise,
    };
    let default = match default {
        "" => String::new(),
        text => format!(" [default: {}]", text.replace('`', "")),
    };
    for word in format!("{}{default}", key.meaning).split(' ') {
        if line.chars().count() + word.chars().count() >= WIDTH {
            file.push_str(&line);
            file.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    file.push_str(&line);
    file.push('\n');
}
