//! The `qsh` claim's value.

use std::fmt;

use aws_lc_rs::{constant_time, digest};

const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
const LENGTH: usize = 64;

/// SHA-256 of a canonical request, as 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct QueryHash([u8; LENGTH]);

impl QueryHash {
    pub(super) fn of(canonical: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, canonical);
        let mut text = [b'0'; LENGTH];
        for (pair, byte) in text.chunks_exact_mut(2).zip(digest.as_ref()) {
            pair[0] = HEX_DIGITS[usize::from(byte >> 4)];
            pair[1] = HEX_DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are UTF-8; the fallback can't be reached and matches no claim.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether `claim` is this hash, in a time that doesn't depend on where they differ.
    #[must_use]
    pub fn matches(&self, claim: &str) -> bool {
        constant_time::verify_slices_are_equal(&self.0, claim.as_bytes()).is_ok()
    }
}

impl fmt::Display for QueryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for QueryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QueryHash").field(&self.as_str()).finish()
    }
}
