//! Where a peer's API stands, and therefore the only place that its credentials may go.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// Scheme, host, port and optional path prefix of an API.
///
/// Every request of a client is built from its base URL, so a credential cannot reach another host. Plain `http` is
/// accepted for this machine only (`localhost`, `127.0.0.0/8`, `[::1]`) unless [`PlainHttp::Anywhere`] is asked for.
///
/// For Bitbucket Cloud this is `https://api.bitbucket.org` without `/2.0`: the endpoints bring that themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

/// Where plain `http` may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlainHttp {
    /// To this machine only.
    LoopbackOnly,
    /// Anywhere: credentials travel readable. For a private network that somebody vouches for.
    Anywhere,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not an absolute `http` or `https` address.
    #[error("a base URL is an absolute http or https address")]
    NotAbsolute,
    /// It names a user or password.
    #[error("a base URL holds no user name or password")]
    Credentials,
    /// It has a query.
    #[error("a base URL has no query")]
    Query,
    /// Its path has `.` or `..` segments or empty ones.
    #[error("a base URL's path has no empty, `.` or `..` segments")]
    Path,
    /// Plain `http` to another machine.
    #[error("plain http is allowed to this machine only")]
    PlainHttp,
}

impl BaseUrlError {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAbsolute => "base_url_not_absolute",
            Self::Credentials => "base_url_credentials",
            Self::Query => "base_url_query",
            Self::Path => "base_url_path",
            Self::PlainHttp => "base_url_plain_http",
        }
    }
}

/// Why an address that a peer sent is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignUrl {
    /// Not an absolute address.
    #[error("the address is not absolute")]
    NotAbsolute,
    /// Another scheme than the base URL's.
    #[error("the address has another scheme")]
    Scheme,
    /// Another host or port than the base URL's, or a user name in it.
    #[error("the address has another authority")]
    Authority,
    /// Outside the base URL's path prefix.
    #[error("the address leaves the path prefix")]
    Path,
}

impl BaseUrl {
    /// Bitbucket Cloud's API, `https://api.bitbucket.org`.
    #[must_use]
    pub fn bitbucket_cloud() -> Self {
        Self {
            scheme: Scheme::HTTPS,
            authority: Authority::from_static("api.bitbucket.org"),
            prefix: String::new(),
        }
    }

    /// Reads a base URL; plain `http` to this machine only.
    ///
    /// # Errors
    ///
    /// A [`BaseUrlError`] that names the offending part.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        Self::parse_with(text, PlainHttp::LoopbackOnly)
    }

    /// Reads a base URL; `plain` says where plain `http` may go. A trailing `/` is dropped.
    ///
    /// # Errors
    ///
    /// A [`BaseUrlError`] that names the offending part.
    pub fn parse_with(text: &str, plain: PlainHttp) -> Result<Self, BaseUrlError> {
        if text.contains('#') {
            return Err(BaseUrlError::Query);
        }
        let uri: Uri = text.parse().map_err(|_| BaseUrlError::NotAbsolute)?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(BaseUrlError::NotAbsolute);
        };
        check_scheme(&scheme, &authority, plain)?;
        if authority.as_str().contains('@') {
            return Err(BaseUrlError::Credentials);
        }
        let prefix = prefix_of(parts.path_and_query.as_ref())?;
        Ok(Self {
            scheme,
            authority,
            prefix,
        })
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.scheme.as_str()
    }

    /// Host and, if given, port.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// The host without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The path prefix without a trailing `/`; empty when there is none.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The full address of an encoded path and query that begins with `/`.
    ///
    /// # Errors
    ///
    /// [`ForeignUrl::Path`] when it does not begin with `/`, has `.` or `..` segments, or holds characters that no
    /// request line may hold.
    pub fn address(&self, path_and_query: &str) -> Result<Uri, ForeignUrl> {
        if !path_and_query.starts_with('/') || has_dot_segment(path_of(path_and_query)) {
            return Err(ForeignUrl::Path);
        }
        let target = format!("{}{path_and_query}", self.prefix);
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(target)
            .build()
            .map_err(|_| ForeignUrl::Path)
    }

    /// The path and query, without the prefix, of an absolute address that stands under this base URL, otherwise
    /// unchanged: for the `next` link of a page.
    ///
    /// # Errors
    ///
    /// A [`ForeignUrl`] when it stands elsewhere; following it would carry credentials to a stranger.
    pub fn own_path<'a>(&self, address: &'a str) -> Result<&'a str, ForeignUrl> {
        let uri: Uri = address.parse().map_err(|_| ForeignUrl::NotAbsolute)?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(ForeignUrl::NotAbsolute);
        };
        if *scheme != self.scheme {
            return Err(ForeignUrl::Scheme);
        }
        if !self.is_authority(authority) {
            return Err(ForeignUrl::Authority);
        }
        let path = verbatim_path(address).ok_or(ForeignUrl::NotAbsolute)?;
        let own = path
            .strip_prefix(self.prefix.as_str())
            .ok_or(ForeignUrl::Path)?;
        if !own.starts_with('/') || has_dot_segment(path_of(own)) {
            return Err(ForeignUrl::Path);
        }
        Ok(own)
    }

    fn is_authority(&self, other: &Authority) -> bool {
        !other.as_str().contains('@')
            && self.authority.host().eq_ignore_ascii_case(other.host())
            && port(&self.scheme, &self.authority) == port(&self.scheme, other)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

fn check_scheme(
    scheme: &Scheme,
    authority: &Authority,
    plain: PlainHttp,
) -> Result<(), BaseUrlError> {
    if *scheme == Scheme::HTTPS {
        return Ok(());
    }
    if *scheme != Scheme::HTTP {
        return Err(BaseUrlError::NotAbsolute);
    }
    match plain {
        PlainHttp::Anywhere => Ok(()),
        PlainHttp::LoopbackOnly if is_loopback(authority.host()) => Ok(()),
        PlainHttp::LoopbackOnly => Err(BaseUrlError::PlainHttp),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn prefix_of(path: Option<&PathAndQuery>) -> Result<String, BaseUrlError> {
    let Some(path) = path else {
        return Ok(String::new());
    };
    if path.query().is_some() {
        return Err(BaseUrlError::Query);
    }
    let prefix = path.path().trim_end_matches('/');
    if has_dot_segment(prefix) || prefix.contains("//") {
        return Err(BaseUrlError::Path);
    }
    Ok(prefix.to_owned())
}

/// Servers resolve `.` and `..` also when their dots are percent-encoded.
fn has_dot_segment(path: &str) -> bool {
    path.split(['/', '\\']).any(|segment| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    })
}

fn path_of(path_and_query: &str) -> &str {
    path_and_query.split('?').next().unwrap_or_default()
}

fn verbatim_path(address: &str) -> Option<&str> {
    let after_scheme = address.find("://")? + 3;
    let path = address[after_scheme..].find('/')? + after_scheme;
    let end = address.find('#').unwrap_or(address.len());
    address.get(path..end)
}

fn port(scheme: &Scheme, authority: &Authority) -> u16 {
    let default = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    authority.port_u16().unwrap_or(default)
}

#[cfg(test)]
mod tests;
