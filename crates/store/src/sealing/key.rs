//! The key under which secrets are sealed.

use std::fmt;

use zeroize::Zeroizing;

/// Length of a key in bytes, as AES-256 wants it.
pub const SECRET_KEY_BYTES: usize = 32;

/// The key under which secrets are kept. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; SECRET_KEY_BYTES]>);

/// A text that is not a key. It never holds any part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretKeyError {
    /// It has another length than 64 characters.
    #[error("a secret key is 64 hexadecimal digits, this has {found} characters")]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// It has a character that is not a hexadecimal digit.
    #[error("a secret key is 64 hexadecimal digits, this has other characters")]
    NotHexadecimal,
}

impl SecretKeyError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "secret_key_length",
            Self::NotHexadecimal => "secret_key_not_hexadecimal",
        }
    }
}

impl SecretKey {
    /// A new key of 32 random bytes, which must come from a cryptographically secure source.
    #[must_use]
    pub fn generate(random: [u8; SECRET_KEY_BYTES]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// Reads a key of 64 hexadecimal digits. White space around it is no part of it.
    ///
    /// # Errors
    /// [`SecretKeyError`] for any other text.
    pub fn from_hex(text: &str) -> Result<Self, SecretKeyError> {
        let text = text.trim();
        let mut bytes = Zeroizing::new([0_u8; SECRET_KEY_BYTES]);
        if text.len() != 2 * SECRET_KEY_BYTES {
            return Err(SecretKeyError::Length {
                found: text.chars().count(),
            });
        }
        hex::decode_to_slice(text, &mut *bytes).map_err(|_| SecretKeyError::NotHexadecimal)?;
        Ok(Self(bytes))
    }

    /// The key as it is written to a key file.
    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(*self.0))
    }

    /// The key itself, for the cipher.
    pub(super) fn bytes(&self) -> &[u8; SECRET_KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_64_hexadecimal_digits_with_a_line_end() {
        let key = SecretKey::from_hex(&format!("{}\n", "0f".repeat(32))).unwrap();
        assert_eq!(key.bytes(), &[0x0f; 32]);
        assert_eq!(key.to_hex().as_str(), "0f".repeat(32));
    }

    #[test]
    fn refuses_other_texts_by_cause() {
        assert_eq!(
            SecretKey::from_hex("0f").unwrap_err(),
            SecretKeyError::Length { found: 2 }
        );
        assert_eq!(
            SecretKey::from_hex(&"zz".repeat(32)).unwrap_err(),
            SecretKeyError::NotHexadecimal
        );
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(
            format!("{:?}", SecretKey::generate([7; 32])),
            "SecretKey(..)"
        );
    }
}
