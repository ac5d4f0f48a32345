//! Changed files as `git diff` prints them.

use similar::TextDiff;

use crate::{
    crypto::blob_id,
    world::{
        ChangeKind,
        content::{self, Difference},
    },
};

/// Digits of a blob's abbreviated id.
const ID_DIGITS: usize = 7;

/// One file of a diff, with this many unchanged lines around each change.
pub(super) fn file(difference: &Difference, context: usize) -> String {
    let new_path = &difference.change.path;
    let old_path = match &difference.change.kind {
        ChangeKind::Renamed { from } => from,
        _ => new_path,
    };
    let (old_name, new_name) = (quoted("a/", old_path), quoted("b/", new_path));
    let mut text = format!("diff --git {old_name} {new_name}\n");
    text.push_str(&extended_header(difference, old_path));
    let (old, new) = (&difference.old, &difference.new);
    if old == new {
        return text;
    }
    let (before, after) = (
        old.as_deref().unwrap_or_default(),
        new.as_deref().unwrap_or_default(),
    );
    let side = |content: &Option<String>, name: String| match content {
        Some(_) => name,
        None => "/dev/null".to_owned(),
    };
    let (old_name, new_name) = (side(old, old_name), side(new, new_name));
    if content::is_binary(before) || content::is_binary(after) {
        text.push_str(&format!("Binary files {old_name} and {new_name} differ\n"));
    } else if before != after {
        let hunks = TextDiff::from_lines(before, after);
        let mut hunks = hunks.unified_diff();
        text.push_str(&format!("--- {}\n", ended(&old_name)));
        text.push_str(&format!("+++ {}\n", ended(&new_name)));
        text.push_str(&hunks.context_radius(context).to_string());
    }
    text
}

/// The lines between `diff --git` and the hunks.
fn extended_header(difference: &Difference, old_path: &str) -> String {
    let id = |content: &Option<String>| match content {
        Some(content) => blob_id(content.as_bytes())[..ID_DIGITS].to_owned(),
        None => "0".repeat(ID_DIGITS),
    };
    let index = format!("index {}..{}", id(&difference.old), id(&difference.new));
    let changed = difference.old != difference.new;
    match &difference.change.kind {
        ChangeKind::Added => format!("new file mode 100644\n{index}\n"),
        ChangeKind::Removed => format!("deleted file mode 100644\n{index}\n"),
        ChangeKind::Modified if changed => format!("{index} 100644\n"),
        // Nothing but its mode.
        ChangeKind::Modified => "old mode 100644\nnew mode 100755\n".to_owned(),
        ChangeKind::Renamed { .. } => {
            let mut lines = format!(
                "similarity index {}%\nrename from {}\nrename to {}\n",
                similarity(difference),
                quoted("", old_path),
                quoted("", &difference.change.path),
            );
            if changed {
                lines.push_str(&format!("{index} 100644\n"));
            }
            lines
        }
    }
}

fn similarity(difference: &Difference) -> u32 {
    match (&difference.old, &difference.new) {
        (Some(old), Some(new)) if old != new => {
            let ratio = TextDiff::from_lines(old, new).ratio();
            let percent = (0..100)
                .rev()
                .find(|percent| *percent as f32 <= ratio * 100.0);
            percent.unwrap_or(0)
        }
        _ => 100,
    }
}

/// A name with a blank is followed by a tab where a time could follow.
fn ended(name: &str) -> String {
    match name.contains(' ') && !name.starts_with('"') {
        true => format!("{name}\t"),
        false => name.to_owned(),
    }
}

/// A path as git prints it: in quotes, with escapes, if it holds anything but printable ASCII.
pub(super) fn quoted(side: &str, path: &str) -> String {
    let plain = |byte: &u8| matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\');
    if path.as_bytes().iter().all(plain) {
        return format!("{side}{path}");
    }
    let mut text = format!("\"{side}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            b'\r' => text.push_str("\\r"),
            0x20..=0x7e => text.push(char::from(byte)),
            other => text.push_str(&format!("\\{other:03o}")),
        }
    }
    text.push('"');
    text
}
