//! Why something is not a request.

/// Why a method, path, query or URL can't be reduced to a canonical request.
///
/// Positions are byte offsets into the text that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RequestError {
    /// The method is empty or has a character that no method has ([RFC 9110 §9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)).
    #[error("the method is not one of HTTP")]
    InvalidMethod,
    /// The path is not empty and doesn't begin with `/`.
    #[error("the path does not begin with a slash")]
    RelativePath,
    /// The path holds white space, a control character, `?` or `#`: it is not encoded, or it is more than a path.
    #[error("byte {position} of the path cannot stand in an encoded path")]
    InvalidPathByte {
        /// Offset into the path.
        position: usize,
    },
    /// The query holds white space, a control character or `#`: it is not encoded, or it is more than a query.
    #[error("byte {position} of the query cannot stand in an encoded query")]
    InvalidQueryByte {
        /// Offset into the query.
        position: usize,
    },
    /// A `%` in the query is not followed by two hexadecimal digits.
    #[error("the escape at byte {position} of the query is not complete")]
    MalformedEscape {
        /// Offset of the `%` in the query.
        position: usize,
    },
    /// What the escapes of a name or value stand for is not UTF-8.
    #[error("the name or value at byte {position} of the query is not UTF-8")]
    NotUtf8 {
        /// Offset of the name or value in the query.
        position: usize,
    },
    /// The URL is neither `http://…`, `https://…` nor a path.
    #[error("the URL is neither an http address nor a path")]
    InvalidUrl,
}

impl RequestError {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidMethod => "invalid_method",
            Self::RelativePath => "relative_path",
            Self::InvalidPathByte { .. } => "invalid_path_byte",
            Self::InvalidQueryByte { .. } => "invalid_query_byte",
            Self::MalformedEscape { .. } => "malformed_escape",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::InvalidUrl => "invalid_url",
        }
    }
}
