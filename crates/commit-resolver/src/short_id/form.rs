//! How each kind of tracker spells its short ids.

use super::{MAX_LENGTH, MAX_NUMBER, ShortIdError};

/// A kind of tracker's way to spell short ids. The same text means different issues in different forms: `WEB-J` is 18 in
/// Sentry and 19 in GlitchTip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum IdForm {
    /// Sentry: `PROJECT-1A`, the number in Crockford's base 32 (no I, L, O, U; when read, `O` is 0, `I` and `L` are 1). The
    /// last `-`, `_` or white space separates; `issue:` may stand in front.
    Sentry,
    /// GlitchTip: `PROJECT-1V`, the number in base 32 with the digits 0-9 and A-V.
    #[cfg_attr(feature = "serde", serde(rename = "glitchtip"))]
    GlitchTip,
    /// Bugsink: `PROJECT-42`, the number in decimal.
    Bugsink,
    /// An issue tracker's key: `PROJECT-123`, where the project starts with a letter and has no `-`, the number in decimal.
    Key,
    /// A repository's own issue: `#12`, or `12` where only an id can stand; it has no project.
    Number,
}

impl IdForm {
    /// Every form.
    pub const ALL: [Self; 5] = [
        Self::Sentry,
        Self::GlitchTip,
        Self::Bugsink,
        Self::Key,
        Self::Number,
    ];

    /// The stable name, as in a configuration file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sentry => "sentry",
            Self::GlitchTip => "glitchtip",
            Self::Bugsink => "bugsink",
            Self::Key => "key",
            Self::Number => "number",
        }
    }

    const fn digits(self) -> &'static [u8] {
        match self {
            Self::Sentry => b"0123456789ABCDEFGHJKMNPQRSTVWXYZ",
            Self::GlitchTip => b"0123456789ABCDEFGHIJKLMNOPQRSTUV",
            Self::Bugsink | Self::Key | Self::Number => b"0123456789",
        }
    }

    /// Splits a text into project and number without allocating.
    pub(crate) fn read(self, text: &str) -> Result<(&str, u64), ShortIdError> {
        if text.len() > MAX_LENGTH {
            return Err(ShortIdError::TooLong);
        }
        match self {
            Self::Sentry => self.split(without_prefix(text), |c| {
                c == '-' || c == '_' || c.is_whitespace()
            }),
            Self::GlitchTip | Self::Bugsink | Self::Key => self.split(text, |c| c == '-'),
            Self::Number => Ok(("", self.number(text.strip_prefix('#').unwrap_or(text))?)),
        }
    }

    fn split(self, text: &str, separator: fn(char) -> bool) -> Result<(&str, u64), ShortIdError> {
        let (at, found) = text
            .char_indices()
            .rfind(|(_, c)| separator(*c))
            .ok_or(ShortIdError::NoSeparator)?;
        let project = text.get(..at).unwrap_or_default();
        self.check_project(project)?;
        Ok((
            project,
            self.number(text.get(at + found.len_utf8()..).unwrap_or_default())?,
        ))
    }

    fn check_project(self, project: &str) -> Result<(), ShortIdError> {
        let key = self == Self::Key;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (c == '-' && !key);
        let first = project.chars().next().ok_or(ShortIdError::NoProject)?;
        if key && !first.is_ascii_alphabetic() {
            return Err(ShortIdError::ProjectCharacter(first));
        }
        project
            .chars()
            .find(|c| !fits(*c))
            .map_or(Ok(()), |c| Err(ShortIdError::ProjectCharacter(c)))
    }

    fn number(self, text: &str) -> Result<u64, ShortIdError> {
        if text.is_empty() {
            return Err(ShortIdError::NoNumber);
        }
        let base = self.digits().len() as u64;
        text.chars().try_fold(0, |value: u64, c| {
            let digit = self.digit(c).ok_or(ShortIdError::NotADigit(c))?;
            let value = value.saturating_mul(base).saturating_add(digit);
            if value > MAX_NUMBER {
                Err(ShortIdError::TooLarge)
            } else {
                Ok(value)
            }
        })
    }

    fn digit(self, c: char) -> Option<u64> {
        let upper = c.to_ascii_uppercase();
        let read = match (self, upper) {
            (Self::Sentry, 'O') => '0',
            (Self::Sentry, 'I' | 'L') => '1',
            _ => upper,
        };
        self.digits()
            .iter()
            .position(|digit| char::from(*digit) == read)
            .map(|at| at as u64)
    }

    /// The tracker's own spelling.
    pub(super) fn spell(self, project: &str, number: u64) -> String {
        let mut text = String::with_capacity(project.len() + 8);
        text.push_str(project);
        text.make_ascii_uppercase();
        text.push(if self == Self::Number { '#' } else { '-' });
        self.spell_number(number, &mut text);
        text
    }

    fn spell_number(self, number: u64, text: &mut String) {
        let digits = self.digits();
        let base = digits.len() as u64;
        let mut weight = 1;
        while number / weight >= base {
            weight *= base;
        }
        while weight > 0 {
            let digit = usize::try_from(number / weight % base).unwrap_or_default();
            text.push(digits.get(digit).copied().map_or('0', char::from));
            weight /= base;
        }
    }
}

fn without_prefix(text: &str) -> &str {
    match text.split_at_checked("issue:".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("issue:") => rest,
        _ => text,
    }
}
