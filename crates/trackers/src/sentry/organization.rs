//! The organization that a tracker speaks for.

use std::fmt;
use std::str::FromStr;

/// The slug or number of an organization, as it stands in addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationSlug(String);

/// A text that names no organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an organization is 1 to 100 ASCII letters, digits, `-` or `_`")]
pub struct InvalidOrganization;

impl InvalidOrganization {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "organization_invalid"
    }
}

impl OrganizationSlug {
    /// Reads a slug or number.
    ///
    /// # Errors
    /// [`InvalidOrganization`] for anything but 1 to 100 ASCII letters, digits, `-` or `_`.
    pub fn parse(text: &str) -> Result<Self, InvalidOrganization> {
        let clean = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if clean && (1..=100).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidOrganization)
        }
    }

    /// The slug or number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrganizationSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrganizationSlug {
    type Err = InvalidOrganization;

    fn from_str(text: &str) -> Result<Self, InvalidOrganization> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_has_no_character_that_means_something_in_an_address() {
        assert_eq!(
            OrganizationSlug::parse("acme-2_x").unwrap().as_str(),
            "acme-2_x"
        );
        for text in ["", "a/b", "..", "acme ", "ä", &"a".repeat(101)] {
            assert_eq!(
                OrganizationSlug::parse(text),
                Err(InvalidOrganization),
                "{text}"
            );
        }
    }
}
