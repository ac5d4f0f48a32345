//! Taking a token apart without believing any of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::MAX_TOKEN_BYTES;
use super::header::{HeaderError, check_hs256};

/// A token's parts, as text.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'t> {
    /// Header, dot and claims: what the signature is made over.
    signed: &'t str,
    header: &'t str,
    claims: &'t str,
    signature: &'t str,
}

/// Why a text is not a token.
pub(crate) enum CompactError {
    TooLong,
    Malformed,
}

impl<'t> Compact<'t> {
    pub(crate) fn split(token: &'t str) -> Result<Self, CompactError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(CompactError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(CompactError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(CompactError::Malformed)?;
        if claims.contains('.') || [header, claims, signature].contains(&"") {
            return Err(CompactError::Malformed);
        }
        Ok(Self {
            signed,
            header,
            claims,
            signature,
        })
    }

    pub(crate) fn check_hs256(&self) -> Result<(), HeaderError> {
        check_hs256(self.header)
    }

    #[cfg(feature = "forge")]
    pub(crate) fn rs256_key_id(&self) -> Result<Option<String>, HeaderError> {
        super::header::rs256_key_id(self.header)
    }

    pub(crate) fn signed(&self) -> &'t [u8] {
        self.signed.as_bytes()
    }

    pub(crate) fn claims(&self) -> Option<Vec<u8>> {
        decode_part(self.claims)
    }

    pub(crate) fn signature(&self) -> Option<Vec<u8>> {
        decode_part(self.signature)
    }
}

/// Decodes base64url without padding ([RFC 7515 §2](https://www.rfc-editor.org/rfc/rfc7515#section-2)). Of all spellings of some bytes only the
/// canonical one is read, so that no character of a token can be changed unnoticed.
pub(super) fn decode_part(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
