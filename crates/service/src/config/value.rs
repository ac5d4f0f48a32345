//! Values of the configuration that need more than a type.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use jiff::SignedDuration;
use serde::de::{Deserializer, Error, Unexpected};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;
use url::Url;

/// The longest time that can be configured: nothing here waits longer than a month.
const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

/// An `http` or `https` address without credentials, query or fragment; a slash at its end is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpUrl(String);

/// A text that is no address we can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// It can't be read as an address.
    #[error("not an address: something like `https://host` is expected")]
    Malformed,
    /// Another scheme than `http` and `https`.
    #[error("the address must begin with `https://` or `http://`")]
    Scheme,
    /// It holds a user name, query or fragment.
    #[error("the address must have no user name, password, query or fragment")]
    Extra,
}

impl HttpUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// [`InvalidUrl`] for anything but `http(s)://host[:port][/path]`.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidUrl::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidUrl::Scheme);
        }
        let credentials = !url.username().is_empty() || url.password().is_some();
        if credentials || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidUrl::Extra);
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// An address written in this program, in the form that [`HttpUrl::parse`] gives.
    pub(super) fn known(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for HttpUrl {
    type Error = InvalidUrl;

    fn try_from(text: String) -> Result<Self, InvalidUrl> {
        Self::parse(&text)
    }
}

impl From<HttpUrl> for String {
    fn from(url: HttpUrl) -> Self {
        url.0
    }
}

/// Reads `30s`, `1h 30m`, `250ms`: more than nothing and at most 31 days.
pub(super) fn duration<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    const EXPECTED: &str = "a time with its unit, such as `30s`, `5m` or `1h 30m`";
    let text =
        String::deserialize(input).map_err(|_| D::Error::custom(format!("expected {EXPECTED}")))?;
    let parsed = text
        .parse::<SignedDuration>()
        .ok()
        .and_then(|parsed| Duration::try_from(parsed).ok());
    match parsed {
        Some(value) if !value.is_zero() && value <= LONGEST => Ok(value),
        Some(_) => Err(D::Error::custom(
            "expected a time longer than 0 and up to 31 days",
        )),
        None => Err(D::Error::invalid_value(Unexpected::Str(&text), &EXPECTED)),
    }
}

/// Reads a whole number above zero.
pub(super) fn positive<'de, D, N>(input: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: Deserialize<'de> + Default + PartialEq,
{
    let value = N::deserialize(input)?;
    if value == N::default() {
        return Err(D::Error::custom("expected a number above 0"));
    }
    Ok(value)
}

/// Reads networks or addresses: a list, or one text with commas.
pub(super) fn networks<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<IpNet>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Many(Vec<String>),
    }
    let given = Given::deserialize(input)
        .map_err(|_| D::Error::custom("expected networks such as `10.0.0.0/8`"))?;
    let texts = match given {
        Given::One(text) => text.split(',').map(str::to_owned).collect(),
        Given::Many(texts) => texts,
    };
    let texts = texts.iter().map(|text| text.trim());
    texts
        .filter(|text| !text.is_empty())
        .map(|text| {
            network(text).ok_or_else(|| {
                D::Error::invalid_value(Unexpected::Str(text), &"a network such as `10.0.0.0/8`")
            })
        })
        .collect()
}

/// A network in CIDR notation, or a single address.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).ok()
}

/// Reads directives for the log, as `tracing` understands them.
pub(super) fn log_filter<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let text = String::deserialize(input)?;
    match EnvFilter::try_new(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(D::Error::invalid_value(
            Unexpected::Str(&text),
            &"a level (`error`, `warn`, `info`, `debug`, `trace`) or directives such as `info,bitbucket_http_client=debug`",
        )),
    }
}
