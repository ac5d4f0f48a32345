//! Every key of the configuration file, with the variable that overrides it and its default.

use super::environment::PREFIX;

/// What kind of value a key takes when it comes from the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Taken as it is.
    Text,
    /// A whole number.
    Number,
}

/// One key of the configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The table it stands in; `trackers.NAME` stands for every tracker.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// What is used when it is not given; `None` for keys that have no default.
    pub default: Option<&'static str>,
    /// What kind of value it takes.
    pub shape: Shape,
}

impl Key {
    const fn text(
        section: &'static str,
        name: &'static str,
        default: Option<&'static str>,
    ) -> Self {
        Self {
            section,
            name,
            default,
            shape: Shape::Text,
        }
    }

    const fn number(section: &'static str, name: &'static str, default: &'static str) -> Self {
        Self {
            section,
            name,
            default: Some(default),
            shape: Shape::Number,
        }
    }

    /// The environment variable that overrides it, such as `BITBUCKET_INTEGRATION_SERVER_LISTEN`.
    #[must_use]
    pub fn variable(&self) -> String {
        let section = self.section.replace('.', "_").to_uppercase();
        format!("{PREFIX}{section}_{}", self.name.to_uppercase())
    }
}

/// The section under which every tracker has a table of its own.
pub(super) const TRACKERS: &str = "trackers";

/// The section name of [`Key`]s that every tracker has.
pub(super) const EACH_TRACKER: &str = "trackers.NAME";

/// All keys, in the order of the documentation.
pub const KEYS: &[Key] = &[
    Key::text("server", "listen", Some("127.0.0.1:8080")),
    Key::text("server", "public_url", None),
    Key::number("server", "max_body_bytes", "1048576"),
    Key::number("server", "max_connections", "1024"),
    Key::text("server", "header_timeout", Some("10s")),
    Key::text("server", "write_timeout", Some("30s")),
    Key::text("server", "body_timeout", Some("15s")),
    Key::text("server", "request_timeout", Some("60s")),
    Key::text("server", "drain_timeout", Some("20s")),
    Key::text("server", "senders_file", None),
    Key::text("server", "trusted_proxies", Some("")),
    Key::text(
        "storage",
        "path",
        Some("./data/bitbucket-integration.sqlite"),
    ),
    Key::text("storage", "database_url_file", None),
    Key::text("storage", "key_file", None),
    Key::text("storage", "previous_key_file", None),
    Key::text("bitbucket", "api_url", Some("https://api.bitbucket.org")),
    Key::text("bitbucket", "site_url", Some("https://bitbucket.org")),
    Key::text("bitbucket", "ca_file", None),
    Key::text(EACH_TRACKER, "kind", Some("sentry")),
    Key::text(EACH_TRACKER, "url", Some("https://sentry.io")),
    Key::text(EACH_TRACKER, "organization", None),
    Key::text(EACH_TRACKER, "token_file", None),
    Key::text("commits", "profile", Some("sentry")),
    Key::text("commits", "profile_file", None),
    Key::text("commits", "resolve", Some("on_release")),
    Key::text("connect", "installs", Some("off")),
    Key::text("connect", "open_for", Some("10m")),
    Key::text("connect", "key", None),
    Key::text("connect", "name", Some("Bitbucket integration")),
    Key::text(
        "connect",
        "description",
        Some("Connects an error tracker to Bitbucket"),
    ),
    Key::text("connect", "vendor_name", Some("bitbucket-integration")),
    Key::text("connect", "vendor_url", None),
    Key::text("connect", "app_secret_file", None),
    Key::text("sync", "interval", Some("1h")),
    Key::text("sync", "rotate_secrets_every", Some("720h")),
    Key::text("pull_requests", "comment", Some("off")),
    Key::text("releases", "tags", None),
    Key::text("releases", "version", Some("{repository}@{version}")),
    Key::number("jobs", "workers", "16"),
    Key::text("jobs", "first_retry", Some("5s")),
    Key::text("jobs", "longest_retry", Some("1h")),
    Key::number("jobs", "max_attempts", "20"),
    Key::text("jobs", "lease", Some("60s")),
    Key::number("retention", "deliveries_days", "90"),
    Key::number("retention", "jobs_days", "30"),
    Key::text("log", "format", Some("text")),
    Key::text("log", "filter", Some("info")),
    Key::text("metrics", "listen", None),
    Key::text("api", "key_file", None),
    Key::number("api", "requests_per_minute", "1200"),
];

/// The names of all sections, in order, each once.
pub(super) fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&'static str> = Vec::new();
    for key in KEYS {
        let section = if key.section == EACH_TRACKER {
            TRACKERS
        } else {
            key.section
        };
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections
}

/// The section whose table [`PROJECTS`] has a key for each project.
pub(super) const COMMITS: &str = "commits";

/// The table in [`COMMITS`] with the projects' own policies; no variable stands for it.
pub(super) const PROJECTS: &str = "projects";

/// The section whose table [`WORKSPACES`] has a table for each workspace.
const RELEASES: &str = "releases";

/// The table in [`RELEASES`] with the workspaces' own rules; no variable stands for it.
const WORKSPACES: &str = "workspaces";

/// The names of the keys and tables of a section, as a file may have them.
pub(super) fn names_in_file(section: &str) -> Vec<&'static str> {
    let mut names = names(section);
    match section {
        COMMITS => names.push(PROJECTS),
        RELEASES => names.push(WORKSPACES),
        _ => {}
    }
    names
}

/// The names of the keys of a section.
pub(super) fn names(section: &str) -> Vec<&'static str> {
    KEYS.iter()
        .filter(|key| key.section == section)
        .map(|key| key.name)
        .collect()
}

/// The candidate that is spelled most like `wrong`, when one is close enough to be meant.
pub(super) fn nearest<'a>(wrong: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let wrong = wrong.to_lowercase().replace('-', "_");
    candidates
        .iter()
        .map(|candidate| (distance(&wrong, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, left out or changed to turn one text into the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
