//! The rule by which requests become lines.

use super::{CanonicalRequest, RequestError, path, query};

/// Whose reading of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// The rule as [Atlassian writes it down](https://developer.atlassian.com/cloud/bitbucket/query-string-hash/).
    #[default]
    Atlassian,
    /// What Sentry computes for the requests it sends: every slash at the end of the path goes (so that `/` is empty), `&` in the
    /// path stays, parameters without a value are dropped.
    SentryOutgoing,
    /// What Sentry computes for the requests it receives: the path as in [`SentryOutgoing`](Self::SentryOutgoing), parameters without a value
    /// stay, and of a repeated parameter the last value alone counts.
    SentryIncoming,
}

/// The rule by which a request becomes a [`CanonicalRequest`].
///
/// Atlassian's rule, [`CanonicalRule::atlassian`]:
///
/// 1. The method in upper case.
/// 2. The path without the base path (where whole segments of it match), an empty one as `/`, each `&` as `%26`, without one slash
///    at its end; otherwise as sent, escapes included.
/// 3. The parameters without `jwt`, sorted by decoded name in code point order, each as `name=value`, joined by `&`. The values of a
///    repeated name are sorted and joined by `,`. A missing value is an empty one; a `+` stands for a space; names and values are
///    decoded and encoded again by [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.3): unreserved characters stay,
///    everything else is `%XX` in upper case over UTF-8.
///
/// In the profile of Atlassian an incomplete escape, and escapes that are not UTF-8, are refused: two different requests would get
/// the same line. The profiles of Sentry do as Sentry does: the one stays as text, the other becomes U+FFFD.
///
/// ```
/// use bitbucket_jwt_auth::CanonicalRule;
///
/// let rule = CanonicalRule::atlassian().with_base_path("/base/");
/// let request = rule.request("GET", "/base/p", Some("z=%C3%A9"))?;
/// assert_eq!(request.as_str(), "GET&/p&z=%C3%A9");
/// # Ok::<(), bitbucket_jwt_auth::RequestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CanonicalRule {
    profile: Profile,
    /// Empty, or `/…` without a slash at its end.
    base_path: String,
}

impl CanonicalRule {
    /// Atlassian's rule, no base path.
    #[must_use]
    pub const fn atlassian() -> Self {
        Self::of(Profile::Atlassian)
    }

    /// The rule as `profile` reads it, no base path.
    #[must_use]
    pub const fn of(profile: Profile) -> Self {
        Self {
            profile,
            base_path: String::new(),
        }
    }

    /// Takes `base_path` (`/connect`, the path of the descriptor's `baseUrl`, as sent on the wire) from the front of every path.
    ///
    /// Slashes at its end don't count, and a missing one in front is added. A path that doesn't lie below it is left as it is, as Atlassian does.
    #[must_use]
    pub fn with_base_path(mut self, base_path: &str) -> Self {
        let trimmed = base_path.trim_end_matches('/');
        let slash = if trimmed.is_empty() || trimmed.starts_with('/') {
            ""
        } else {
            "/"
        };
        self.base_path = format!("{slash}{trimmed}");
        self
    }

    /// Takes the path of `base_url` (the descriptor's `baseUrl`, `https://app.example.com/connect`) from the front of every path.
    ///
    /// # Errors
    /// [`RequestError::InvalidUrl`] when it is no `http` address, and the errors of a path.
    pub fn with_base_url(self, base_url: &str) -> Result<Self, RequestError> {
        let (path, _) = split_url(base_url)?;
        path::check(path)?;
        Ok(self.with_base_path(path))
    }

    /// Whose reading of the rule this is.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Reduces a request given by the parts sent on the wire: `encoded_path` with its escapes, `encoded_query` without its `?`.
    ///
    /// # Errors
    /// When the parts can't be those of a request.
    pub fn request(
        &self,
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
    ) -> Result<CanonicalRequest, RequestError> {
        check_method(method)?;
        path::check(encoded_path)?;
        let query = encoded_query.unwrap_or_default();
        let mut line =
            String::with_capacity(method.len() + encoded_path.len() + 2 * query.len() + 8);
        line.extend(method.chars().map(|c| c.to_ascii_uppercase()));
        line.push('&');
        let path = path::without_base(encoded_path, &self.base_path);
        path::append(&mut line, path, self.profile);
        line.push('&');
        query::append(&mut line, query, self.profile)?;
        Ok(CanonicalRequest(line))
    }

    /// Reduces a request given by its URL: absolute (`https://host/path?query#fragment`), or from the path on (`/path?query`). Host,
    /// port and fragment don't count.
    ///
    /// The text must be the URL as sent, so that its escapes are those of the wire. A host with a backslash or white space in it is refused,
    /// because others may see another path in such a URL.
    ///
    /// # Errors
    /// [`RequestError::InvalidUrl`], and those of [`request`](Self::request).
    pub fn url(&self, method: &str, url: &str) -> Result<CanonicalRequest, RequestError> {
        let (path, query) = split_url(url)?;
        self.request(method, path, query)
    }
}

fn check_method(method: &str) -> Result<(), RequestError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%'*+-.^_`|~".contains(&byte);
    if method.is_empty() || !method.bytes().all(allowed) {
        return Err(RequestError::InvalidMethod);
    }
    Ok(())
}

/// Path and query of a URL.
fn split_url(url: &str) -> Result<(&str, Option<&str>), RequestError> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let (before, query) = match url.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (url, None),
    };
    if before.is_empty() || before.starts_with('/') {
        return Ok((before, query));
    }
    let (scheme, rest) = before.split_once("://").ok_or(RequestError::InvalidUrl)?;
    let is_http = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !is_http || authority.is_empty() || authority.bytes().any(moves_the_path) {
        return Err(RequestError::InvalidUrl);
    }
    Ok((path, query))
}

/// Whether URL parsers disagree about where the path begins when this stands in front of it: they read a backslash as a slash, and drop or refuse white
/// space ([URL Standard §4.4](https://url.spec.whatwg.org/#url-parsing)).
const fn moves_the_path(byte: u8) -> bool {
    byte == b'\\' || byte <= b' ' || byte == 0x7f
}
