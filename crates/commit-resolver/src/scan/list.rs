//! The statement of profiles such as `strict`: keyword, optional scope, optional `:`, and then ids only, joined by given marks and
//! words, on one line. A trailer's continuation lines belong to its line.

use super::class;
use super::cursor::Cursor;
use super::keywords::{Keyword, Packed, read_word};
use super::run::Token;
use crate::action::Action;
use crate::reference::Rule;

/// The rules of a list; see the profile's documentation.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) fillers: Vec<Packed>,
    pub(crate) joining_words: Vec<Packed>,
    pub(crate) joining_marks: Vec<u8>,
    pub(crate) one_id_per_action: bool,
    pub(crate) scopes: bool,
    pub(crate) compounds: bool,
    pub(crate) lower_case_words: bool,
    pub(crate) negations: Vec<Vec<u8>>,
    pub(crate) reverts: bool,
    pub(crate) quotes: bool,
}

/// Something behind a keyword that may be an id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'t> {
    pub(crate) token: Token<'t>,
    /// Whether `#` stands before it.
    pub(crate) hash: bool,
    pub(crate) rule: Rule,
}

impl List {
    /// Reads the statement behind a keyword and calls `take` with each item; `take` says whether it is an id. Answers the place
    /// behind the last id, or where it was given.
    pub(crate) fn read<'t>(
        &self,
        keyword: Keyword,
        behind_keyword: Cursor<'t>,
        mut take: impl FnMut(Item<'t>) -> bool,
    ) -> Cursor<'t> {
        if behind_keyword.byte().is_some_and(class::is_id) {
            return behind_keyword;
        }
        let mut cursor = behind_keyword;
        let mut end = behind_keyword;
        let scope = if self.scopes {
            behind_scope(cursor)
        } else {
            None
        };
        let colon = match scope {
            Some(behind) => {
                if ids_in_scope(cursor, behind, &mut take) {
                    end = behind;
                }
                cursor = behind;
                true
            }
            None => cursor.skip(b':'),
        };
        let trailer = colon && scope.is_none() && behind_keyword.is_line_start(keyword.start);
        let gap = Gap { folds: trailer };
        let rule = if trailer { Rule::Trailer } else { Rule::List };
        let several = !self.one_id_per_action || keyword.action == Action::Reference;
        loop {
            self.skip_fillers(&mut cursor, gap);
            let Some(item) = item(&mut cursor, rule) else {
                return end;
            };
            if !take(item) {
                return end;
            }
            end = cursor;
            if !several || !self.joins(&mut cursor, gap) {
                return end;
            }
        }
    }

    fn skip_fillers(&self, cursor: &mut Cursor<'_>, gap: Gap) {
        gap.skip(cursor);
        while let Some(behind) = behind_word(*cursor, &self.fillers) {
            *cursor = behind;
            gap.skip(cursor);
        }
    }

    /// Steps over what joins two ids; says whether there was something.
    fn joins(&self, cursor: &mut Cursor<'_>, gap: Gap) -> bool {
        let mut joined = false;
        gap.skip(cursor);
        loop {
            if cursor
                .byte()
                .is_some_and(|byte| self.joining_marks.contains(&byte))
            {
                cursor.step();
            } else if let Some(behind) = behind_word(*cursor, &self.joining_words) {
                *cursor = behind;
            } else {
                break;
            }
            joined = true;
            gap.skip(cursor);
        }
        let any = !self.joining_marks.is_empty() || !self.joining_words.is_empty();
        joined
            || any
                && cursor
                    .byte()
                    .is_some_and(|byte| byte == b'#' || is_opener(byte))
    }
}

fn behind_word<'t>(cursor: Cursor<'t>, words: &[Packed]) -> Option<Cursor<'t>> {
    let (word, _, behind) = read_word(cursor)?;
    let whole = !behind.byte().is_some_and(class::is_id) && !behind.is_wide_word();
    (whole && words.contains(&word)).then_some(behind)
}

/// The white space within a statement.
#[derive(Clone, Copy)]
struct Gap {
    /// A line end with white space behind it counts, as in a trailer.
    folds: bool,
}

impl Gap {
    fn skip(self, cursor: &mut Cursor<'_>) {
        loop {
            cursor.skip_line_space();
            if !self.folds || !cursor.skip_fold() {
                return;
            }
        }
    }
}

const fn is_opener(byte: u8) -> bool {
    matches!(byte, b'(' | b'[' | b'{' | b'<' | b'"' | b'\'' | b'`')
}

const fn is_closer(byte: u8) -> bool {
    matches!(byte, b')' | b']' | b'}' | b'>' | b'"' | b'\'' | b'`')
}

/// Steps over brackets, `#`, a word that may be an id, and brackets.
fn item<'t>(cursor: &mut Cursor<'t>, rule: Rule) -> Option<Item<'t>> {
    while cursor.byte().is_some_and(is_opener) {
        cursor.step();
    }
    let hash = cursor.skip(b'#');
    let token = word(cursor)?;
    while cursor.byte().is_some_and(is_closer) {
        cursor.step();
    }
    Some(Item { token, hash, rule })
}

/// Steps over letters, digits, `_` and `-`, when they start with no `-` and are not part of a longer word.
fn word<'t>(cursor: &mut Cursor<'t>) -> Option<Token<'t>> {
    let start = *cursor;
    if !start.byte().is_some_and(class::is_word) {
        return None;
    }
    let mut end = start.at();
    while cursor.byte().is_some_and(class::is_id) {
        end = cursor.at() + 1;
        cursor.step();
    }
    (!cursor.is_wide_word()).then_some(Token { start, end })
}

/// The place behind `(…):` or `(…)!:` on one line.
fn behind_scope(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    if !cursor.skip(b'(') {
        return None;
    }
    while !cursor.skip(b')') {
        if matches!(cursor.byte()?, b'\n' | b'\r' | b'(') {
            return None;
        }
        cursor.step();
    }
    cursor.skip(b'!');
    cursor.skip(b':').then_some(cursor)
}

/// Offers each word of a scope; says whether one was taken.
fn ids_in_scope<'t>(
    mut cursor: Cursor<'t>,
    behind: Cursor<'t>,
    take: &mut impl FnMut(Item<'t>) -> bool,
) -> bool {
    let mut any = false;
    while cursor.at() < behind.at() {
        match word(&mut cursor) {
            Some(token) => {
                any |= take(Item {
                    token,
                    hash: false,
                    rule: Rule::Scope,
                });
            }
            None => {
                cursor.step_over_char();
            }
        }
    }
    any
}
