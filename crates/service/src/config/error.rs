//! What can be wrong with a configuration, said so that a person can mend it.

use std::fmt;
use std::path::PathBuf;

/// Where a wrong value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the file.
    File {
        /// Which file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// In the environment.
    Variable(String),
    /// Nowhere: something is missing.
    Missing,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Missing => f.write_str("configuration"),
        }
    }
}

/// Why a configuration can't be used. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("can't read the configuration file {}: {reason}\n  give the right path with --config, or BITBUCKET_INTEGRATION_CONFIG", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is not TOML.
    #[error("{place}: not valid TOML: {reason}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        reason: String,
    },
    /// A key that does not exist.
    #[error("{place}: unknown key `{key}`\n  {hint}")]
    UnknownKey {
        /// Where.
        place: Place,
        /// The key with its section.
        key: String,
        /// The nearest known key, or all of them.
        hint: String,
    },
    /// A value of the wrong type or range.
    #[error("{place}: `{key}`: {reason}")]
    Value {
        /// Where.
        place: Place,
        /// The key with its section.
        key: String,
        /// What is expected.
        reason: String,
    },
    /// A secret that is needed and not given, or can't be used.
    #[error("{what}: {reason}\n  {hint}")]
    Secret {
        /// Whose secret.
        what: String,
        /// What is wrong with it, never the secret.
        reason: String,
        /// What to do.
        hint: String,
    },
}

impl ConfigError {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config_unreadable",
            Self::Syntax { .. } => "config_syntax",
            Self::UnknownKey { .. } => "config_unknown_key",
            Self::Value { .. } => "config_value",
            Self::Secret { .. } => "config_secret",
        }
    }
}
