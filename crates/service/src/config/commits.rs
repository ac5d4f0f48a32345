//! How commit messages are read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bitbucket_commit_resolver::{Grammar, Policy, Profile, ProfileError};
use bitbucket_integration_provider::AuthorSettings;
use bitbucket_integration_provider::ports::ProjectSlug;
use serde::Deserialize;

use super::when::When;

/// `[commits]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommitsConfig {
    /// The grammar by which messages name issues.
    pub profile: CommitProfile,
    /// A file (TOML) that declares a grammar of one's own, instead of `profile`.
    pub profile_file: Option<PathBuf>,
    /// When commits resolve issues.
    pub resolve: When,
    /// The same for single projects of the tracker, by slug.
    pub projects: BTreeMap<ProjectSlug, When>,
    /// Who gets the issues that commits resolve.
    pub assign: CommitAssign,
}

/// A grammar that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum CommitProfile {
    /// What Sentry itself reads.
    #[default]
    Sentry,
    /// Ids right behind the keyword; reverts, negations and quotes do not count.
    Strict,
    /// What Bitbucket's former issue tracker read: `#12`. Sentry has no such ids.
    Smart,
}

/// Who gets the issues that commits resolve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommitAssign {
    /// Nobody.
    #[default]
    Off,
    /// The commit's author, if nobody has the issue.
    Author,
}

/// Why a declared grammar can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFileError {
    /// The file can't be read.
    #[error("can't read `profile_file` in [commits], {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is no TOML, or has a key that no profile has.
    #[error("{} is no profile: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// The profile contradicts itself, or would never find anything.
    #[error("{} can't be used: {problem}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: ProfileError,
    },
}

impl CommitProfile {
    /// The grammar of this name.
    #[must_use]
    pub fn grammar(self) -> Grammar {
        match self {
            Self::Sentry => Grammar::sentry(),
            Self::Strict => Grammar::strict(),
            Self::Smart => Grammar::smart(),
        }
    }
}

impl CommitsConfig {
    /// Who gets the issues that commits resolve.
    #[must_use]
    pub const fn authors(&self) -> AuthorSettings {
        AuthorSettings {
            assign: matches!(self.assign, CommitAssign::Author),
        }
    }

    /// How messages are read and when issues change.
    ///
    /// # Errors
    /// [`ProfileFileError`], as for [`CommitsConfig::grammar`].
    pub fn policy(&self) -> Result<Policy, ProfileFileError> {
        Ok(self.policy_with(self.grammar()?))
    }

    /// The same with another grammar.
    #[must_use]
    pub fn policy_with(&self, grammar: Grammar) -> Policy {
        let usual = Policy::new(grammar).usually(self.resolve.when().clone());
        self.projects.iter().fold(usual, |policy, (slug, when)| {
            policy.project(slug.as_str(), when.when().clone())
        })
    }

    /// The grammar that is configured.
    ///
    /// # Errors
    /// [`ProfileFileError`], which names the file and what to mend in it.
    pub fn grammar(&self) -> Result<Grammar, ProfileFileError> {
        self.profile_file
            .as_deref()
            .map_or_else(|| Ok(self.profile.grammar()), declared)
    }
}

fn declared(path: &Path) -> Result<Grammar, ProfileFileError> {
    let text = fs::read_to_string(path).map_err(|error| ProfileFileError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let profile: Profile = toml::from_str(&text).map_err(|error| ProfileFileError::Malformed {
        path: path.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    })?;
    profile
        .grammar()
        .map_err(|problem| ProfileFileError::Invalid {
            path: path.to_owned(),
            problem,
        })
}

#[cfg(test)]
mod tests;
