//! The addresses of the web site, where people and apps are authorised. They live on another host than the API.

use alloc::string::String;
use core::fmt;

use crate::{AppKey, Method, Query};

/// One address of Bitbucket's web site with its method.
///
/// Of another type than [`Endpoint`](crate::Endpoint), since it must be sent to another host: neither is taken for the other.
///
/// ```compile_fail,E0308
/// let endpoint: bitbucket_api_paths::Endpoint = bitbucket_api_paths::site::access_token();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SiteEndpoint {
    method: Method,
    target: String,
    path_len: usize,
}

impl SiteEndpoint {
    fn new(method: Method, path: &str, query: &Query) -> Self {
        let mut target = String::with_capacity(path.len() + 1 + query.as_str().len());
        target.push_str(path);
        if !query.is_empty() {
            target.push('?');
            target.push_str(query.as_str());
        }
        Self {
            method,
            target,
            path_len: path.len(),
        }
    }

    /// The request method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path, encoded, beginning with `/site/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.target[..self.path_len]
    }

    /// The query, encoded, without its `?`; `None` when there is none.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.get(self.path_len + 1..)
    }

    /// Path and query as they stand in a request line.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.target
    }
}

impl fmt::Display for SiteEndpoint {
    /// Method and path alone: the query carries `state`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path())
    }
}

/// `GET /site/oauth2/authorize`: where a person grants an OAuth consumer access (authorization code, RFC 6749 §4.1.1).
///
/// `state` comes back with the answer and must be compared there (RFC 6749 §10.12), which is why it cannot be left out. `more` may
/// add `scope` and `redirect_uri`; the latter must extend the consumer's callback URL.
#[must_use]
pub fn authorize(client_id: &str, state: &str, more: Query) -> SiteEndpoint {
    let query = Query::new()
        .param("client_id", client_id)
        .param("response_type", "code")
        .param("state", state);
    SiteEndpoint::new(
        Method::Get,
        "/site/oauth2/authorize",
        &query.followed_by(more),
    )
}

/// `POST /site/oauth2/access_token`: where a code, a refresh token, a consumer's credentials or a Connect token become an access
/// token.
///
/// The parameters go into a form body, never into the query.
#[must_use]
pub fn access_token() -> SiteEndpoint {
    SiteEndpoint::new(Method::Post, "/site/oauth2/access_token", &Query::new())
}

/// `GET /site/addons/authorize`: where a person installs a registered Connect app, and is sent back to `redirect_uri`.
///
/// No app can be installed any more since 2026-02-02.
#[must_use]
pub fn install(app: &AppKey, redirect_uri: &str) -> SiteEndpoint {
    let query = Query::new()
        .param("addon_key", app.as_str())
        .param("redirect_uri", redirect_uri);
    SiteEndpoint::new(Method::Get, "/site/addons/authorize", &query)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{access_token, authorize, install};
    use crate::{AppKey, Method, Query};

    #[test]
    fn a_consumer_is_authorised_with_code_and_state() {
        let address = authorize(
            "k&y",
            "s t",
            Query::new().param("redirect_uri", "https://app.example/cb?x=1"),
        );
        assert_eq!(
            (address.method(), address.path()),
            (Method::Get, "/site/oauth2/authorize")
        );
        let query = "client_id=k%26y&response_type=code&state=s%20t&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Fx%3D1";
        assert_eq!(address.query(), Some(query));
        assert_eq!(address.to_string(), "GET /site/oauth2/authorize");
    }

    #[test]
    fn tokens_are_asked_for_by_post_without_a_query() {
        let address = access_token();
        assert_eq!(
            (address.method(), address.path_and_query()),
            (Method::Post, "/site/oauth2/access_token")
        );
        assert_eq!(address.query(), None);
    }

    #[test]
    fn an_app_is_installed_by_its_key() {
        let address = install(
            &AppKey::parse("rocket-app").unwrap(),
            "https://app.example/done",
        );
        assert_eq!(
            address.path_and_query(),
            "/site/addons/authorize?addon_key=rocket-app&redirect_uri=https%3A%2F%2Fapp.example%2Fdone"
        );
    }
}
