//! Looks for ids that no statement reached, and finds out why.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Collector, MissReason};
use crate::grammar::rules::{Layout, Rules};
use crate::scan::cursor::Cursor;
use crate::scan::keywords::Keyword;
use crate::scan::{class, for_each_keyword, run};
use crate::short_id::{IdForm, MAX_LENGTH};

type Near = (Range<usize>, MissReason);

/// Ids outside of what was met, and why they do not count.
pub(super) fn misses(rules: &Rules, message: &str, met: &Collector) -> Vec<Near> {
    let known: BTreeSet<usize> = met
        .references
        .iter()
        .map(|reference| reference.span().start)
        .chain(met.misses.iter().map(|(span, _)| span.start))
        .collect();
    let mut keywords: Vec<(Keyword, Cursor<'_>)> = Vec::new();
    for_each_keyword(&rules.keywords, message.as_bytes(), |keyword, behind| {
        keywords.push((keyword, behind));
        behind
    });
    let unmet = ids(rules, message)
        .into_iter()
        .filter(|id| !known.contains(&id.start));
    let mut fates = Fates {
        rules,
        message,
        met,
        keywords,
        last: None,
    };
    unmet
        .filter_map(|id| {
            let reason = fates.reason(&id)?;
            Some((id, reason))
        })
        .collect()
}

/// Everything that is an id by its shape, outside of addresses.
fn ids(rules: &Rules, message: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut cursor = Cursor::new(message.as_bytes());
    let mut in_word = false;
    while let Some(byte) = cursor.byte() {
        if message
            .get(cursor.at()..)
            .is_some_and(|rest| rest.starts_with("https://") || rest.starts_with("http://"))
        {
            while !cursor.is_space() && cursor.byte().is_some() {
                cursor.step();
            }
        } else if !in_word && class::is_word(byte) {
            if let Some(token) = run::shaped(&mut cursor).filter(|token| is_id(rules, *token)) {
                found.push(token.start.at()..token.end);
            }
            in_word = false;
        } else {
            let hash = byte == b'#';
            in_word = cursor.step_over_char();
            if hash && rules.forms.contains(&IdForm::Number) {
                found.extend(number(&mut cursor));
            }
        }
    }
    found
}

fn is_id(rules: &Rules, token: run::Token<'_>) -> bool {
    let mut buffer = [0; MAX_LENGTH];
    let Some(text) = token.text(&mut buffer) else {
        return false;
    };
    let number = text.rsplit('-').next().unwrap_or_default();
    let capitals_or_digits = number
        .bytes()
        .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    capitals_or_digits && !matches!(rules.parse(text), Err(MissReason::NotAnId(_)))
}

fn number(cursor: &mut Cursor<'_>) -> Option<Range<usize>> {
    let start = cursor.at();
    while cursor.byte().is_some_and(|byte| byte.is_ascii_digit()) {
        cursor.step();
    }
    let whole = !cursor.byte().is_some_and(class::is_id);
    (whole && cursor.at() > start).then(|| start..cursor.at())
}

/// Why ids do not count. They come in order, so that what a keyword reads is found out once.
struct Fates<'r, 't> {
    rules: &'r Rules,
    message: &'t str,
    met: &'r Collector,
    keywords: Vec<(Keyword, Cursor<'t>)>,
    /// The place of the keyword that was asked for last, and what becomes of ids behind it.
    last: Option<(usize, Fate)>,
}

/// What becomes of ids behind a keyword that were not read with it.
#[derive(Clone, Copy)]
enum Fate {
    /// All the same.
    Always(MissReason),
    /// It depends on whether they stand behind this line end.
    ByLine(usize),
}

impl Fates<'_, '_> {
    fn reason(&mut self, id: &Range<usize>) -> Option<MissReason> {
        if resembles_keyword(self.rules, self.message.get(..id.start)?) {
            return Some(MissReason::SimilarWord);
        }
        let before = self
            .keywords
            .partition_point(|(keyword, _)| keyword.end <= id.start);
        let Some(before) = before.checked_sub(1) else {
            return Some(MissReason::NoKeyword);
        };
        match self.behind(before)? {
            Fate::Always(reason) => Some(reason),
            Fate::ByLine(end) if end < id.start => Some(MissReason::OtherLine),
            Fate::ByLine(_) => Some(MissReason::NotBehindKeyword),
        }
    }

    fn behind(&mut self, place: usize) -> Option<Fate> {
        if let Some((last, fate)) = self.last
            && last == place
        {
            return Some(fate);
        }
        let (keyword, behind) = *self.keywords.get(place)?;
        let fate = match &self.rules.layout {
            Layout::Run => Fate::Always(run_ended(self.met, keyword, behind)),
            Layout::List(_) => {
                let rest = self.message.get(keyword.end..)?;
                Fate::ByLine(rest.find('\n').map_or(usize::MAX, |at| keyword.end + at))
            }
        };
        self.last = Some((place, fate));
        Some(fate)
    }
}

/// Whether the last word has a keyword of three letters at least in it, perhaps without its last `e`, and is none.
fn resembles_keyword(rules: &Rules, text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| !class::is_word_char(c));
    let start = text
        .rfind(|c: char| !class::is_word_char(c))
        .map_or(0, |at| at + 1);
    let word = text.get(start..).unwrap_or_default().to_ascii_lowercase();
    let contained = |keyword: String| {
        let stem = keyword.strip_suffix('e').unwrap_or(&keyword);
        stem.len() > 2 && word.contains(stem)
    };
    !rules.keywords.texts().any(|keyword| keyword == word) && rules.keywords.texts().any(contained)
}

/// Why the run behind a keyword did not reach what comes later.
fn run_ended(met: &Collector, keyword: Keyword, behind: Cursor<'_>) -> MissReason {
    let before = met
        .statements
        .partition_point(|statement| statement.start < keyword.start);
    let earlier = before.checked_sub(1).and_then(|at| met.statements.get(at));
    if earlier.is_some_and(|statement| keyword.start < statement.end) {
        return MissReason::SwallowedKeyword;
    }
    let mut cursor = behind;
    let colon = cursor.skip(b':');
    if !cursor.skip_space() {
        let next = cursor.char().unwrap_or(':');
        let missing = class::is_word_char(next) || next == '-';
        return if colon && missing {
            MissReason::NoSpace
        } else {
            MissReason::Interrupted(next)
        };
    }
    while cursor.byte().is_some_and(class::is_id) || cursor.skip_blanks() {
        if cursor.byte().is_some_and(class::is_id) {
            cursor.step();
        }
    }
    cursor
        .char()
        .map_or(MissReason::NoKeyword, MissReason::Interrupted)
}
