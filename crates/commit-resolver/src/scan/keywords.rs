//! The words that start a statement.

use super::class;
use super::cursor::Cursor;
use super::prefilter::Stem;
use crate::action::Action;

/// The longest keyword, in bytes.
pub(crate) const MAX_KEYWORD: usize = 16;

/// The letters of a word in lower case, one byte each.
pub(crate) type Packed = u128;

/// A keyword that was met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    /// What it asks for.
    pub(crate) action: Action,
    /// The offset of its first letter.
    pub(crate) start: usize,
    /// The offset behind its last letter.
    pub(crate) end: usize,
}

/// All keywords of a grammar: ASCII letters in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Keywords {
    words: Vec<(Packed, Action)>,
    stems: Vec<Stem>,
    first: [bool; 256],
}

impl Keywords {
    /// Takes words of 2 to [`MAX_KEYWORD`] ASCII letters.
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
        self.words.push((packed(word), action));
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
    pub(crate) fn read<'t>(&self, start: Cursor<'t>) -> Option<(Keyword, Cursor<'t>)> {
        let (word, end, behind) = read_word(start)?;
        Some((
            Keyword {
                action: self.action(word)?,
                start: start.at(),
                end,
            },
            behind,
        ))
    }

    /// All keywords in lower case.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        let letters = |word: &Packed| {
            word.to_be_bytes()
                .into_iter()
                .filter(|byte| *byte != 0)
                .map(char::from)
                .collect()
        };
        self.words.iter().map(move |(word, _)| letters(word))
    }

    /// What this word asks for, if it is a keyword.
    pub(crate) fn action(&self, word: Packed) -> Option<Action> {
        self.words
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, action)| *action)
    }
}

/// All letters here, the offset behind the last and the place to go on, unless there are more than [`MAX_KEYWORD`].
pub(crate) fn read_word(mut cursor: Cursor<'_>) -> Option<(Packed, usize, Cursor<'_>)> {
    let mut word = 0;
    let mut length = 0;
    let mut end = cursor.at();
    while let Some(byte) = cursor.byte().filter(|byte| class::is_letter(*byte)) {
        word = pack(word, byte);
        length += 1;
        if length > MAX_KEYWORD {
            return None;
        }
        end = cursor.at() + 1;
        cursor.step();
    }
    Some((word, end, cursor))
}

/// A word of at most [`MAX_KEYWORD`] letters.
pub(crate) fn packed(word: &[u8]) -> Packed {
    word.iter().fold(0, |word, letter| pack(word, *letter))
}

const fn pack(word: Packed, letter: u8) -> Packed {
    word << 8 | (letter | 0x20) as Packed
}
