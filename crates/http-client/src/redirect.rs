//! Where a redirect may lead, and whether the credential goes along.

mod address;

use std::net::IpAddr;

use http::uri::{PathAndQuery, Scheme};
use http::{HeaderMap, StatusCode, Uri};

pub(crate) use self::address::is_public;
use crate::base_url::BaseUrl;

/// The most redirects that one attempt follows.
pub const MAX_REDIRECTS: usize = 3;

/// What a call does with a redirect. Only reading calls follow any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Redirects {
    /// Gives it back as the answer.
    #[default]
    Refuse,
    /// Follows it below the base URL, authorized anew: Bitbucket answers a pull request's diff that way.
    Own,
    /// Follows it also to another host, without the credential: a file kept in LFS lies elsewhere.
    ///
    /// Never from `https` to `http`, and never to an address within a private network, unless the base URL itself is
    /// of that kind.
    AnyHost,
}

/// Why a redirect is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// It names no address that can be read.
    #[error("the redirect names no address")]
    Unreadable,
    /// It leads to another host, or out of the base URL's path, where the call stays below the base URL.
    #[error("the redirect leads away from the configured API")]
    Foreign,
    /// It leads from `https` to something else.
    #[error("the redirect leads to an unprotected connection")]
    Downgrade,
    /// It leads to an address within a private network.
    #[error("the redirect leads into a private network")]
    PrivateAddress,
    /// It is one too many.
    #[error("more than {limit} redirects in a row")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

impl RedirectError {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "redirect_unreadable",
            Self::Foreign => "redirect_foreign",
            Self::Downgrade => "redirect_downgrade",
            Self::PrivateAddress => "redirect_private_address",
            Self::TooMany { .. } => "redirect_too_many",
        }
    }
}

/// Marks a request, among its extensions, that goes to a host which a peer named: a [`Transport`](crate::Transport)
/// connects to public addresses only and fails otherwise with
/// [`ForbiddenAddress`](crate::ConnectFailure::ForbiddenAddress).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicOnly;

/// Where to go next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hop {
    /// Below the base URL: its path and query without the prefix.
    Own(String),
    /// Another host, without the credential.
    Foreign {
        uri: Uri,
        /// Whether only a public address may be connected to.
        public_only: bool,
    },
}

/// Where an answer redirects a call that reads, if it does and the call follows any.
pub(crate) fn target(
    rule: Redirects,
    base: &BaseUrl,
    from: &Uri,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Hop>, RedirectError> {
    let redirects = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    if !redirects || rule == Redirects::Refuse {
        return Ok(None);
    }
    let location = headers
        .get(http::header::LOCATION)
        .and_then(|location| location.to_str().ok())
        .ok_or(RedirectError::Unreadable)?;
    let address = absolute(location.trim(), from).ok_or(RedirectError::Unreadable)?;
    // Once another host has answered, it does not say what the credential is used for.
    let left = base.own_path(&from.to_string()).is_err();
    if !left && let Ok(own) = base.own_path(&address) {
        return Ok(Some(Hop::Own(own.to_owned())));
    }
    match rule {
        Redirects::Refuse => Ok(None),
        Redirects::Own => Err(RedirectError::Foreign),
        Redirects::AnyHost => foreign(base, from, &address).map(Some),
    }
}

/// The address that a location means: itself, or a path on the host it came from.
fn absolute(location: &str, from: &Uri) -> Option<String> {
    if location.starts_with('/') && !location.starts_with("//") {
        let (scheme, authority) = (from.scheme_str()?, from.authority()?);
        return Some(format!("{scheme}://{authority}{location}"));
    }
    location.contains("://").then(|| location.to_owned())
}

fn foreign(base: &BaseUrl, from: &Uri, address: &str) -> Result<Hop, RedirectError> {
    let without_fragment = address.split('#').next().unwrap_or_default();
    let uri: Uri = without_fragment
        .parse()
        .map_err(|_| RedirectError::Unreadable)?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(RedirectError::Unreadable);
    };
    if authority.as_str().contains('@') || uri.path_and_query().is_none_or(is_odd) {
        return Err(RedirectError::Unreadable);
    }
    let plain_allowed = from.scheme() == Some(&Scheme::HTTP) && *scheme == Scheme::HTTP;
    if *scheme != Scheme::HTTPS && !plain_allowed {
        return Err(RedirectError::Downgrade);
    }
    // Whoever configured an address within a private network has its peers there.
    let public_only = is_public_host(base.host());
    if public_only && !is_public_host(authority.host()) {
        return Err(RedirectError::PrivateAddress);
    }
    Ok(Hop::Foreign { uri, public_only })
}

fn is_odd(target: &PathAndQuery) -> bool {
    !target.as_str().starts_with('/')
}

/// As far as the name itself tells; what it resolves to is the transport's to see.
pub(crate) fn is_public_host(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return false;
    }
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or(true, is_public)
}

#[cfg(test)]
mod tests;
