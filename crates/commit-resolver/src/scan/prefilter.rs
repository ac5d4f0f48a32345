//! Finds the few places where a keyword can start, 64 bytes at a time. The loops over fixed arrays are written so that the
//! compiler turns them into vector instructions.

use super::work;

/// Bytes per look.
const WIDTH: usize = 64;
/// One byte before and two behind those.
const WINDOW: usize = WIDTH + 3;

/// One byte for each place of a block.
type Lanes = [u8; WIDTH];

/// The first two or three letters of a keyword in lower case. Each is repeated for all places of a look, so that a vector is
/// loaded and not built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stem {
    letters: [Lanes; 3],
    /// 0xff, or 0 when the word has two letters only.
    third_counts: Lanes,
}

impl Stem {
    /// The stem of a word of two letters at least, in lower case.
    pub(crate) fn of(word: &[u8]) -> Self {
        let letter = |at| word.get(at).copied().unwrap_or_default();
        let letters = [[letter(0); WIDTH], [letter(1); WIDTH], [letter(2); WIDTH]];
        Self {
            letters,
            third_counts: [if word.len() > 2 { 0xff } else { 0 }; WIDTH],
        }
    }
}

/// The places where a keyword can start, in order. All keywords are among them; whether the character before belongs to a word
/// is known for ASCII only.
#[derive(Debug)]
pub(crate) struct Candidates<'s, 't> {
    stems: &'s [Stem],
    bytes: &'t [u8],
    base: usize,
    marks: u64,
}

impl<'s, 't> Candidates<'s, 't> {
    pub(crate) fn new(stems: &'s [Stem], bytes: &'t [u8]) -> Self {
        let mut candidates = Self {
            stems,
            bytes,
            base: 0,
            marks: 0,
        };
        candidates.look();
        candidates
    }

    /// The first candidate at `from` or later. `from` never shrinks.
    pub(crate) fn next(&mut self, from: usize) -> Option<usize> {
        if from >= self.base + WIDTH {
            self.base = from - from % WIDTH;
            self.look();
        }
        loop {
            while self.marks != 0 {
                let at = self.base + self.marks.trailing_zeros() as usize;
                self.marks &= self.marks - 1;
                if at >= from {
                    return Some(at);
                }
            }
            self.base += WIDTH;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.look();
        }
    }

    fn look(&mut self) {
        work::looked_at(WIDTH);
        let start = self.base.saturating_sub(1);
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.marks = match rest.first_chunk() {
            Some(window) if self.base > 0 => marks(self.stems, window),
            _ => self.look_at_edge(rest),
        };
    }

    /// Looks at the start or the end of the text; zeros stand for what is beyond.
    fn look_at_edge(&self, rest: &[u8]) -> u64 {
        let mut window = [0; WINDOW];
        let part = if self.base == 0 {
            window.split_at_mut(1).1
        } else {
            &mut window[..]
        };
        if let Some(whole) = rest.first_chunk::<{ WINDOW - 1 }>()
            && let Some(room) = part.first_chunk_mut()
        {
            // Of a fixed size, this copy takes a few instructions.
            *room = *whole;
            return marks(self.stems, &window);
        }
        if let Some(room) = part.get_mut(..rest.len()) {
            room.copy_from_slice(rest);
        }
        marks(self.stems, &window)
    }
}

/// One bit for each of the middle bytes where a stem starts and no word goes on.
fn marks(stems: &[Stem], window: &[u8; WINDOW]) -> u64 {
    // 0 where a stem matches: the smallest of the differences to each stem.
    let mut difference = [0xff_u8; WIDTH];
    for stem in stems {
        for at in 0..WIDTH {
            let first = (window[at + 1] | 0x20) ^ stem.letters[0][at];
            let second = (window[at + 2] | 0x20) ^ stem.letters[1][at];
            let third = ((window[at + 3] | 0x20) ^ stem.letters[2][at]) & stem.third_counts[at];
            difference[at] = difference[at].min(first | second | third);
        }
    }
    let mut hits = [0_u8; WIDTH];
    let mut any = 0;
    for at in 0..WIDTH {
        let before = window[at];
        let letter = (before | 0x20).wrapping_sub(b'a') < 26;
        let digit = before.wrapping_sub(b'0') < 10;
        hits[at] = u8::from((difference[at] == 0) & !(letter | digit | (before == b'_')));
        any |= hits[at];
    }
    if any == 0 { 0 } else { bits(&hits) }
}

/// Byte `n`, 0 or 1, becomes bit `n`.
fn bits(hits: &Lanes) -> u64 {
    let (eights, _) = hits.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        // Moves the lowest bit of each byte into the highest byte, in order.
        let packed = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | packed
    })
}

#[cfg(test)]
mod tests {
    use super::super::class;
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        let stems = [Stem::of(b"fix"), Stem::of(b"re")];
        let mut candidates = Candidates::new(&stems, text.as_bytes());
        let mut from = 0;
        std::iter::from_fn(|| {
            let at = candidates.next(from)?;
            from = at + 1;
            Some(at)
        })
        .collect()
    }

    #[test]
    fn candidates_are_found_at_every_offset_of_texts_of_every_length() {
        for before in 0..200 {
            for behind in [0, 1, 2, 61, 62, 63, 64, 65, 130] {
                let text = format!("{}FiX{}", " ".repeat(before), "x".repeat(behind));
                assert_eq!(found(&text), [before], "{before} before, {behind} behind");
            }
        }
    }

    #[test]
    fn a_short_stem_is_found_at_the_end() {
        assert_eq!(found("re"), [0]);
        assert_eq!(found("see re"), [4]);
        assert_eq!(found(&format!("{} re", "-".repeat(61))), [62]);
        assert_eq!(found("r"), [] as [usize; 0]);
        assert_eq!(found(""), [] as [usize; 0]);
    }

    #[test]
    fn inside_a_word_is_no_candidate() {
        assert_eq!(found("prefix 1fix _fix Zfix"), [] as [usize; 0]);
        assert_eq!(
            found("@fix [fix `fix {fix /fix :fix éfix"),
            [1, 6, 11, 16, 21, 26, 32]
        );
    }

    #[test]
    fn ascii_words_agree_with_the_class_table() {
        for byte in 0..=127_u8 {
            let text = [byte, b'f', b'i', b'x'];
            let stems = [Stem::of(b"fix")];
            assert_eq!(
                Candidates::new(&stems, &text).next(0).is_none(),
                class::is_word(byte),
                "{byte}"
            );
        }
    }
}
