//! Hosts of trackers, and the issue that an address on them names.

use std::fmt;
use std::str::FromStr;

/// The greatest number of an issue in an address.
pub const MAX_ISSUE: u64 = 9_223_372_036_854_775_807;

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a host such as `sentry.example.com` or `10.0.0.5:9000`, without scheme and path")]
pub struct InvalidIssueHost;

impl InvalidIssueHost {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "issue_host_invalid"
    }
}

/// A tracker's host, with its port if it has one. Its sub-domains belong to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct IssueHost(String);

impl IssueHost {
    /// Reads a host: letters, digits, `-` and `.`, perhaps with `:` and a port. An IPv6 address stands in brackets.
    ///
    /// # Errors
    /// [`InvalidIssueHost`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidIssueHost> {
        let (name, port) = split_port(text);
        let port_fits = port.is_none_or(|port| !port.is_empty() && port.parse::<u16>().is_ok());
        if is_name(name) && port_fits {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidIssueHost)
        }
    }

    /// The host in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the host itself or a sub-domain of it; `authority` is in lower case.
    pub(crate) fn covers(&self, authority: &str) -> bool {
        authority
            .strip_suffix(self.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }
}

fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    }
}

fn is_name(name: &str) -> bool {
    if let Some(address) = name.strip_prefix('[') {
        return address
            .strip_suffix(']')
            .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.split('.').all(label)
}

impl fmt::Display for IssueHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for IssueHost {
    type Err = InvalidIssueHost;

    fn from_str(text: &str) -> Result<Self, InvalidIssueHost> {
        Self::parse(text)
    }
}

impl TryFrom<String> for IssueHost {
    type Error = InvalidIssueHost;

    fn try_from(text: String) -> Result<Self, InvalidIssueHost> {
        Self::parse(&text)
    }
}

impl From<IssueHost> for String {
    fn from(host: IssueHost) -> Self {
        host.0
    }
}

/// Why an address behind a keyword names no issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressDefect {
    /// The host is none of the configured ones, or the address has a user in it.
    ForeignHost,
    /// The path has no `/issues/` with a number behind it.
    NoIssue,
    /// The number is greater than [`MAX_ISSUE`].
    TooLarge,
}

/// The host and the issue of an address.
pub(crate) fn issue_of(
    address: &[u8],
    hosts: &[IssueHost],
) -> Result<(String, u64), AddressDefect> {
    let text = String::from_utf8_lossy(address);
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    if authority.contains('@') || !hosts.iter().any(|host| host.covers(&authority)) {
        return Err(AddressDefect::ForeignHost);
    }
    let digits = issue_digits(path).ok_or(AddressDefect::NoIssue)?;
    let issue = digits
        .parse()
        .ok()
        .filter(|issue| *issue <= MAX_ISSUE)
        .ok_or(AddressDefect::TooLarge)?;
    Ok((authority, issue))
}

fn issue_digits(path: &str) -> Option<&str> {
    path.match_indices("/issues/").find_map(|(at, found)| {
        let rest = path.get(at + found.len()..)?;
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest.get(..end).filter(|digits| !digits.is_empty())
    })
}
