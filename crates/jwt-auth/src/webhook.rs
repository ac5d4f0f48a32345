//! The signature of a webhook: `X-Hub-Signature: sha256=…`.
//!
//! Bitbucket computes HMAC-SHA256 over the raw body with the hook's secret, and sends the tag in lower-case hexadecimal digits, in a header whose
//! name doesn't say `-256`. Source: [Secure webhooks](https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/#Secure-webhooks).
//!
//! ```
//! use bitbucket_jwt_auth::SharedSecret;
//! use bitbucket_jwt_auth::webhook::{SignatureError, WebhookSignature};
//!
//! let header = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
//! let secrets = [SharedSecret::new("It's a Secret to Everybody".to_owned())];
//! let signature = WebhookSignature::parse(header)?;
//! signature.verify(&secrets, b"Hello World!")?;
//! assert_eq!(signature.verify(&secrets, b"Hello world!"), Err(SignatureError::Mismatch));
//! # Ok::<(), SignatureError>(())
//! ```

use aws_lc_rs::hmac;

use crate::SharedSecret;

#[cfg(test)]
mod tests;

/// The name of the header, in the letter case Bitbucket writes it.
pub const SIGNATURE_HEADER: &str = "X-Hub-Signature";

const ALGORITHM: &str = "sha256";
/// Bytes of an HMAC-SHA256 tag.
const TAG_BYTES: usize = 32;

/// A signature as it came, read but not compared with anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebhookSignature([u8; TAG_BYTES]);

impl WebhookSignature {
    /// Reads the value of the header: `sha256=` and 64 hexadecimal digits, and nothing around them. Pass `""` where the header is missing.
    ///
    /// # Errors
    /// [`SignatureError::Missing`], [`SignatureError::UnsupportedAlgorithm`] (`sha1=…`), [`SignatureError::Malformed`].
    pub fn parse(header_value: &str) -> Result<Self, SignatureError> {
        if header_value.is_empty() {
            return Err(SignatureError::Missing);
        }
        let (algorithm, digits) = header_value
            .split_once('=')
            .ok_or(SignatureError::Malformed)?;
        if algorithm != ALGORITHM {
            return Err(SignatureError::UnsupportedAlgorithm);
        }
        let mut tag = [0; TAG_BYTES];
        hex::decode_to_slice(digits, &mut tag).map_err(|_| SignatureError::Malformed)?;
        Ok(Self(tag))
    }

    /// Checks that `body`, byte by byte as received, was signed with one of `secrets`. Several are active while one replaces another; empty ones never match.
    ///
    /// # Errors
    /// [`SignatureError::Mismatch`], whether the body or the secret is the wrong one, and when there are no secrets.
    pub fn verify(&self, secrets: &[SharedSecret], body: &[u8]) -> Result<(), SignatureError> {
        let keys = secrets.iter().filter_map(SharedSecret::hmac_key);
        let mut verdicts = keys.map(|key| hmac::verify(key, body, &self.0));
        if verdicts.any(|verdict| verdict.is_ok()) {
            return Ok(());
        }
        Err(SignatureError::Mismatch)
    }
}

/// The header's value for `body`, as Bitbucket computes it: `sha256=` and 64 lower-case hexadecimal digits. For tests and stand-ins.
///
/// An empty `secret` signs too, as it does at Bitbucket; verification refuses it.
#[must_use]
pub fn sign(secret: &SharedSecret, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    format!("{ALGORITHM}={}", hex::encode(hmac::sign(&key, body)))
}

/// Why a webhook's signature was refused. Holds neither the expected nor the received one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature: the hook has no secret, or it isn't Bitbucket that calls.
    #[error("there is no signature")]
    Missing,
    /// It doesn't read `algorithm=` and 64 hexadecimal digits.
    #[error("the signature is malformed")]
    Malformed,
    /// It was made with another algorithm than SHA-256.
    #[error("the signature's algorithm is not sha256")]
    UnsupportedAlgorithm,
    /// It was made with another secret or for another body.
    #[error("the signature does not match")]
    Mismatch,
}

impl SignatureError {
    /// A stable name for metrics, logs and the answer to the peer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "signature_missing",
            Self::Malformed => "signature_malformed",
            Self::UnsupportedAlgorithm => "signature_algorithm_refused",
            Self::Mismatch => "signature_mismatch",
        }
    }
}
