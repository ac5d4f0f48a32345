//! Which commits a message takes back.

/// The shortest hash that names a commit.
pub(crate) const MIN_SHA: usize = 7;

/// What git and forges write into the message of a revert.
const SENTENCE: &str = "This reverts commit ";

/// The hashes behind `This reverts commit`, which git and forges write into the message of a revert, as they are written there: 7 digits
/// at least.
///
/// ```
/// let message = "Revert \"Count retries\"\n\nThis reverts commit 0123abc.";
/// assert_eq!(bitbucket_commit_resolver::reverted_shas(message).collect::<Vec<_>>(), ["0123abc"]);
/// ```
pub fn reverted_shas(message: &str) -> impl Iterator<Item = &str> {
    message
        .match_indices(SENTENCE)
        .filter_map(|(at, sentence)| {
            let rest = message.get(at + sentence.len()..)?;
            let end = rest
                .find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(rest.len());
            rest.get(..end).filter(|sha| sha.len() >= MIN_SHA)
        })
}

/// The subject in `Revert "…"`, when the message starts like this.
pub(crate) fn reverted_subject(message: &str) -> Option<&str> {
    let quoted = subject(message).strip_prefix("Revert \"")?;
    quoted.strip_suffix('"')
}

/// The first line.
pub(crate) fn subject(message: &str) -> &str {
    message
        .trim_start()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end()
}

/// Whether a commit is meant by a hash that may be abbreviated.
pub(crate) fn is_sha_of(written: &str, sha: &str) -> bool {
    written.len() >= MIN_SHA
        && sha
            .get(..written.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_commit() {
        let message = "Revert \"Fix A-1\"\n\nThis reverts commit 0123abc, reversing changes made to fff.\nThis reverts commit 012.";
        assert_eq!(reverted_shas(message).collect::<Vec<_>>(), ["0123abc"]);
        assert_eq!(reverted_subject(message), Some("Fix A-1"));
        assert_eq!(
            reverted_subject("Revert \"Revert \"Fix A-1\"\"\n"),
            Some("Revert \"Fix A-1\"")
        );
        assert_eq!(reverted_subject("Revert the cache"), None);
        assert_eq!(reverted_subject("Revert \"Fix A-1"), None);
    }

    #[test]
    fn a_hash_may_be_abbreviated_to_seven_digits() {
        assert!(is_sha_of("0123ABC", "0123abcdef"));
        assert!(!is_sha_of("0123ab", "0123abcdef"));
        assert!(!is_sha_of("0123abd", "0123abcdef"));
        assert!(!is_sha_of("0123abcdef0", "0123abcdef"));
    }
}
