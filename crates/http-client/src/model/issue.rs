//! Issues of Bitbucket's own tracker, which Bitbucket Cloud removed in August 2026.

use bitbucket_api_paths::{IssueId, ParseError};
use serde::{Deserialize, Serialize};

use super::{Fields, href, lenient};

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireIssue")]
#[non_exhaustive]
pub struct Issue {
    /// Its number within its repository.
    pub id: IssueId,
    /// Its title.
    pub title: String,
    /// Its state as sent, for example `new` or `resolved`.
    pub state: String,
    /// Its page for people.
    pub html_url: Option<String>,
}

/// An issue to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIssue {
    /// Its title.
    pub title: String,
    /// Its text.
    pub content: String,
    /// Its kind (`bug`, `enhancement`, …); `None` leaves it to Bitbucket.
    pub kind: Option<String>,
    /// Its priority (`trivial` … `blocker`); `None` leaves it to Bitbucket.
    pub priority: Option<String>,
}

/// A text in a body: `{"raw": …}`.
#[derive(Serialize)]
pub(crate) struct RawText<'a> {
    pub(crate) raw: &'a str,
}

impl Fields for Issue {
    const FIELDS: &'static [&'static str] = &["id", "title", "state", "links.html.href"];
}

#[derive(Deserialize)]
struct WireIssue {
    id: u64,
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    state: Option<String>,
    #[serde(default)]
    links: Option<serde_json::Value>,
}

impl TryFrom<WireIssue> for Issue {
    type Error = ParseError;

    fn try_from(wire: WireIssue) -> Result<Self, Self::Error> {
        Ok(Self {
            id: IssueId::new(wire.id)?,
            title: wire.title.unwrap_or_default(),
            state: wire.state.unwrap_or_default(),
            html_url: href(wire.links.as_ref(), "html"),
        })
    }
}
