//! Profiles: what a grammar reads, as data that a configuration file can hold.

mod check;
mod compile;
mod presets;

pub use check::ProfileError;

use crate::action::Action;
use crate::grammar::Grammar;
use crate::grammar::rules::Rules;
use crate::issue_host::IssueHost;
use crate::short_id::IdForm;

/// How messages are to be read. Start from [`Profile::sentry`], [`Profile::strict`] or [`Profile::smart`], or declare one in a
/// configuration file; [`Profile::grammar`] checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct Profile {
    /// What people call it.
    pub name: String,
    /// The words that start a statement, and what they ask for.
    pub keywords: Vec<KeywordGroup>,
    /// The forms of short ids, tried in this order.
    pub ids: Vec<IdForm>,
    /// What may stand behind a keyword.
    pub statement: Statement,
    /// A message that contains one of these texts is left alone.
    #[cfg_attr(feature = "serde", serde(default))]
    pub skip_markers: Vec<String>,
    /// Addresses of issues on these hosts and their sub-domains count.
    #[cfg_attr(feature = "serde", serde(default))]
    pub issue_hosts: Vec<IssueHost>,
}

/// Keywords with the same meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct KeywordGroup {
    /// What they ask for.
    pub action: Action,
    /// Words of 2 to 16 ASCII letters; case does not count.
    pub words: Vec<String>,
}

/// What may stand behind a keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "kind", rename_all = "snake_case")
)]
pub enum Statement {
    /// Any words over any number of lines, as Sentry reads: each id in it counts.
    Run,
    /// Ids only, on the keyword's line or in its trailer.
    List(ListRules),
}

/// The rules of [`Statement::List`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, default)
)]
pub struct ListRules {
    /// Words that may stand before an id, such as `issue`.
    pub fillers: Vec<String>,
    /// What joins ids behind one keyword: words, or one of `,` `;` `&` `/` `+` `|`. A bracket, quote, back-tick or `#` that opens the
    /// next id joins too when there is any joiner.
    pub joiners: Vec<String>,
    /// Only keywords that ask for [`Action::Reference`] take more than one id.
    pub one_id_per_action: bool,
    /// `fix(ID): …` and `fix(scope): ID`, as in Conventional Commits.
    pub scopes: bool,
    /// A keyword behind `-`, such as in `hot-fix`, counts.
    pub compounds: bool,
    /// An id whose number has no digit counts in lower case too, such as `front-end`.
    pub lower_case_words: bool,
    /// Words that take a statement back when one is among the three before the keyword, such as `not`.
    pub negations: Vec<String>,
    /// The subject of a reverted commit, as in `Revert "Fixes ID"`, counts.
    pub reverts: bool,
    /// Lines that start with `>` count.
    pub quotes: bool,
}

impl Profile {
    /// Checks the profile and makes it ready to read.
    ///
    /// # Errors
    /// [`ProfileError`] names the first thing that is wrong.
    pub fn grammar(&self) -> Result<Grammar, ProfileError> {
        check::check(self)?;
        Ok(Grammar::of(Rules::of(self)))
    }
}
