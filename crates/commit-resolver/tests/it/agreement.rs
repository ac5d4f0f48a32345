//! The `sentry` profile agrees with a plain reading of its rule, and with the `regex` crate, on generated messages.
//!
//! Long run: `PROPTEST_CASES=1000000 cargo test --release -p bitbucket-commit-resolver --test it agreement`.

mod plain;

use bitbucket_commit_resolver::{Grammar, ShortId};
use proptest::prelude::*;
use proptest::sample::select;
use regex::Regex;

const KEYWORDS: &[&str] = &[
    "fix", "Fixes", "FIXED", "close", "closes", "Closed", "resolve", "reSolves", "resolved",
];
const WORDS: &[&str] = &[
    "the", "and", "prefix", "fixing", "closest", "resolver", "fixe", "closess", "e", "s", "d",
    "es", "http", "_", "fix_", "1fix", "ſ", "é", "fıx", "日本", "\u{301}",
];
const IDS: &[&str] = &[
    "A-1",
    "PROJ-1A",
    "proj-o1",
    "web-u",
    "CVE-2024-1234",
    "front-end",
    "A-ZZZZZZZ",
    "A-1ZZZZZZ",
    "A_B-2",
    "A-1_2",
    "-A-1",
    "A-1-",
    "A--1",
    "A-1é",
    "éA-1",
    "A-1-2é",
    "--",
    "A-",
];
const MARKS: &[&str] = &[
    " ", "  ", "\n", "\r\n", "\t", "\u{a0}", "\u{2003}", "\u{1c}", "\u{85}", ":", ": ", "::", ",",
    ", ", ".", ";", "-", "- ", "_", "#", "(", ")", "[", "]", "](", "](x)", "[]", "()", "`", "/",
    "\0", "\u{fffd}", "🙂",
];

fn message() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => select(KEYWORDS).prop_map(str::to_owned),
        2 => select(WORDS).prop_map(str::to_owned),
        4 => select(IDS).prop_map(str::to_owned),
        3 => select(MARKS).prop_map(str::to_owned),
        6 => Just(" ".to_owned()),
        1 => "[a-c0-2_\\-]{1,6}",
        1 => any::<char>().prop_map(String::from),
        1 => "[ x]{0,70}",
    ];
    proptest::collection::vec(part, 0..16).prop_map(|parts| parts.concat())
}

/// What a test compares: project, number, and where it stands.
type Found = (String, u64, std::ops::Range<usize>);

fn fast(message: &str) -> Vec<Found> {
    let found = Grammar::sentry().references(message);
    found
        .iter()
        .map(|found| {
            (
                found.short_id().project().to_owned(),
                found.short_id().number(),
                found.span(),
            )
        })
        .collect()
}

/// The same rule as two regular expressions, for messages without links.
fn by_regex(message: &str) -> Vec<ShortId> {
    thread_local! {
        static STATEMENT: Regex = regex(r"(?i)\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):?\s+([a-z0-9_\-\s,]+)\b");
        static ID: Regex = regex(r"(?i)\b([a-z0-9_-]+-[a-z0-9]+)\b");
    }
    let mut ids: Vec<ShortId> = Vec::new();
    STATEMENT.with(|statement| {
        for run in statement
            .captures_iter(message)
            .filter_map(|found| found.get(1))
        {
            let texts = ID.with(|id| {
                id.find_iter(run.as_str())
                    .map(|id| id.as_str().to_owned())
                    .collect::<Vec<_>>()
            });
            ids.extend(texts.iter().filter_map(|text| ShortId::parse(text).ok()));
        }
    });
    let mut distinct: Vec<ShortId> = Vec::new();
    for id in ids {
        if !distinct.contains(&id) {
            distinct.push(id);
        }
    }
    distinct
}

#[expect(clippy::expect_used, reason = "a test's helper fails the test")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

/// The message without the characters for which the `regex` crate means something else by a word, white space or letter case than
/// the rule does, and without links.
fn for_regex(message: &str) -> String {
    let same = |c: char| match c {
        '[' | '\u{1c}'..='\u{1f}' => false,
        'é' | '日' | '本' | '\u{a0}' | '\u{2003}' => true,
        _ => c.is_ascii(),
    };
    message
        .chars()
        .map(|c| if same(c) { c } else { '.' })
        .collect()
}

proptest! {
    #[test]
    fn the_fast_reading_agrees_with_the_plain_one(message in message()) {
        prop_assert_eq!(fast(&message), plain::references(&message));
    }

    #[test]
    fn the_fast_reading_agrees_with_regular_expressions(message in message()) {
        let message = for_regex(&message);
        let found: Vec<ShortId> = Grammar::sentry().references(&message).iter().map(|found| found.short_id().clone()).collect();
        prop_assert_eq!(found, by_regex(&message));
    }

    #[test]
    fn any_bytes_read_like_their_lossy_text(mut bytes in message().prop_map(String::into_bytes), holes in proptest::collection::vec(any::<(prop::sample::Index, u8)>(), 0..4)) {
        for (at, byte) in holes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        let ids = |found: &[bitbucket_commit_resolver::Reference]| found.iter().map(|found| found.short_id().clone()).collect::<Vec<_>>();
        let grammar = Grammar::sentry();
        let lossy = String::from_utf8_lossy(&bytes);
        prop_assert_eq!(ids(&grammar.references_in_bytes(&bytes)), ids(&grammar.references(&lossy)));
    }
}

#[test]
fn the_plain_reading_knows_the_documented_traps() {
    let ids = |message: &str| {
        plain::references(message)
            .into_iter()
            .map(|(project, number, _)| format!("{project}-{number}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("Fixes FOO-1\nDoes not touch BAR-2"), ["foo-1", "bar-2"]);
    assert_eq!(ids("Fixes PROJ-O1IL, PROJ-U1"), ["proj-1057"]);
    assert_eq!(
        ids("prefixes A-1 Fixing A-2 Fixes:A-3 Fixes (A-4)"),
        [] as [&str; 0]
    );
}
