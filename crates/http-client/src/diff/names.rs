//! Paths as git writes them: plain, or quoted as in C when they hold characters that could be misread.

/// A path after `rename from`, `copy to` or in a combined diff's first line: no prefix.
pub(super) fn bare(text: &[u8]) -> Vec<u8> {
    match unquoted(text) {
        Some((name, _)) => name,
        None => text.to_vec(),
    }
}

/// A path after `--- ` or `+++ `; `None` for `/dev/null`. Git adds a tab behind a plain name that holds spaces.
pub(super) fn sided(text: &[u8]) -> Option<Vec<u8>> {
    if let Some((name, _)) = unquoted(text) {
        return Some(without_prefix(&name).to_vec());
    }
    let plain = text.strip_suffix(b"\t").unwrap_or(text);
    (plain != b"/dev/null").then(|| without_prefix(plain).to_vec())
}

/// The two paths of a `diff --git` line. Plain names can be told apart only when they are the same, which they are
/// wherever no other header line names them.
pub(super) fn pair(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if let Some((old, rest)) = unquoted(text) {
        let new = rest.strip_prefix(b" ")?;
        let new = unquoted(new).map_or_else(|| new.to_vec(), |(name, _)| name);
        return Some((without_prefix(&old).to_vec(), without_prefix(&new).to_vec()));
    }
    if text.ends_with(b"\"") {
        let at = text.windows(2).position(|window| window == b" \"")?;
        let (new, _) = unquoted(&text[at + 1..])?;
        return Some((
            without_prefix(&text[..at]).to_vec(),
            without_prefix(&new).to_vec(),
        ));
    }
    let middle = text.len() / 2;
    let (old, new) = (text.get(..middle)?, text.get(middle + 1..)?);
    let (old, new) = (without_prefix(old), without_prefix(new));
    (text.get(middle) == Some(&b' ') && old == new).then(|| (old.to_vec(), new.to_vec()))
}

fn without_prefix(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"a/")
        .or_else(|| path.strip_prefix(b"b/"))
        .unwrap_or(path)
}

/// A quoted name at the beginning of `text`, and what comes behind it.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::with_capacity(rest.len());
    loop {
        let (&byte, after) = rest.split_first()?;
        match byte {
            b'"' => return Some((name, after)),
            b'\\' => {
                let (meant, after) = escaped(after)?;
                name.push(meant);
                rest = after;
            }
            _ => {
                name.push(byte);
                rest = after;
            }
        }
    }
}

/// What an escape behind its backslash means: a letter, or three octal digits.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let (&first, after) = text.split_first()?;
    let meant = match first {
        b'a' => 0x07,
        b'b' => 0x08,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 0x0b,
        b'f' => 0x0c,
        b'r' => b'\r',
        b'"' | b'\\' => first,
        b'0'..=b'3' => return octal(text),
        _ => return None,
    };
    Some((meant, after))
}

fn octal(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, after) = text.split_at_checked(3)?;
    if !digits.iter().all(|digit| matches!(digit, b'0'..=b'7')) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0_u8, |value, digit| (value << 3) | (digit - b'0'));
    Some((value, after))
}
