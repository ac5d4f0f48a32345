//! The canonical request, and its hash: what the `qsh` claim binds a token to.

mod component;
mod error;
mod hash;
mod path;
mod query;
mod rule;

#[cfg(test)]
mod tests;

pub use error::RequestError;
pub use hash::QueryHash;
pub use rule::{CanonicalRule, Profile};

/// A request reduced to one line: `METHOD&PATH&QUERY`.
///
/// Source of the rule: [Query string hash](https://developer.atlassian.com/cloud/bitbucket/query-string-hash/). See
/// [`CanonicalRule`] for each step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CanonicalRequest(String);

impl CanonicalRequest {
    /// Reduces a request by Atlassian's rule, without a base path; [`CanonicalRule`] has the other rules.
    ///
    /// `encoded_path` and `encoded_query` are what is sent on the wire, with their percent-encoding, the query without its `?`.
    ///
    /// # Errors
    /// When the parts can't be those of a request.
    ///
    /// ```
    /// use bitbucket_jwt_auth::CanonicalRequest;
    ///
    /// let request = CanonicalRequest::new("get", "/a/b/", Some("x=1&jwt=tok&X=2&x=0"))?;
    /// assert_eq!(request.as_str(), "GET&/a/b&X=2&x=0,1");
    /// # Ok::<(), bitbucket_jwt_auth::RequestError>(())
    /// ```
    pub fn new(
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
    ) -> Result<Self, RequestError> {
        CanonicalRule::atlassian().request(method, encoded_path, encoded_query)
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash that a token's `qsh` claim holds.
    #[must_use]
    pub fn hash(&self) -> QueryHash {
        QueryHash::of(self.0.as_bytes())
    }
}
