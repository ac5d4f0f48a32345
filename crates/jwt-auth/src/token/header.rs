//! The header: one algorithm, and nothing else that could choose a key.

use serde::Deserialize;

use super::compact::decode_part;

/// `{"typ":"JWT","alg":"HS256"}`, what Atlassian's own libraries write.
pub(crate) const HS256_HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";
/// `{"alg":"HS256","typ":"JWT"}`, the other order seen.
const HS256_HEADER_ALGORITHM_FIRST: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// Why a header was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderError {
    Malformed,
    Algorithm,
    Member,
}

/// The members there may be. Every other one is refused: `jwk`, `jku`, `x5u` and `x5c` bring a key, `crit` demands what isn't understood,
/// `cty` and `enc` announce another kind of token.
#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

impl Header {
    /// Reads a header that says `algorithm`.
    fn read(encoded: &str, algorithm: &str) -> Result<Self, HeaderError> {
        let decoded = decode_part(encoded).ok_or(HeaderError::Malformed)?;
        let header: Self = serde_json::from_slice(&decoded).map_err(|_| HeaderError::Malformed)?;
        if header.alg != algorithm {
            return Err(HeaderError::Algorithm);
        }
        let is_jwt = |typ: &String| typ.eq_ignore_ascii_case("JWT");
        if !header.others.is_empty() || !header.typ.as_ref().is_none_or(is_jwt) {
            return Err(HeaderError::Member);
        }
        Ok(header)
    }
}

/// Accepts a header that says HS256 and nothing that matters beyond. There is no `kid`: the issuer has one secret.
pub(super) fn check_hs256(encoded: &str) -> Result<(), HeaderError> {
    if encoded == HS256_HEADER || encoded == HS256_HEADER_ALGORITHM_FIRST {
        return Ok(());
    }
    match Header::read(encoded, "HS256")?.kid {
        Some(_) => Err(HeaderError::Member),
        None => Ok(()),
    }
}

/// The `kid` of a header that says RS256.
#[cfg(feature = "forge")]
pub(super) fn rs256_key_id(encoded: &str) -> Result<Option<String>, HeaderError> {
    Header::read(encoded, "RS256").map(|header| header.kid)
}
