//! How commit messages are read.

use std::fs;
use std::path::{Path, PathBuf};

use bitbucket_commit_resolver::{Grammar, Profile, ProfileError};
use serde::Deserialize;

/// `[commits]`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommitsConfig {
    /// The grammar by which messages name issues.
    pub profile: CommitProfile,
    /// A file (TOML) that declares a grammar of one's own, instead of `profile`.
    pub profile_file: Option<PathBuf>,
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
        }
    }
}

impl CommitsConfig {
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
mod tests {
    use super::*;

    fn configured(text: &str) -> Result<Grammar, ProfileFileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile.toml");
        fs::write(&path, text).unwrap();
        let config = CommitsConfig {
            profile_file: Some(path),
            ..CommitsConfig::default()
        };
        config.grammar()
    }

    fn found(grammar: &Grammar, message: &str) -> Vec<String> {
        let references = grammar.references(message).into_iter();
        references
            .map(|reference| reference.short_id().to_string())
            .collect()
    }

    #[test]
    fn sentrys_grammar_is_the_default_and_strict_can_be_chosen() {
        let reverted = "Revert \"Fixes ROCKET-1A\"";
        let sentry = CommitsConfig::default().grammar().unwrap();
        assert_eq!(found(&sentry, reverted), ["ROCKET-1A"]);
        assert_eq!(found(&CommitProfile::Strict.grammar(), reverted), [""; 0]);
    }

    #[test]
    fn a_declared_grammar_is_used() {
        let grammar = configured(
            "name = \"ours\"\nids = [\"sentry\"]\n\n[[keywords]]\naction = \"resolve\"\nwords = [\"mends\"]\n\n[statement]\nkind = \"list\"\njoiners = [\",\"]\n",
        );
        let grammar = grammar.unwrap();
        assert_eq!(
            found(&grammar, "Mends ROCKET-1A, ROCKET-2B"),
            ["ROCKET-1A", "ROCKET-2B"]
        );
        assert_eq!(found(&grammar, "Fixes ROCKET-1A"), [""; 0]);
    }

    #[test]
    fn what_is_wrong_with_a_declared_grammar_is_said_with_its_file() {
        let misspelled = configured("nome = \"ours\"\n").unwrap_err();
        assert!(
            matches!(&misspelled, ProfileFileError::Malformed { reason, .. } if reason.contains("line 1")),
            "{misspelled}"
        );
        let empty = configured("name = \"ours\"\nids = [\"sentry\"]\nkeywords = []\n[statement]\nkind = \"list\"\njoiners = []\n").unwrap_err();
        assert!(
            matches!(
                empty,
                ProfileFileError::Invalid {
                    problem: ProfileError::NoKeyword,
                    ..
                }
            ),
            "{empty}"
        );
        let missing = CommitsConfig {
            profile_file: Some(PathBuf::from("/nowhere/profile.toml")),
            ..CommitsConfig::default()
        };
        assert!(
            missing
                .grammar()
                .unwrap_err()
                .to_string()
                .starts_with("can't read `profile_file` in [commits], /nowhere/profile.toml")
        );
    }
}
