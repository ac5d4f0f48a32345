//! What a setup gathers, and what is kept of it.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde_json::{Map, Value};

/// What the steps of a setup gathered, by name. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default)]
pub struct SetupState(Map<String, Value>);

impl SetupState {
    /// Reads a state from a JSON object, such as the body of a lifecycle call.
    ///
    /// # Errors
    /// [`BuildError::NotAnObject`] for anything else.
    pub fn parse(json: &[u8]) -> Result<Self, BuildError> {
        serde_json::from_slice(json)
            .map(Self)
            .map_err(|_| BuildError::NotAnObject)
    }

    /// The state with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A value by name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text by name; `None` when it is missing, empty or no text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// [`BuildError::Missing`] when it is missing, empty or no text.
    pub fn required(&self, name: &'static str) -> Result<&str, BuildError> {
        self.text(name).ok_or(BuildError::Missing { field: name })
    }
}

impl fmt::Debug for SetupState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What a host keeps of an integration. Secrets stand apart, so that they can be encrypted; `Debug` shows their names.
#[derive(Debug, Clone)]
pub struct BuiltIntegration {
    /// The provider's key.
    pub provider: String,
    /// What the forge calls the installation; unique within the provider.
    pub external_id: String,
    /// What a person reads.
    pub name: String,
    /// What else is known of it and may be shown.
    pub metadata: BTreeMap<String, Value>,
    /// What must be encrypted at rest.
    pub secrets: BTreeMap<String, SecretString>,
    /// Whether the host must know this integration already: then it is looked up by its external id and not overwritten.
    pub expects_existing: bool,
}

/// A setup from which no integration can be built. Holds names, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The state is no JSON object.
    #[error("a JSON object is expected")]
    NotAnObject,
    /// A field is missing, empty, or no text.
    #[error("field `{field}` is missing, empty or no text")]
    Missing {
        /// The field, its parents before it with dots.
        field: &'static str,
    },
    /// A field has a value that it must not have.
    #[error("field `{field}` can't be used: {reason}")]
    Invalid {
        /// The field, its parents before it with dots.
        field: &'static str,
        /// What is wrong, without the value.
        reason: &'static str,
    },
}

/// A repository that the host's organization knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRepository {
    /// The provider it was added with.
    pub provider: String,
    /// The integration it belongs to; `None` when nobody owns it.
    pub integration: Option<String>,
    /// The forge's id of it.
    pub external_id: String,
}

/// A repository that is to belong to an integration, once its credential proved that it may see the repository's hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryMigration {
    /// The forge's id of the repository.
    pub repository: String,
    /// The external id of the integration that takes it.
    pub integration: String,
}
