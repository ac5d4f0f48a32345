//! The port through which randomness comes in.

use secrecy::SecretString;

/// A cryptographically secure source of random bytes.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random values that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

/// A fresh secret of 32 random bytes, written as 64 hexadecimal digits (Bitbucket takes at most 128 characters).
#[must_use]
pub fn fresh_secret(entropy: &dyn Entropy) -> SecretString {
    let mut bytes = [0_u8; 32];
    entropy.fill(&mut bytes);
    SecretString::from(hex::encode(bytes))
}
