//! The compact form of a token: three parts, strictly read.

mod compact;
mod header;

pub(crate) use compact::{Compact, CompactError};
pub(crate) use header::{HS256_HEADER, HeaderError};

/// The scheme of the `Authorization` header, as in `JWT eyJ0…`. Bitbucket wants it in this letter case.
pub const AUTHORIZATION_SCHEME: &str = "JWT";

/// Longest token that is looked at, in bytes: a peer can't make this crate decode more than this. Real ones have some 300 to 600.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenPart {
    /// The three parts as a whole.
    Structure,
    /// The first part, which names the algorithm.
    Header,
    /// The second part, the claims.
    Claims,
    /// The third part.
    Signature,
}

impl std::fmt::Display for TokenPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Structure => "structure",
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Signature => "signature",
        })
    }
}
