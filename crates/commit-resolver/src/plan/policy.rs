//! When issues change.

use std::collections::BTreeMap;

use super::Target;
use crate::grammar::Grammar;

/// When what a commit asks for happens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum ResolveWhen {
    /// When a release contains the commit.
    #[default]
    OnRelease,
    /// When the commit arrives on one of these branches, by a merge or a push, or in a release. A `*` at the end of a name stands for
    /// anything.
    OnBranches(Vec<String>),
    /// When the commit is pushed, to whatever branch.
    AtOnce,
}

/// What is happening to the commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion<'a> {
    /// They arrive on a branch.
    Push {
        /// The branch's name.
        branch: &'a str,
    },
    /// They are released.
    Release,
}

/// How commits are read, and when issues change.
#[derive(Debug, Clone)]
pub struct Policy {
    grammar: Grammar,
    usual: ResolveWhen,
    projects: BTreeMap<String, ResolveWhen>,
}

impl Policy {
    /// Issues change when a release contains the commit.
    #[must_use]
    pub const fn new(grammar: Grammar) -> Self {
        Self {
            grammar,
            usual: ResolveWhen::OnRelease,
            projects: BTreeMap::new(),
        }
    }

    /// For all projects that have no rule of their own.
    #[must_use]
    pub fn usually(mut self, when: ResolveWhen) -> Self {
        self.usual = when;
        self
    }

    /// For one project, by its slug.
    #[must_use]
    pub fn project(mut self, slug: &str, when: ResolveWhen) -> Self {
        self.projects.insert(slug.to_ascii_lowercase(), when);
        self
    }

    /// How commits are read.
    #[must_use]
    pub const fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// The same policy for these projects only; see [`Grammar::with_projects`].
    #[must_use]
    pub fn with_projects(&self, slugs: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self {
            grammar: self.grammar.with_projects(slugs),
            ..self.clone()
        }
    }

    /// Whether an issue changes on this occasion.
    pub(super) fn acts(&self, target: &Target, occasion: Occasion<'_>) -> bool {
        let when = match target {
            Target::ShortId(id) => self.projects.get(id.project()).unwrap_or(&self.usual),
            Target::Address { .. } => &self.usual,
        };
        match (occasion, when) {
            (Occasion::Release, _) | (Occasion::Push { .. }, ResolveWhen::AtOnce) => true,
            (Occasion::Push { .. }, ResolveWhen::OnRelease) => false,
            (Occasion::Push { branch }, ResolveWhen::OnBranches(names)) => {
                names.iter().any(|name| is_meant(branch, name))
            }
        }
    }
}

fn is_meant(branch: &str, name: &str) -> bool {
    name.strip_suffix('*')
        .map_or(branch == name, |start| branch.starts_with(start))
}
