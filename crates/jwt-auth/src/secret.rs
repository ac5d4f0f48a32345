//! The secret both sides share.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};

/// The `sharedSecret` of an installation, or the secret of a webhook.
///
/// The key of every HMAC is the text's bytes as they are: nothing is trimmed or decoded. The text is wiped from memory on drop, is never
/// shown by `Debug`, and can't be read back out of this type. An empty secret can be built (a peer may send one) and is good
/// for nothing: signing refuses it, and no signature verifies with it.
///
/// ```
/// use bitbucket_jwt_auth::SharedSecret;
///
/// let secret = SharedSecret::new("a-big-secret".to_owned());
/// assert_eq!(format!("{secret:?}"), "SharedSecret([redacted])");
/// ```
#[derive(Clone)]
pub struct SharedSecret {
    text: SecretString,
    /// The same as a key, ready for use; `None` when there is nothing in it.
    key: Option<hmac::Key>,
}

impl SharedSecret {
    /// Takes over `text`; its memory is wiped with the secret.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self::from(SecretString::from(text))
    }

    /// Whether there is nothing in it, so that nothing can be signed with it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.key.is_none()
    }

    /// Whether both are the same and not empty, compared in constant time.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let (own, theirs) = (self.expose().as_bytes(), other.expose().as_bytes());
        !own.is_empty() && verify_slices_are_equal(own, theirs).is_ok()
    }

    pub(crate) fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// The key for HMAC-SHA256, or `None` when the secret is empty.
    pub(crate) const fn hmac_key(&self) -> Option<&hmac::Key> {
        self.key.as_ref()
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret([redacted])")
    }
}

impl From<SecretString> for SharedSecret {
    fn from(text: SecretString) -> Self {
        let bytes = text.expose_secret().as_bytes();
        let key = (!bytes.is_empty()).then(|| hmac::Key::new(hmac::HMAC_SHA256, bytes));
        Self { text, key }
    }
}

#[cfg(test)]
mod tests {
    use super::SharedSecret;

    #[test]
    fn secrets_are_told_apart_and_an_empty_one_is_none() {
        let secret = |text: &str| SharedSecret::new(text.to_owned());
        assert!(secret("a").is(&secret("a")));
        assert!(!secret("a").is(&secret("b")));
        assert!(!secret("a").is(&secret("ab")));
        assert!(!secret("").is(&secret("")));
    }
}
