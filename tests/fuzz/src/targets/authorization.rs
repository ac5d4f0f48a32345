//! Where a token stands in a request: found when there is exactly one, in the header or in the query.
//!
//! Lines: the header `Authorization` (an empty line: there is none), the query (likewise).

use bitbucket_jwt_auth::forge::bearer_token;
use bitbucket_jwt_auth::{RequestSigner, TokenError, token_of_request};

use crate::input::{lines, optional};
use crate::known::{NOW, secret};

pub(crate) fn check(data: &[u8]) {
    let Some([header, query]) = lines(data) else {
        return;
    };
    let (header, query) = (optional(header), optional(query));
    let in_header = header.map(|header| after(header, "jwt"));
    let mut found: Vec<_> = query
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.strip_prefix("jwt="))
        .filter(|token| !token.is_empty())
        .collect();
    let expected = match in_header {
        Some(None) => Err(TokenError::OtherScheme),
        Some(Some("")) => Err(TokenError::Missing),
        Some(Some(token)) => {
            found.push(token);
            only(&found)
        }
        None => only(&found),
    };
    assert_eq!(token_of_request(header, query), expected);
    let bearer = header.and_then(|header| after(header, "bearer"));
    let bearer = bearer.filter(|token| !token.is_empty());
    assert_eq!(header.and_then(bearer_token), bearer);
    what_we_send_is_found(query);
}

/// What follows the scheme and a blank, without the blanks around it; `None` for another scheme.
fn after<'h>(header: &'h str, scheme: &str) -> Option<&'h str> {
    let blank = header.find(' ')?;
    let same = header[..blank].to_ascii_lowercase() == scheme;
    same.then(|| header[blank..].trim_matches(' '))
}

fn only<'t>(found: &[&'t str]) -> Result<&'t str, TokenError> {
    match found {
        [] => Err(TokenError::Missing),
        [token] => Ok(token),
        [_, _, ..] => Err(TokenError::Ambiguous),
    }
}

fn what_we_send_is_found(query: Option<&str>) {
    let signer = RequestSigner::new("app", "client", secret());
    let token = signer.sign("GET", "/", None, NOW).unwrap();
    if token_of_request(None, query) == Err(TokenError::Missing) {
        let header = token.header_value();
        assert_eq!(token_of_request(Some(&header), query), Ok(token.as_str()));
    }
}
