//! What people and programs say on a pull request or an issue.

use bitbucket_api_paths::{CommentId, ParseError};
use serde::{Deserialize, Serialize};

use super::{Account, Fields, RawText, href, lenient};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WireComment")]
#[non_exhaustive]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// Its text as it was written; empty when it was deleted.
    pub raw: String,
    /// Who wrote it; `None` when the account is gone.
    pub author: Option<Account>,
    /// When it was written; `None` when Bitbucket did not say.
    pub created_on: Option<jiff::Timestamp>,
    /// The comment that it answers.
    pub parent: Option<CommentId>,
    /// Where in the changes it stands; `None` when it is about the whole.
    pub inline: Option<InlinePlace>,
    /// Whether it was deleted; what answers it is still there.
    pub deleted: bool,
    /// Its page for people.
    pub html_url: Option<String>,
}

/// A place in the changes of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub struct InlinePlace {
    /// The file.
    pub path: String,
    /// The line before the change, from 1.
    #[serde(default, rename = "from", skip_serializing_if = "Option::is_none")]
    pub old_line: Option<u32>,
    /// The line after the change, from 1.
    #[serde(default, rename = "to", skip_serializing_if = "Option::is_none")]
    pub new_line: Option<u32>,
}

/// A comment to write on a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct NewComment {
    /// Its text, in Markdown.
    pub text: String,
    /// The comment that it answers.
    pub parent: Option<CommentId>,
    /// Where in the changes it stands.
    pub inline: Option<InlinePlace>,
}

impl NewComment {
    /// A comment on the whole.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parent: None,
            inline: None,
        }
    }
}

/// The body of a new comment.
#[derive(Serialize)]
pub(crate) struct CommentBody<'a> {
    content: RawText<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline: Option<&'a InlinePlace>,
}

#[derive(Serialize)]
struct ParentBody {
    id: u64,
}

impl<'a> CommentBody<'a> {
    pub(crate) fn plain(text: &'a str) -> Self {
        Self {
            content: RawText { raw: text },
            parent: None,
            inline: None,
        }
    }

    pub(crate) fn of(comment: &'a NewComment) -> Self {
        Self {
            parent: comment
                .parent
                .map(|parent| ParentBody { id: parent.value() }),
            inline: comment.inline.as_ref(),
            ..Self::plain(&comment.text)
        }
    }
}

impl Fields for Comment {
    const FIELDS: &'static [&'static str] = &[
        "id",
        "content.raw",
        "user.uuid",
        "user.account_id",
        "user.display_name",
        "created_on",
        "parent.id",
        "inline.path",
        "inline.from",
        "inline.to",
        "deleted",
        "links.html.href",
    ];
}

#[derive(Deserialize)]
struct WireComment {
    id: u64,
    #[serde(default, deserialize_with = "lenient")]
    content: Option<WireContent>,
    #[serde(default, deserialize_with = "lenient")]
    user: Option<Account>,
    #[serde(default, deserialize_with = "lenient")]
    created_on: Option<jiff::Timestamp>,
    #[serde(default, deserialize_with = "lenient")]
    parent: Option<WireParent>,
    #[serde(default, deserialize_with = "lenient")]
    inline: Option<InlinePlace>,
    #[serde(default, deserialize_with = "lenient")]
    deleted: Option<bool>,
    #[serde(default)]
    links: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct WireContent {
    #[serde(default, deserialize_with = "lenient")]
    raw: Option<String>,
}

#[derive(Deserialize)]
struct WireParent {
    id: u64,
}

impl TryFrom<WireComment> for Comment {
    type Error = ParseError;

    fn try_from(wire: WireComment) -> Result<Self, Self::Error> {
        Ok(Self {
            id: CommentId::new(wire.id)?,
            raw: wire
                .content
                .and_then(|content| content.raw)
                .unwrap_or_default(),
            author: wire.user,
            created_on: wire.created_on,
            parent: wire
                .parent
                .and_then(|parent| CommentId::new(parent.id).ok()),
            inline: wire.inline,
            deleted: wire.deleted.unwrap_or(false),
            html_url: href(wire.links.as_ref(), "html"),
        })
    }
}
