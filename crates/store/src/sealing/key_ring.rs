//! The key that seals, and those that only open what was sealed before.

use super::key::SecretKey;

/// The keys of a store.
#[derive(Debug, Clone)]
pub struct SecretKeys {
    pub(super) current: SecretKey,
    pub(super) previous: Vec<SecretKey>,
}

impl SecretKeys {
    /// Everything is sealed with this key from now on.
    #[must_use]
    pub const fn new(current: SecretKey) -> Self {
        Self {
            current,
            previous: Vec::new(),
        }
    }

    /// What was sealed with this key opens too.
    #[must_use]
    pub fn and_previous(mut self, key: SecretKey) -> Self {
        self.previous.push(key);
        self
    }
}

impl From<SecretKey> for SecretKeys {
    fn from(key: SecretKey) -> Self {
        Self::new(key)
    }
}
