//! Who wrote a commit, read from the line that git keeps.

use serde::Deserialize;

use super::lenient;

/// The author of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(from = "WireAuthor")]
pub struct CommitAuthor {
    /// The line as git keeps it, usually `Name <mail>`.
    pub raw: String,
    /// The name, when there is one.
    pub name: Option<String>,
    /// The mail address, when there is one; git does not check its form.
    pub email: Option<String>,
    /// The Atlassian account, when the address belongs to one.
    pub account_id: Option<String>,
}

impl CommitAuthor {
    /// Reads git's author line as git itself does: the name is what stands before the first `<`, the address is what
    /// stands between it and the next `>`. Both are trimmed, and an empty one is `None`. A line without both angle
    /// brackets is a name.
    #[must_use]
    pub fn from_raw(raw: &str) -> Self {
        let (name, email) = split(raw);
        Self {
            raw: raw.to_owned(),
            name: filled(name),
            email: email.and_then(filled),
            account_id: None,
        }
    }

    /// The same author with the Atlassian account that the address belongs to.
    #[must_use]
    pub fn with_account(self, account_id: Option<String>) -> Self {
        Self { account_id, ..self }
    }
}

fn split(raw: &str) -> (&str, Option<&str>) {
    let Some((name, rest)) = raw.split_once('<') else {
        return (raw, None);
    };
    match rest.split_once('>') {
        Some((email, _)) => (name, Some(email)),
        None => (raw, None),
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[derive(Deserialize)]
struct WireAuthor {
    #[serde(default, deserialize_with = "lenient")]
    raw: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    user: Option<WireUser>,
}

#[derive(Deserialize)]
struct WireUser {
    #[serde(default, deserialize_with = "lenient")]
    account_id: Option<String>,
}

impl From<WireAuthor> for CommitAuthor {
    fn from(wire: WireAuthor) -> Self {
        let account_id = wire.user.and_then(|user| user.account_id);
        Self::from_raw(&wire.raw.unwrap_or_default()).with_account(account_id)
    }
}
