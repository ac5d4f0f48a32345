//! What stands before a keyword and takes its statement back.

use memchr::memrchr;

use super::keywords::Keyword;
use super::list::List;
use super::work;
use crate::explain::MissReason;

/// How many words before a keyword may negate it.
const NEGATING_WORDS: usize = 3;
/// How far before a keyword a negation is looked for, in bytes.
const NEGATION_REACH: usize = 64;
/// How far into its line the `>` of a quotation may stand, in bytes.
const QUOTE_INDENT: usize = 16;
/// The typographic apostrophe, in UTF-8.
const APOSTROPHE: &[u8] = "\u{2019}".as_bytes();

/// The lines of a message as far as they were looked at. Keywords come in order, so that each byte is looked at once.
#[derive(Debug)]
pub(crate) struct Context<'t> {
    bytes: &'t [u8],
    line_start: usize,
    quoted: bool,
    looked_to: usize,
    reverted_to: usize,
}

impl<'t> Context<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            line_start: 0,
            quoted: is_quoted(bytes),
            looked_to: 0,
            reverted_to: end_of_reverted_subject(bytes),
        }
    }

    /// Why the statement of this keyword does not count, if so.
    pub(crate) fn refusal(&mut self, keyword: Keyword, rules: &List) -> Option<MissReason> {
        let line = self.line_before(keyword.start);
        if !rules.reverts && keyword.start < self.reverted_to {
            Some(MissReason::Reverted)
        } else if !rules.quotes && self.quoted {
            Some(MissReason::Quoted)
        } else if !rules.compounds && line.last() == Some(&b'-') {
            Some(MissReason::Compound)
        } else {
            is_negated(line, &rules.negations).then_some(MissReason::Negated)
        }
    }

    fn line_before(&mut self, end: usize) -> &'t [u8] {
        let new = self.bytes.get(self.looked_to..end).unwrap_or_default();
        work::looked_at(new.len());
        if let Some(at) = memrchr(b'\n', new) {
            self.line_start = self.looked_to + at + 1;
            self.quoted = is_quoted(self.bytes.get(self.line_start..).unwrap_or_default());
        }
        self.looked_to = end.max(self.looked_to);
        self.bytes.get(self.line_start..end).unwrap_or_default()
    }
}

/// Whether a line starts with `>` behind at most a few blanks, as Markdown has it.
fn is_quoted(line: &[u8]) -> bool {
    let head = line.get(..QUOTE_INDENT).unwrap_or(line);
    head.trim_ascii_start().first() == Some(&b'>')
}

/// Whether one of the last words is a negation; anything else than a word ends the search.
fn is_negated(line: &[u8], negations: &[Vec<u8>]) -> bool {
    let near = line
        .get(line.len().saturating_sub(NEGATION_REACH)..)
        .unwrap_or_default();
    let words = near
        .rsplit(|byte| *byte == b' ' || *byte == b'\t')
        .filter(|word| !word.is_empty());
    let mut words = words
        .take(NEGATING_WORDS)
        .take_while(|word| letters(word).all(|byte| byte.is_ascii_alphabetic() || byte == b'\''));
    words.any(|word| {
        negations
            .iter()
            .any(|negation| letters(word).eq(negation.iter().copied()))
    })
}

/// The word's bytes in lower case, with a plain apostrophe.
fn letters(word: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if let Some(behind) = rest.strip_prefix(APOSTROPHE) {
            rest = behind;
            return Some(b'\'');
        }
        let (first, behind) = rest.split_first()?;
        rest = behind;
        Some(first.to_ascii_lowercase())
    })
}

/// Where the subject of a reverted commit ends: the end of the first line if it is `Revert "…"` or `revert: …`; 0 when it is none, or
/// when a revert is reverted.
pub(crate) fn end_of_reverted_subject(bytes: &[u8]) -> usize {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let mut rest = bytes.get(..end).unwrap_or_default().trim_ascii_start();
    let mut reverts = 0;
    while let Some(behind) = behind_revert(rest) {
        reverts += 1;
        rest = behind;
    }
    if reverts % 2 == 1 { end } else { 0 }
}

fn behind_revert(text: &[u8]) -> Option<&[u8]> {
    let (word, rest) = text.split_at_checked("revert".len())?;
    if !word.eq_ignore_ascii_case(b"revert") {
        return None;
    }
    rest.strip_prefix(b" \"")
        .or_else(|| rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start))
}
