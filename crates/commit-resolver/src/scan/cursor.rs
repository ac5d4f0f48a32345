//! A place in a message as the grammar sees it: Markdown links are reduced to their text, without copying anything.

use super::class;
use super::links::Link;
use super::work;

/// A place in a message. Never on a byte that belongs to the frame of a Markdown link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
    link: Link,
}

impl<'t> Cursor<'t> {
    /// A place in a text where every byte counts.
    pub(crate) const fn plain(bytes: &'t [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            link: Link::NONE,
        }
    }

    /// The start of a text, links reduced.
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        let mut cursor = Self {
            bytes,
            at: 0,
            link: Link::next(bytes, 0),
        };
        cursor.settle();
        cursor
    }

    /// Whether every byte counts from here on.
    pub(crate) fn is_plain(&self) -> bool {
        self.link.is_none()
    }

    /// The offset in the message.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// The byte here; `None` at the end.
    pub(crate) fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes one byte on.
    pub(crate) fn step(&mut self) {
        self.step_by(1);
    }

    fn step_by(&mut self, length: usize) {
        work::looked_at(length);
        self.at += length;
        if self.at >= self.link.open {
            self.settle();
        }
    }

    fn settle(&mut self) {
        loop {
            if self.at == self.link.open {
                self.at += 1;
            } else if self.at == self.link.close {
                self.at = self.link.end;
                self.link = Link::next(self.bytes, self.at);
            } else {
                return;
            }
        }
    }

    /// Steps over this byte if it is here.
    pub(crate) fn skip(&mut self, byte: u8) -> bool {
        let here = self.byte() == Some(byte);
        if here {
            self.step();
        }
        here
    }

    /// Steps over one character; says whether it was one of a word.
    pub(crate) fn step_over_char(&mut self) -> bool {
        let (word, length) = match self.byte() {
            None => (false, 0),
            Some(byte) if byte.is_ascii() => (class::is_word(byte), 1),
            Some(_) => self
                .char()
                .map_or((false, 1), |c| (class::is_word_char(c), c.len_utf8())),
        };
        self.step_by(length);
        word
    }

    /// Steps over white space; says whether there was any.
    pub(crate) fn skip_space(&mut self) -> bool {
        self.skip_while(class::is_space)
    }

    /// Steps over white space and commas; says whether there were any.
    pub(crate) fn skip_blanks(&mut self) -> bool {
        self.skip_while(class::is_blank)
    }

    /// Steps over white space that ends no line.
    pub(crate) fn skip_line_space(&mut self) -> bool {
        self.skip_while(class::is_line_space)
    }

    /// Steps over a line end when white space follows it, so that the next line goes on with this one.
    pub(crate) fn skip_fold(&mut self) -> bool {
        let mut next = *self;
        next.skip(b'\r');
        let folds = next.skip(b'\n') && next.byte().is_some_and(class::is_line_space);
        if folds {
            *self = next;
        }
        folds
    }

    /// Whether the character before this place in the message is one of a word.
    pub(crate) fn is_behind_word(&self) -> bool {
        class::ends_with_word(self.bytes.get(..self.at).unwrap_or_default())
    }

    /// Whether a line starts at this offset of the message.
    pub(crate) fn is_line_start(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_none_or(|before| self.bytes.get(before) == Some(&b'\n'))
    }

    fn skip_while(&mut self, wanted: fn(u8) -> bool) -> bool {
        let start = self.at;
        while let Some(byte) = self.byte() {
            if wanted(byte) {
                self.step();
            } else if let Some(length) = self.wide_space(byte) {
                self.step_by(length);
            } else {
                break;
            }
        }
        self.at > start
    }

    fn wide_space(&self, byte: u8) -> Option<usize> {
        if byte.is_ascii() {
            return None;
        }
        self.char()
            .filter(|c| c.is_whitespace())
            .map(char::len_utf8)
    }

    /// Whether white space is here.
    pub(crate) fn is_space(&self) -> bool {
        self.byte()
            .is_some_and(|byte| class::is_space(byte) || self.wide_space(byte).is_some())
    }

    /// Whether a word's character beyond ASCII is here.
    pub(crate) fn is_wide_word(&self) -> bool {
        self.byte().is_some_and(|byte| !byte.is_ascii())
            && self.char().is_some_and(class::is_word_char)
    }

    /// The character here, unless the text ends or is no UTF-8.
    pub(crate) fn char(&self) -> Option<char> {
        class::first_char(self.bytes.get(self.at..)?)
    }

    /// The text from here to `end`, an offset in the message, when it fits into `buffer` and is UTF-8.
    pub(crate) fn text_to<const N: usize>(
        mut self,
        end: usize,
        buffer: &mut [u8; N],
    ) -> Option<&str> {
        let mut length = 0;
        while self.at < end {
            *buffer.get_mut(length)? = self.byte()?;
            length += 1;
            self.step();
        }
        std::str::from_utf8(buffer.get(..length)?).ok()
    }
}
