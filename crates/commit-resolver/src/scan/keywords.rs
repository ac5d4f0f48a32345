//! The words that start a statement.

use super::class;
use super::cursor::Cursor;
use super::prefilter::Stem;
use crate::action::Action;

/// The longest keyword, in bytes.
pub(crate) const MAX_KEYWORD: usize = 16;

/// A keyword that was met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    /// What it asks for.
    pub(crate) action: Action,
}

/// All keywords of a grammar: ASCII letters in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Keywords {
    words: Vec<(Packed, Action)>,
    stems: Vec<Stem>,
    first: [bool; 256],
}

/// The letters of a word in lower case, one byte each.
type Packed = u128;

impl Keywords {
    /// Takes words of 1 to [`MAX_KEYWORD`] ASCII letters.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = (&'w str, Action)>) -> Self {
        let mut keywords = Self {
            words: Vec::new(),
            stems: Vec::new(),
            first: [false; 256],
        };
        for (word, action) in words {
            keywords.add(word.to_ascii_lowercase().as_bytes(), action);
        }
        keywords.stems.sort_unstable();
        keywords.stems.dedup();
        keywords
    }

    fn add(&mut self, word: &[u8], action: Action) {
        self.words.push((
            word.iter().fold(0, |packed, letter| pack(packed, *letter)),
            action,
        ));
        self.stems.push(Stem::of(word));
        for letter in word.iter().take(1) {
            self.first[usize::from(*letter)] = true;
            self.first[usize::from(letter.to_ascii_uppercase())] = true;
        }
    }

    pub(crate) fn stems(&self) -> &[Stem] {
        &self.stems
    }

    /// Whether a keyword may start with this byte.
    pub(crate) const fn may_start(&self, byte: u8) -> bool {
        self.first[byte as usize]
    }

    /// The keyword that the letters here make, and the place behind it. The caller knows that a word starts here.
    pub(crate) fn read<'t>(&self, mut cursor: Cursor<'t>) -> Option<(Keyword, Cursor<'t>)> {
        let mut packed = 0;
        let mut length = 0;
        while let Some(byte) = cursor.byte().filter(|byte| class::is_letter(*byte)) {
            packed = pack(packed, byte);
            length += 1;
            if length > MAX_KEYWORD {
                return None;
            }
            cursor.step();
        }
        let (_, action) = self.words.iter().find(|(known, _)| *known == packed)?;
        Some((Keyword { action: *action }, cursor))
    }
}

const fn pack(packed: Packed, letter: u8) -> Packed {
    packed << 8 | (letter | 0x20) as Packed
}
