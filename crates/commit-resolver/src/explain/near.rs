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
    let near = unmet.filter_map(|id| {
        let before = keywords
            .iter()
            .rev()
            .find(|(keyword, _)| keyword.end <= id.start);
        Some((
            id.clone(),
            reason(rules, message, met, before.copied(), id)?,
        ))
    });
    near.collect()
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

fn reason(
    rules: &Rules,
    message: &str,
    met: &Collector,
    before: Option<(Keyword, Cursor<'_>)>,
    id: Range<usize>,
) -> Option<MissReason> {
    if resembles_keyword(rules, message.get(..id.start)?) {
        return Some(MissReason::SimilarWord);
    }
    let Some((keyword, behind)) = before else {
        return Some(MissReason::NoKeyword);
    };
    match &rules.layout {
        Layout::Run => Some(run_ended(met, keyword, behind)),
        Layout::List(_) if message.get(keyword.end..id.start)?.contains('\n') => {
            Some(MissReason::OtherLine)
        }
        Layout::List(_) => Some(MissReason::NotBehindKeyword),
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
    if met
        .statements
        .iter()
        .any(|statement| statement.start < keyword.start && keyword.start < statement.end)
    {
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
