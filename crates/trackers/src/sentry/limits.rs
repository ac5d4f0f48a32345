//! What Sentry accepts, and how things are made to fit. One value too long makes Sentry refuse a whole release.
//!
//! Limits of text are counted in characters. They stand in Sentry's published OpenAPI description unless said otherwise.

use std::time::Duration;

/// The longest version of a release.
pub(crate) const LONGEST_VERSION: usize = 200;
/// The longest repository name of a commit.
pub(crate) const LONGEST_REPOSITORY: usize = 64;
/// The longest name of an author.
pub(crate) const LONGEST_AUTHOR_NAME: usize = 128;
/// The longest e-mail address that Sentry keeps whole; it cuts longer ones, which makes another address of them.
pub(crate) const LONGEST_AUTHOR_EMAIL: usize = 75;
/// The longest path of a changed file.
pub(crate) const LONGEST_PATH: usize = 510;
/// The longest address of a release. Not stated by Sentry: the usual length of such a column.
pub(crate) const LONGEST_URL: usize = 200;
/// The most commits sent with a release. Ours: Sentry handles them one after another within the request.
pub(crate) const MOST_COMMITS: usize = 1_000;
/// The most changed files sent with a release. Ours, for the same reason.
pub(crate) const MOST_CHANGES: usize = 20_000;
/// The longest answer that is read, in bytes.
pub(crate) const LONGEST_ANSWER: usize = 8 * 1024 * 1024;
/// The longest wait that the tracker may ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// The wait when another request is setting the commits of the same release.
pub(crate) const WAIT_FOR_OTHER_WRITER: Duration = Duration::from_secs(5);

/// Why a text can't be the version of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It is empty or blank.
    #[error("a release's version is not empty")]
    Empty,
    /// It is longer than 200 characters.
    #[error("a release's version has at most {LONGEST_VERSION} characters")]
    TooLong,
    /// It holds a character that Sentry forbids.
    #[error("a release's version holds no {0:?}")]
    Character(char),
    /// It is `.`, `..` or `latest`, which Sentry keeps for itself.
    #[error("a release's version is not `.`, `..` or `latest`")]
    Reserved,
}

impl VersionError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "version_empty",
            Self::TooLong => "version_too_long",
            Self::Character(_) => "version_character",
            Self::Reserved => "version_reserved",
        }
    }
}

/// Whether Sentry takes this text as a release's version.
///
/// # Errors
/// [`VersionError`] says what is wrong with it.
pub fn check_version(version: &str) -> Result<(), VersionError> {
    let forbidden = |c: &char| c.is_control() || matches!(c, '/' | '\\');
    if version.trim().is_empty() {
        return Err(VersionError::Empty);
    }
    if version.chars().count() > LONGEST_VERSION {
        return Err(VersionError::TooLong);
    }
    if let Some(character) = version.chars().find(forbidden) {
        return Err(VersionError::Character(character));
    }
    let bare = version.trim();
    let reserved = [".", ".."].contains(&bare) || bare.eq_ignore_ascii_case("latest");
    if reserved {
        Err(VersionError::Reserved)
    } else {
        Ok(())
    }
}

/// The name of a repository in lower case, which Sentry compares exactly. One that is too long becomes an alias: its beginning and a
/// hash of all of it, so that the same repository always has the same alias and no other has it. The flag says whether it is one.
pub(crate) fn repository_name(name: &str) -> (String, bool) {
    let name = name.to_lowercase();
    if name.chars().count() <= LONGEST_REPOSITORY {
        return (name, false);
    }
    let suffix = format!("-{:016x}", fnv1a(name.as_bytes()));
    let start: String = name
        .chars()
        .take(LONGEST_REPOSITORY - suffix.len())
        .collect();
    (start + &suffix, true)
}

/// FNV-1a with 64 bits: the same on every machine and in every version, which the standard library's hasher is not.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A name cut to its limit; `None` when it says nothing.
pub(crate) fn author_name(name: &str) -> Option<String> {
    let cut: String = name.trim().chars().take(LONGEST_AUTHOR_NAME).collect();
    Some(cut).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_checked_by_sentrys_rules() {
        assert_eq!(check_version("rocket@1.4.0+7 beta"), Ok(()));
        assert_eq!(check_version(&"ä".repeat(200)), Ok(()));
        assert_eq!(check_version(" "), Err(VersionError::Empty));
        assert_eq!(check_version(&"a".repeat(201)), Err(VersionError::TooLong));
        assert_eq!(
            check_version("release/1"),
            Err(VersionError::Character('/'))
        );
        assert_eq!(check_version("1\n2"), Err(VersionError::Character('\n')));
        for version in [".", "..", "latest", " Latest"] {
            assert_eq!(
                check_version(version),
                Err(VersionError::Reserved),
                "{version}"
            );
        }
    }

    #[test]
    fn a_repository_name_is_lower_case_and_keeps_to_its_limit() {
        assert_eq!(
            repository_name("Acme/Rocket"),
            ("acme/rocket".to_owned(), false)
        );
        let fits = "a".repeat(64);
        assert_eq!(repository_name(&fits), (fits, false));
    }

    #[test]
    fn an_alias_is_stable_and_its_own() {
        let (alias, aliased) = repository_name(&format!("acme/{}-one", "x".repeat(60)));
        assert_eq!(
            (alias.as_str(), aliased),
            (
                "acme/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-a9405877d2a7ccb5",
                true
            )
        );
        let (other, _) = repository_name(&format!("acme/{}-two", "x".repeat(60)));
        assert_ne!(alias, other);
        assert_eq!(other.len(), LONGEST_REPOSITORY);
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn a_blank_author_is_none() {
        assert_eq!(author_name(" Ada "), Some("Ada".to_owned()));
        assert_eq!(author_name("  "), None);
        assert_eq!(author_name(&"ä".repeat(200)), Some("ä".repeat(128)));
    }
}
