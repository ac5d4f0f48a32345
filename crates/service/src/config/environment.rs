//! The environment, read once and in one place.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;

/// What every variable of this program begins with.
pub const PREFIX: &str = "BITBUCKET_INTEGRATION_";

/// The one variable without [`PREFIX`]: platforms that offer a database name it so.
pub(super) const DATABASE_URL: &str = "DATABASE_URL";

/// The variables of this program, by name without [`PREFIX`]. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The variables that this process was started with. Values that are not UTF-8 and empty values count as not set.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    /// The variables among `variables` that are this program's.
    pub fn of<N: AsRef<str>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let ours = |(name, value): (N, V)| {
            let name = match name.as_ref() {
                DATABASE_URL => DATABASE_URL,
                name => name.strip_prefix(PREFIX)?,
            };
            let (name, value) = (name.to_owned(), value.into());
            (!value.is_empty()).then_some((name, value))
        };
        Self {
            variables: variables.into_iter().filter_map(ours).collect(),
        }
    }

    /// The value of a variable, named with or without [`PREFIX`].
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that holds a secret, without the white space around it.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        let value = self.value(name)?.trim();
        (!value.is_empty()).then(|| SecretString::from(value.to_owned()))
    }

    /// All names, without [`PREFIX`].
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
