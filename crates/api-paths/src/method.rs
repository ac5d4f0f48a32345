//! The request methods that Bitbucket's REST API uses.

use core::fmt;
use core::str::FromStr;

use crate::{ParseError, Reason};

/// A request method (RFC 9110 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or acts.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
    /// Reads the headers alone: whether a file exists.
    Head,
}

impl Method {
    /// As it stands in a request line: `"GET"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
        }
    }
}

impl FromStr for Method {
    type Err = ParseError;

    /// Methods are case-sensitive (RFC 9110 §9.1): `GET`, not `get`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Get, Self::Post, Self::Put, Self::Delete, Self::Head];
        let refused = ParseError::new(
            "method",
            0,
            Reason::Missing("GET, POST, PUT, DELETE or HEAD"),
        );
        all.into_iter()
            .find(|method| method.as_str() == text)
            .ok_or(refused)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
