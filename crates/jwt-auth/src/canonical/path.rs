//! The path's part of the line.

use super::RequestError;
use super::component::any_byte;
use super::rule::Profile;

/// Refuses what can't be an encoded path.
pub(super) fn check(path: &str) -> Result<(), RequestError> {
    if !path.is_empty() && !path.starts_with('/') {
        return Err(RequestError::RelativePath);
    }
    let forbidden = |byte: u8| (byte <= b' ') | (byte == 0x7f) | (byte == b'?') | (byte == b'#');
    if !any_byte(path, forbidden) {
        return Ok(());
    }
    let position = path.bytes().position(forbidden).unwrap_or_default();
    Err(RequestError::InvalidPathByte { position })
}

/// Takes `base` from the front of `path` where a segment of the path ends there. `base` is empty or `/…` without a slash at its end.
pub(super) fn without_base<'p>(path: &'p str, base: &str) -> &'p str {
    match path.strip_prefix(base) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        Some(_) | None => path,
    }
}

/// Appends `path` to the line as `profile` wants it.
pub(super) fn append(line: &mut String, path: &str, profile: Profile) {
    match profile {
        Profile::Atlassian => append_atlassian(line, path),
        Profile::SentryOutgoing | Profile::SentryIncoming => {
            line.push_str(path.trim_end_matches('/'));
        }
    }
}

fn append_atlassian(line: &mut String, path: &str) {
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        line.push('/');
        return;
    }
    let mut parts = path.split('&');
    line.push_str(parts.next().unwrap_or_default());
    for part in parts {
        line.push_str("%26");
        line.push_str(part);
    }
}
