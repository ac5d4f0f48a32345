//! Lines through the changes of one file, from its new version back to its old one.

/// How far away a change still is close to a line.
const NEARBY: u32 = 3;

/// Lines of the old version that became lines of the new one, by a hunk of a diff without context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The first old line; the line before which nothing was, when `old_count` is 0.
    old_start: u32,
    old_count: u32,
    new_start: u32,
    new_count: u32,
}

/// What a commit did to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It wrote it.
    Wrote,
    /// It changed lines close by; the line stood there before.
    Near(u32),
    /// It changed other lines only; the line stood there before.
    Elsewhere(u32),
}

/// The hunks of a diff of one file, in their order.
pub(super) fn changes(diff: &str) -> Vec<Hunk> {
    diff.lines().filter_map(hunk).collect()
}

/// `@@ -old_start,old_count +new_start,new_count @@`; a count that is left out is 1.
fn hunk(line: &str) -> Option<Hunk> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let pair = |text: &str| {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ((old_start, old_count), (new_start, new_count)) = (pair(old)?, pair(new)?);
    Some(Hunk {
        old_start,
        old_count,
        new_start,
        new_count,
    })
}

/// What these changes did to a line of the new version, and where it stood in the old one. Around changed lines a diff may show unchanged
/// ones: a hunk with context counts as a whole.
pub(super) fn trace(hunks: &[Hunk], line: u32) -> Change {
    let mut before = i64::from(line);
    let mut near = false;
    for hunk in hunks {
        let end = hunk.new_start.saturating_add(hunk.new_count);
        if hunk.new_count > 0 && (hunk.new_start..end).contains(&line) {
            return Change::Wrote;
        }
        let close = hunk.new_start.saturating_sub(NEARBY)..=end.saturating_add(NEARBY - 1);
        near |= close.contains(&line);
        // Lines that were only removed stood behind the line that the hunk names.
        let above = match hunk.new_count {
            0 => hunk.new_start < line,
            _ => end <= line,
        };
        if above {
            before += i64::from(hunk.old_count) - i64::from(hunk.new_count);
        }
    }
    let before = u32::try_from(before.max(1)).unwrap_or(u32::MAX);
    if near {
        Change::Near(before)
    } else {
        Change::Elsewhere(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIFF: &str = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3 +3,2 @@ fn\n-old\n+new\n+more\n@@ -10,2 +10,0 @@\n-a\n-b\n@@ -20,0 +20 @@\n+added\n";

    #[test]
    fn hunks_are_read_and_other_lines_are_none() {
        let hunks = changes(DIFF);
        let numbers: Vec<_> = hunks
            .iter()
            .map(|one| (one.old_start, one.old_count, one.new_start, one.new_count))
            .collect();
        assert_eq!(numbers, [(3, 1, 3, 2), (10, 2, 10, 0), (20, 0, 20, 1)]);
        for odd in [
            "@@ -x +1 @@",
            "@@ -1 @@",
            "@@ -1,2 +3,99999999999 @@",
            "+@@ -1 +1 @@",
        ] {
            assert_eq!(changes(odd), [], "{odd}");
        }
    }

    #[test]
    fn a_line_is_found_where_it_stood_before() {
        let hunks = changes(DIFF);
        for (line, expected) in [
            (3, Change::Wrote),
            (4, Change::Wrote),
            (2, Change::Near(2)),
            (5, Change::Near(4)),
            (8, Change::Near(7)),
            (12, Change::Near(13)),
            (16, Change::Elsewhere(17)),
            (20, Change::Wrote),
            (40, Change::Elsewhere(40)),
        ] {
            assert_eq!(trace(&hunks, line), expected, "{line}");
        }
        assert_eq!(trace(&[], 7), Change::Elsewhere(7));
    }
}
