//! Short names for commits, so that a test may say `a1` and mean a full hash.

use crate::crypto::sha256_hex;

/// The full hash of a commit that a test calls by a short name; a full hash stays what it is.
///
/// ```
/// assert_eq!(bitbucket_simulator::sha("a1").len(), 40);
/// assert_eq!(bitbucket_simulator::sha("a1"), bitbucket_simulator::sha("a1"));
/// ```
pub fn sha(label: &str) -> String {
    if is_full(label) {
        return label.to_ascii_lowercase();
    }
    let mut hash = sha256_hex(format!("commit {label}").as_bytes());
    hash.truncate(40);
    hash
}

fn is_full(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A uuid in braces that follows from a name, so that the default world is the same in every run.
pub(crate) fn uuid(name: &str) -> String {
    let hash = sha256_hex(name.as_bytes());
    format!(
        "{{{}-{}-4{}-8{}-{}}}",
        &hash[0..8],
        &hash[8..12],
        &hash[12..15],
        &hash[15..18],
        &hash[18..30]
    )
}

/// A uuid in braces that was never used before.
pub(crate) fn fresh_uuid() -> String {
    uuid::Uuid::new_v4().braced().to_string()
}
