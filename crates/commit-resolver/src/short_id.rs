//! Short ids: a project and a number, in the spelling of one kind of tracker.

mod form;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

pub use form::IdForm;

/// The greatest number a short id may have: what Sentry's counter can hold.
pub const MAX_NUMBER: u64 = 2_147_483_647;

/// The longest text that is read as a short id, in bytes.
pub const MAX_LENGTH: usize = 128;

/// Why a text is no short id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShortIdError {
    /// Nothing separates a project from a number.
    #[error("no `-` separates a project from a number")]
    NoSeparator,
    /// Nothing stands before the separator.
    #[error("no project before the number")]
    NoProject,
    /// A project holds something else than ASCII letters, digits, `-` and `_`.
    #[error("{0:?} can't stand in a project")]
    ProjectCharacter(char),
    /// Nothing stands behind the separator.
    #[error("no number after the project")]
    NoNumber,
    /// The number holds a character that is no digit in this tracker's notation.
    #[error("{0:?} is no digit of this tracker's numbers")]
    NotADigit(char),
    /// The number is greater than [`MAX_NUMBER`].
    #[error("the number is greater than {MAX_NUMBER}")]
    TooLarge,
    /// The text is longer than [`MAX_LENGTH`].
    #[error("longer than {MAX_LENGTH} bytes")]
    TooLong,
}

impl ShortIdError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSeparator => "short_id_no_separator",
            Self::NoProject => "short_id_no_project",
            Self::ProjectCharacter(_) => "short_id_project_character",
            Self::NoNumber => "short_id_no_number",
            Self::NotADigit(_) => "short_id_not_a_digit",
            Self::TooLarge => "short_id_too_large",
            Self::TooLong => "short_id_too_long",
        }
    }
}

/// The name of an issue within a tracker's organization, such as `ROCKET-1A`.
///
/// Two ids are equal when they have the same form, project and number: letter case does not count, nor which of several
/// spellings of a digit was used (`ROCKET-O1` is `ROCKET-1`).
///
/// ```
/// use bitbucket_commit_resolver::ShortId;
///
/// let id = ShortId::parse("my-app_lo")?;
/// assert_eq!(id.project(), "my-app");
/// assert_eq!(id.number(), 32);
/// assert_eq!(id.as_str(), "MY-APP-10");
/// # Ok::<(), bitbucket_commit_resolver::ShortIdError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ShortId {
    form: IdForm,
    project: Box<str>,
    number: u64,
    text: Box<str>,
}

impl ShortId {
    /// Reads an id in Sentry's form; see [`IdForm::Sentry`].
    ///
    /// # Errors
    /// [`ShortIdError`] when the text is none.
    pub fn parse(text: &str) -> Result<Self, ShortIdError> {
        Self::parse_as(IdForm::Sentry, text)
    }

    /// Reads an id in the form of a given kind of tracker.
    ///
    /// # Errors
    /// [`ShortIdError`] when the text is none in that form.
    pub fn parse_as(form: IdForm, text: &str) -> Result<Self, ShortIdError> {
        let (project, number) = form.read(text)?;
        Ok(Self::from_parts(form, project, number))
    }

    pub(crate) fn from_parts(form: IdForm, project: &str, number: u64) -> Self {
        let text = form.spell(project, number).into_boxed_str();
        Self {
            form,
            project: project.to_ascii_lowercase().into_boxed_str(),
            number,
            text,
        }
    }

    /// Which kind of tracker spells its ids like this.
    #[must_use]
    pub const fn form(&self) -> IdForm {
        self.form
    }

    /// The project's slug in lower case; empty for [`IdForm::Number`].
    #[must_use]
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The value of the part behind the project.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The tracker's own spelling: project in upper case, number without leading zeros.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for ShortId {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ShortId {}

impl PartialOrd for ShortId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By project, then by number, then by form.
impl Ord for ShortId {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.project, self.number, self.form).cmp(&(&other.project, other.number, other.form))
    }
}

impl Hash for ShortId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.project, self.number, self.form).hash(state);
    }
}

impl fmt::Display for ShortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl FromStr for ShortId {
    type Err = ShortIdError;

    fn from_str(text: &str) -> Result<Self, ShortIdError> {
        Self::parse(text)
    }
}

/// As [`ShortId::as_str`].
#[cfg(feature = "serde")]
impl serde::Serialize for ShortId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
