//! The rule of the `sentry` profile, tried out at each place as it is written down, without any thought of speed. Shares no code
//! with the crate.

use std::ops::Range;

const KEYWORDS: [&str; 9] = [
    "fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved",
];
const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// A character and where it starts in the message.
type Placed = (usize, char);

/// Project in lower case, number, and span of each distinct reference.
pub(crate) fn references(message: &str) -> Vec<(String, u64, Range<usize>)> {
    let text = without_links(&message.char_indices().collect::<Vec<_>>());
    let mut found: Vec<(String, u64, Range<usize>)> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some((run, end)) = statement(&text, at) else {
            at += 1;
            continue;
        };
        for (project, number, span) in ids(run) {
            if !found.iter().any(|(p, n, _)| *p == project && *n == number) {
                found.push((project, number, span));
            }
        }
        at = end;
    }
    found
}

fn without_links(text: &[Placed]) -> Vec<Placed> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((inner, end)) = link(text, at) {
            kept.extend_from_slice(inner);
            at = end;
        } else {
            kept.push(text[at]);
            at += 1;
        }
    }
    kept
}

fn link(text: &[Placed], at: usize) -> Option<(&[Placed], usize)> {
    let is = |at: usize, c: char| text.get(at).is_some_and(|(_, found)| *found == c);
    let next = |from: usize, c: char| (from..text.len()).find(|at| is(*at, c));
    if !is(at, '[') {
        return None;
    }
    let close = next(at + 1, ']')?;
    if close == at + 1 || !is(close + 1, '(') {
        return None;
    }
    let last = next(close + 2, ')')?;
    (last > close + 2).then(|| (&text[at + 1..close], last + 1))
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn is_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Whether a word starts or ends between the character at `at` and the one before.
fn boundary(text: &[Placed], at: usize) -> bool {
    let word = |at: usize| text.get(at).is_some_and(|(_, c)| is_word(*c));
    (at > 0 && word(at - 1)) != word(at)
}

/// The run of the statement that starts here, and where the statement ends.
fn statement(text: &[Placed], at: usize) -> Option<(&[Placed], usize)> {
    if !boundary(text, at) {
        return None;
    }
    KEYWORDS
        .iter()
        .filter(|keyword| starts_with(&text[at..], keyword))
        .find_map(|keyword| {
            let behind = at + keyword.len();
            let colon = text.get(behind).is_some_and(|(_, c)| *c == ':');
            let with_colon = colon.then(|| run(text, behind + 1)).flatten();
            with_colon.or_else(|| run(text, behind))
        })
}

fn starts_with(text: &[Placed], keyword: &str) -> bool {
    text.len() >= keyword.len()
        && text
            .iter()
            .zip(keyword.chars())
            .all(|((_, c), wanted)| c.to_ascii_lowercase() == wanted)
}

/// As much white space as possible, then as long a run as possible; less of either when it does not fit.
fn run(text: &[Placed], at: usize) -> Option<(&[Placed], usize)> {
    let spaces = text[at..].iter().take_while(|(_, c)| is_space(*c)).count();
    (1..=spaces).rev().find_map(|spaces| {
        let start = at + spaces;
        let longest = text[start..]
            .iter()
            .take_while(|(_, c)| is_id(*c) || *c == ',' || is_space(*c))
            .count();
        let end = (1..=longest)
            .rev()
            .map(|length| start + length)
            .find(|end| boundary(text, *end))?;
        Some((&text[start..end], end))
    })
}

fn ids(run: &[Placed]) -> Vec<(String, u64, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < run.len() {
        let ends = (at + 1..=run.len()).rev();
        let end = boundary(run, at)
            .then(|| {
                ends.into_iter()
                    .find(|end| boundary(run, *end) && has_shape(&run[at..*end]))
            })
            .flatten();
        if let Some(end) = end {
            found.extend(id(&run[at..end]));
        }
        at = end.unwrap_or(at + 1);
    }
    found
}

fn has_shape(token: &[Placed]) -> bool {
    let Some(hyphen) = token.iter().rposition(|(_, c)| *c == '-') else {
        return false;
    };
    let (slug, number) = (&token[..hyphen], &token[hyphen + 1..]);
    let fits = slug.iter().all(|(_, c)| is_id(*c))
        && number.iter().all(|(_, c)| c.is_ascii_alphanumeric());
    !slug.is_empty() && !number.is_empty() && fits
}

fn id(token: &[Placed]) -> Option<(String, u64, Range<usize>)> {
    let text: String = token.iter().map(|(_, c)| c.to_ascii_lowercase()).collect();
    let (project, number) = text.rsplit_once('-')?;
    let number = number.replace('o', "0").replace(['i', 'l'], "1");
    let mut value: u128 = 0;
    for c in number.chars() {
        value = (value * 32 + DIGITS.find(c)? as u128).min(1 << 64);
    }
    let number = u64::try_from(value)
        .ok()
        .filter(|value| *value <= 2_147_483_647)?;
    let span = token.first()?.0..token.last()?.0 + 1;
    (text.len() <= 128).then(|| (project.to_owned(), number, span))
}
