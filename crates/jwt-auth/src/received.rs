//! Where a token stands in a request.

use crate::token::AUTHORIZATION_SCHEME;

const TOKEN_PARAMETER: &str = "jwt";

/// Finds the token of a request: in the header `Authorization: JWT …`, or in the query parameter `jwt`, which is where Bitbucket
/// puts it when a browser makes the request ([Authentication for apps](https://developer.atlassian.com/cloud/bitbucket/authentication-for-apps/)).
///
/// `authorization` is the header's value, `encoded_query` the query as received, without its `?`.
///
/// # Errors
/// When there is none, more than one, or the header is of another scheme.
///
/// ```
/// use bitbucket_jwt_auth::{TokenError, token_of_request};
///
/// assert_eq!(token_of_request(Some("JWT e30.e30.c2ln"), None), Ok("e30.e30.c2ln"));
/// assert_eq!(token_of_request(None, Some("a=1&jwt=e30.e30.c2ln")), Ok("e30.e30.c2ln"));
/// assert_eq!(token_of_request(None, Some("jwt=a&jwt=b")), Err(TokenError::Ambiguous));
/// ```
pub fn token_of_request<'r>(
    authorization: Option<&'r str>,
    encoded_query: Option<&'r str>,
) -> Result<&'r str, TokenError> {
    let in_header = authorization.map(of_header).transpose()?;
    let mut all = in_header.into_iter().chain(of_query(encoded_query));
    let token = all.next().ok_or(TokenError::Missing)?;
    match all.next() {
        Some(_) => Err(TokenError::Ambiguous),
        None => Ok(token),
    }
}

fn of_header(value: &str) -> Result<&str, TokenError> {
    let (scheme, token) = value.split_once(' ').ok_or(TokenError::OtherScheme)?;
    if !scheme.eq_ignore_ascii_case(AUTHORIZATION_SCHEME) {
        return Err(TokenError::OtherScheme);
    }
    match token.trim_matches(' ') {
        "" => Err(TokenError::Missing),
        token => Ok(token),
    }
}

fn of_query(query: Option<&str>) -> impl Iterator<Item = &str> {
    let pairs = query.unwrap_or_default().split('&');
    pairs.filter_map(|pair| {
        let (name, token) = pair.split_once('=')?;
        (name == TOKEN_PARAMETER && !token.is_empty()).then_some(token)
    })
}

/// Why a request has no token to verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TokenError {
    /// There is none.
    #[error("the request has no token")]
    Missing,
    /// There are several, and nothing says which one counts.
    #[error("the request has more than one token")]
    Ambiguous,
    /// The header `Authorization` is not of the scheme `JWT`.
    #[error("the request is authorized by another scheme")]
    OtherScheme,
}

impl TokenError {
    /// A stable name for metrics, logs and the answer to the peer.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Ambiguous => "token_ambiguous",
            Self::OtherScheme => "authorization_scheme_refused",
        }
    }
}
