//! Commit messages for measuring: median about 120 bytes, 1 % of about 4 kB, 3 % with a closing reference, 15 % with a closing word
//! and no id, 10 % that only mention an id, 2 % with letters beyond ASCII. Always the same for the same number.

use std::fmt::Write;

const WORDS: &str = "add remove update the a of for to in when if not handler client server test tests build cache page token parser \
    config default option timeout retry queue index schema migration module docs readme version bump dependency typo cleanup refactor \
    rename move split merge branch request response header body error result value field table column row user repository webhook payload \
    event commit diff file path path-based re-use up-to-date non-blocking x86-64 utf-8 pre-commit follow-up opt-in prefix suffix fixture \
    closest closure resolver resolution unresolved postfix enclosed disclose hotfix bugfix";
const VERBS: &str = "Fix Fixes Fixed fix fixes fixed Close Closes Closed close closes closed Resolve Resolves Resolved resolve resolves \
    resolved FIXES";
const PROJECTS: &str = "ABC OPS WEB API CORE WIDGET SEARCH MOBILE-APP BILLING DATA_PIPE";
const DIGITS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// This many messages.
pub(crate) fn generate(count: usize) -> Vec<String> {
    let mut source = Source::new();
    (0..count).map(|_| source.message()).collect()
}

/// A small generator of numbers (xorshift64*), and the words to choose from.
struct Source {
    state: u64,
    words: Vec<&'static str>,
    verbs: Vec<&'static str>,
    projects: Vec<&'static str>,
}

impl Source {
    fn new() -> Self {
        let list = |text: &'static str| text.split_whitespace().collect();
        Self {
            state: 20_261_122,
            words: list(WORDS),
            verbs: list(VERBS),
            projects: list(PROJECTS),
        }
    }

    /// A number from 0 to `below` - 1.
    fn number(&mut self, below: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let high = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or_default() % below
    }

    fn between(&mut self, least: usize, most: usize) -> usize {
        least + self.number(most - least + 1)
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn word(&mut self) -> &'static str {
        let at = self.number(self.words.len());
        self.words[at]
    }

    fn verb(&mut self) -> &'static str {
        let at = self.number(self.verbs.len());
        self.verbs[at]
    }

    fn id(&mut self) -> String {
        let at = self.number(self.projects.len());
        let project = self.projects[at];
        if self.number(2) == 0 {
            return format!("{project}-{}", self.between(1, 9999));
        }
        let length = self.between(1, 4);
        let digits: String = (0..length)
            .map(|_| char::from(DIGITS[self.number(DIGITS.len())]))
            .collect();
        format!("{project}-{digits}")
    }

    fn reference(&mut self) -> String {
        let colon = if self.number(4) == 0 { ":" } else { "" };
        let joiner = match self.number(100) {
            0..70 => return format!("{}{colon} {}", self.verb(), self.id()),
            70..85 => ",",
            _ => " and",
        };
        format!("{}{colon} {}{joiner} {}", self.verb(), self.id(), self.id())
    }

    fn body(&mut self) -> String {
        let mut body = String::new();
        if self.number(100) >= 35 {
            let lines: Vec<String> = (0..self.between(1, 3))
                .map(|_| {
                    let count = self.between(5, 12);
                    self.words(count)
                })
                .collect();
            let _ = write!(body, "\n\n{}.", lines.join(".\n"));
        }
        if self.number(100) == 0 {
            let lines: Vec<String> = (0..58)
                .map(|_| {
                    let count = self.between(6, 12);
                    format!("* {}.", self.words(count))
                })
                .collect();
            let _ = write!(body, "\n\n{}", lines.join("\n"));
        }
        body
    }

    fn message(&mut self) -> String {
        let count = self.between(4, 9);
        let mut subject = capitalized(&self.words(count));
        let mut body = self.body();
        match self.number(100) {
            0..3 if self.number(10) < 8 => {
                let _ = write!(body, "\n\n{}.\n", self.reference());
            }
            0..3 => subject = format!("{}. {subject}", self.reference()),
            3..18 => {
                let count = self.between(2, 5);
                subject = format!("{} {}. {subject}", self.verb(), self.words(count));
            }
            18..28 => subject = format!("{}: {subject}", self.id()),
            _ => {}
        }
        if self.number(50) == 0 {
            body.push_str("\n\nSigned-off-by: Jörg Müller <j@acme.example>");
        }
        subject + &body
    }
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}
