//! Markdown links: `[text](target)`, where the text holds no `]` and the target no `)`, and neither is empty.

use memchr::memchr;

use super::work;

/// Where the parts of a link are, as offsets in the message. What counts is between `open` and `close`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// The `[`.
    pub(crate) open: usize,
    /// The `]`.
    pub(crate) close: usize,
    /// Behind the `)`.
    pub(crate) end: usize,
}

impl Link {
    /// No link any more.
    pub(crate) const NONE: Self = Self {
        open: usize::MAX,
        close: usize::MAX,
        end: usize::MAX,
    };

    pub(crate) fn is_none(self) -> bool {
        self.open == usize::MAX
    }

    /// The first link that starts at `from` or later, or [`Link::NONE`].
    pub(crate) fn next(bytes: &[u8], mut from: usize) -> Self {
        while let Some(open) = find(bytes, b'[', from) {
            let Some(close) = find(bytes, b']', open + 1) else {
                break;
            };
            from = close + 1;
            // All brackets before this `]` share its fate, so that each byte is looked at a few times only.
            if close == open + 1 || bytes.get(close + 1) != Some(&b'(') {
                continue;
            }
            let Some(last) = find(bytes, b')', close + 2) else {
                break;
            };
            if last > close + 2 {
                return Self {
                    open,
                    close,
                    end: last + 1,
                };
            }
        }
        Self::NONE
    }
}

fn find(bytes: &[u8], byte: u8, from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = memchr(byte, rest);
    work::looked_at(found.map_or(rest.len(), |at| at + 1));
    found.map(|at| from + at)
}
