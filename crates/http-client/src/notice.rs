//! What answers say besides their content: that an endpoint is going away, that the allowance is running out.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use http::header::LINK;

/// The longest header value kept, in characters.
const MAX_VALUE: usize = 256;

/// Something that an answer says besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The endpoint is deprecated (`Deprecation`, `Sunset`, `Link` with `rel="deprecation"`; RFC 9745, RFC 8594).
    Deprecated {
        /// The endpoint's template.
        template: &'static str,
        /// Since when, as sent: `@` and seconds, or a date.
        since: Option<String>,
        /// When it stops answering, as sent.
        sunset: Option<String>,
        /// Where this is explained.
        link: Option<String>,
    },
    /// Less than a part of the hourly allowance is left (`X-RateLimit-NearLimit`).
    NearLimit {
        /// The endpoint's template.
        template: &'static str,
        /// The allowance per hour, when it was sent.
        limit: Option<u64>,
        /// The resource that it counts for, when it was sent.
        resource: Option<String>,
    },
}

/// Hears the [`Notice`]s of all answers. It is called on every call's road and must not block.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait NoticeObserver: Send + Sync {
    /// An answer said this.
    fn notice(&self, notice: &Notice);
}

/// Logs the first notice of each kind per endpoint as a warning.
#[derive(Default)]
pub struct LoggedNotices {
    told: Mutex<HashSet<(&'static str, &'static str)>>,
}

impl NoticeObserver for LoggedNotices {
    fn notice(&self, notice: &Notice) {
        let (kind, template) = match notice {
            Notice::Deprecated { template, .. } => ("deprecated", *template),
            Notice::NearLimit { template, .. } => ("near_limit", *template),
        };
        if !self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((kind, template))
        {
            return;
        }
        match notice {
            Notice::Deprecated {
                since,
                sunset,
                link,
                ..
            } => tracing::warn!(
                http.template = template,
                since = since.as_deref(),
                sunset = sunset.as_deref(),
                link = link.as_deref(),
                "the endpoint is deprecated"
            ),
            Notice::NearLimit {
                limit, resource, ..
            } => tracing::warn!(
                http.template = template,
                limit,
                resource = resource.as_deref(),
                "the hourly allowance is running out"
            ),
        }
    }
}

impl fmt::Debug for LoggedNotices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedNotices").finish_non_exhaustive()
    }
}

/// The notices in an answer's headers.
pub(crate) fn notices(template: &'static str, headers: &HeaderMap) -> Vec<Notice> {
    [
        deprecation(template, headers),
        near_limit_notice(template, headers),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether an answer says that the allowance is running out.
pub(crate) fn near_limit(headers: &HeaderMap) -> bool {
    value(headers, "x-ratelimit-nearlimit").is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn deprecation(template: &'static str, headers: &HeaderMap) -> Option<Notice> {
    let since = value(headers, "deprecation");
    let sunset = value(headers, "sunset");
    let link = headers
        .get_all(LINK)
        .iter()
        .find_map(|header| deprecation_link(header.to_str().ok()?));
    if since.is_none() && sunset.is_none() && link.is_none() {
        return None;
    }
    Some(Notice::Deprecated {
        template,
        since,
        sunset,
        link,
    })
}

fn near_limit_notice(template: &'static str, headers: &HeaderMap) -> Option<Notice> {
    near_limit(headers).then(|| Notice::NearLimit {
        template,
        limit: value(headers, "x-ratelimit-limit").and_then(|text| text.parse().ok()),
        resource: value(headers, "x-ratelimit-resource"),
    })
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(MAX_VALUE).collect())
}

/// The target of the link whose relation is `deprecation` in a `Link` header (RFC 8288).
fn deprecation_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let parameters = &after[..end_of_part(after, b',')];
        if has_deprecation_relation(parameters) {
            return Some(target.chars().take(MAX_VALUE).collect());
        }
        rest = &after[parameters.len()..];
    }
    None
}

/// Where a part ends: at the next `separator` outside quotes, in which `\` stands before what is meant as it is.
fn end_of_part(text: &str, separator: u8) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if byte == separator && !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn has_deprecation_relation(parameters: &str) -> bool {
    let mut rest = parameters;
    while !rest.is_empty() {
        let (parameter, after) = rest.split_at(end_of_part(rest, b';'));
        if is_deprecation_relation(parameter) {
            return true;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    false
}

fn is_deprecation_relation(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value
                .trim()
                .trim_matches('"')
                .split_ascii_whitespace()
                .any(|relation| relation.eq_ignore_ascii_case("deprecation"))
    })
}

#[cfg(test)]
mod tests;
