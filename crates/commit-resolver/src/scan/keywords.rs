//! The words that start a statement.

use super::class;
use super::cursor::Cursor;
use super::prefilter::Stem;
use crate::action::Action;

/// The longest keyword, in bytes.
pub(crate) const MAX_KEYWORD: usize = 24;

/// A keyword that was met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    /// What it asks for.
    pub(crate) action: Action,
}

/// All keywords of a grammar: ASCII letters in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Keywords {
    words: Vec<(Box<[u8]>, Action)>,
    stems: Vec<Stem>,
    first: [bool; 256],
}

impl Keywords {
    /// Takes words of 1 to [`MAX_KEYWORD`] ASCII letters.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = (&'w str, Action)>) -> Self {
        let words: Vec<_> = words
            .into_iter()
            .map(|(word, action)| {
                (
                    word.to_ascii_lowercase().into_bytes().into_boxed_slice(),
                    action,
                )
            })
            .collect();
        let mut stems: Vec<Stem> = words.iter().map(|(word, _)| Stem::of(word)).collect();
        stems.sort_unstable();
        stems.dedup();
        let mut first = [false; 256];
        for letter in words.iter().filter_map(|(word, _)| word.first()) {
            first[usize::from(*letter)] = true;
            first[usize::from(letter.to_ascii_uppercase())] = true;
        }
        Self {
            words,
            stems,
            first,
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
        let mut letters = [0; MAX_KEYWORD];
        let mut length = 0;
        while let Some(byte) = cursor.byte().filter(|byte| class::is_letter(*byte)) {
            *letters.get_mut(length)? = byte;
            length += 1;
            cursor.step();
        }
        let action = self.action(letters.get(..length)?)?;
        Some((Keyword { action }, cursor))
    }

    /// What this word asks for, if it is a keyword.
    pub(crate) fn action(&self, word: &[u8]) -> Option<Action> {
        self.words
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word))
            .map(|(_, action)| *action)
    }
}
