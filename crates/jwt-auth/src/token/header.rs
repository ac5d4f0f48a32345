//! The header: one algorithm, and nothing else that could choose a key.

use std::borrow::Cow;

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

/// The two members there may be. Every other one is refused: `kid`, `jwk`, `jku`, `x5u` and `x5c` choose a key, `crit` demands what isn't
/// understood, `cty` and `enc` announce another kind of token.
#[derive(Deserialize)]
struct Header<'h> {
    #[serde(borrow)]
    alg: Cow<'h, str>,
    #[serde(borrow, default)]
    typ: Option<Cow<'h, str>>,
    #[serde(flatten)]
    others: serde_json::Map<String, serde_json::Value>,
}

/// Accepts a header that says HS256 and nothing that matters beyond.
pub(super) fn check_hs256(encoded: &str) -> Result<(), HeaderError> {
    if encoded == HS256_HEADER || encoded == HS256_HEADER_ALGORITHM_FIRST {
        return Ok(());
    }
    let decoded = decode_part(encoded).ok_or(HeaderError::Malformed)?;
    let header: Header<'_> =
        serde_json::from_slice(&decoded).map_err(|_| HeaderError::Malformed)?;
    let is_jwt = |typ: Cow<'_, str>| typ.eq_ignore_ascii_case("JWT");
    if header.alg != "HS256" {
        return Err(HeaderError::Algorithm);
    }
    if !header.others.is_empty() || !header.typ.is_none_or(is_jwt) {
        return Err(HeaderError::Member);
    }
    Ok(())
}
