//! Every key of the configuration file, with the variable that overrides it and its default.

mod table;

use super::environment::PREFIX;

pub use table::KEYS;

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
    /// What holds instead when there is neither a value nor a default.
    pub otherwise: &'static str,
    /// What kind of value it takes.
    pub shape: Shape,
    /// What it means, in Markdown without line breaks.
    pub meaning: &'static str,
}

impl Key {
    const fn text(
        section: &'static str,
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            section,
            name,
            default: Some(default),
            otherwise: "–",
            shape: Shape::Text,
            meaning,
        }
    }

    const fn number(
        section: &'static str,
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            shape: Shape::Number,
            ..Self::text(section, name, default, meaning)
        }
    }

    /// A key without a default.
    const fn open(
        section: &'static str,
        name: &'static str,
        otherwise: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            default: None,
            otherwise,
            ..Self::text(section, name, "", meaning)
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
