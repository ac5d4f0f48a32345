//! Differences that are meant, as data with reasons in `xtask/openapi-deviations.toml`.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::compare::{Disagreement, Kind};

/// Where the data lives, relative to the workspace.
const DATA: &str = "xtask/openapi-deviations.toml";

/// All of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deviations {
    /// What holds for all operations, whether the document repeats it or not.
    everywhere: Vec<Everywhere>,
    deviation: Vec<Deviation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Everywhere {
    kind: Kind,
    name: String,
    because: String,
}

/// A difference that is meant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation {
    /// Ids of operations.
    operations: Vec<String>,
    kind: Kind,
    /// The parameters or members that it is about; all if absent.
    names: Option<Vec<String>>,
    because: String,
}

/// A difference that is meant, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Meant {
    #[serde(flatten)]
    pub(super) difference: Disagreement,
    pub(super) because: String,
}

/// What was found, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) disagreements: Vec<Disagreement>,
    pub(super) meant: Vec<Meant>,
    /// Reasons that nothing was found for in this document.
    pub(super) unused: Vec<String>,
}

impl Deviations {
    /// Those of this workspace.
    pub(super) fn ours() -> anyhow::Result<Self> {
        Self::parse(include_str!("../../openapi-deviations.toml"))
    }

    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).with_context(|| format!("could not read {DATA}"))
    }

    /// The ids of operations that it names.
    #[cfg(test)]
    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        let all = self.deviation.iter().flat_map(|one| &one.operations);
        all.map(String::as_str)
    }

    /// Tells what is meant from what is not.
    pub(super) fn judge(&self, found: Vec<Disagreement>) -> Judged {
        let mut judged = Judged::default();
        for difference in found {
            match self.reason(&difference) {
                Some(because) => judged.meant.push(Meant {
                    because: because.to_owned(),
                    difference,
                }),
                None => judged.disagreements.push(difference),
            }
        }
        let used = |because: &str| judged.meant.iter().any(|meant| meant.because == because);
        let unused = self.deviation.iter().map(|one| &one.because);
        judged.unused = unused.filter(|because| !used(because)).cloned().collect();
        judged
    }

    fn reason(&self, difference: &Disagreement) -> Option<&str> {
        let name = difference.name.as_ref();
        let mut own = self.deviation.iter();
        let own = own.find(|one| {
            one.kind == difference.kind
                && one.operations.iter().any(|id| id == difference.operation)
                && one
                    .names
                    .as_ref()
                    .is_none_or(|names| name.is_some_and(|name| names.contains(name)))
        });
        let everywhere = || {
            let mut all = self.everywhere.iter();
            all.find(|one| difference.kind == one.kind && Some(&one.name) == name)
                .map(|one| one.because.as_str())
        };
        own.map(|one| one.because.as_str()).or_else(everywhere)
    }
}
