//! A token taken apart and decoded, of which nothing is known to be true.

use aws_lc_rs::hmac;

use super::claims::Claims;
use super::error::VerifyError;
use crate::SharedSecret;
use crate::token::{Compact, TokenPart};

/// A token with the shape and the header of one that can be accepted.
pub(super) struct Received<'t> {
    signed: &'t [u8],
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> Received<'t> {
    pub(super) fn read(token: &'t str) -> Result<Self, VerifyError> {
        let parts = Compact::split(token)?;
        parts.check_hs256()?;
        let malformed = VerifyError::Malformed;
        Ok(Self {
            signed: parts.signed(),
            claims: parts.claims().ok_or(malformed(TokenPart::Claims))?,
            signature: parts.signature().ok_or(malformed(TokenPart::Signature))?,
        })
    }

    /// Compares the signature with that of each secret, each time in constant time.
    pub(super) fn check_signature(&self, secrets: &[SharedSecret]) -> Result<(), VerifyError> {
        let keys = secrets.iter().filter_map(SharedSecret::hmac_key);
        let mut verdicts = keys.map(|key| hmac::verify(key, self.signed, &self.signature));
        if verdicts.any(|verdict| verdict.is_ok()) {
            return Ok(());
        }
        Err(VerifyError::Signature)
    }

    pub(super) fn claims(&self) -> Result<Claims<'_>, VerifyError> {
        Claims::parse(&self.claims)
    }

    pub(super) fn signature(&self) -> Vec<u8> {
        self.signature.clone()
    }
}
