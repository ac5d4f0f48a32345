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

    /// The keyword that the letters at an offset make, where every byte counts. The caller knows that a word starts there.
    #[inline]
    pub(crate) fn read_plain(&self, bytes: &[u8], start: usize) -> Option<Keyword> {
        let (word, length) = first_word(bytes.get(start..)?)?;
        Some(Keyword {
            action: self.action(word)?,
            start,
            end: start + length,
        })
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
            word.to_le_bytes()
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
    let mut letters = [0; MAX_KEYWORD];
    let mut length = 0;
    let mut end = cursor.at();
    while let Some(byte) = cursor.byte().filter(|byte| class::is_letter(*byte)) {
        *letters.get_mut(length)? = byte;
        length += 1;
        end = cursor.at() + 1;
        cursor.step();
    }
    Some((packed(letters.get(..length)?), end, cursor))
}

/// All letters at the start of a text where every byte counts, and how many they are.
#[inline]
fn first_word(text: &[u8]) -> Option<(Packed, usize)> {
    let Some(bytes) = text.first_chunk::<{ MAX_KEYWORD + 1 }>() else {
        let length = text
            .iter()
            .take_while(|byte| class::is_letter(**byte))
            .count();
        return Some((packed(text.get(..length)?), length));
    };
    let length = bytes.iter().position(|byte| !class::is_letter(*byte))?;
    let letters = bytes
        .first_chunk()
        .map_or(0, |letters| Packed::from_le_bytes(*letters));
    let unused = Packed::BITS - 8 * u32::try_from(length).ok()?;
    let word = (letters | LOWER)
        .checked_shl(unused)
        .unwrap_or_default()
        .checked_shr(unused)
        .unwrap_or_default();
    Some((word, length))
}

/// The bit that makes a letter lower case, for each letter.
const LOWER: Packed = Packed::from_le_bytes([0x20; MAX_KEYWORD]);

/// A word of at most [`MAX_KEYWORD`] letters.
pub(crate) fn packed(word: &[u8]) -> Packed {
    word.iter().rev().fold(0, |packed, letter| {
        packed << 8 | Packed::from(letter | 0x20)
    })
}
