//! Filters as Bitbucket reads them, and that no text gets out of its quotes.

use alloc::string::{String, ToString};

use proptest::prelude::*;

use crate::{Field, Filter, FilterText, FilterTime, FilterValue, ParseError, Query, Reason};

fn field(path: &str) -> Field {
    Field::parse(path).unwrap()
}

fn text(text: &str) -> FilterText {
    FilterText::parse(text).unwrap()
}

fn fault<T: core::fmt::Debug>(parsed: Result<T, ParseError>) -> (usize, Reason) {
    let error = parsed.unwrap_err();
    (error.position(), error.reason())
}

#[test]
fn each_operator_has_its_sign() {
    let id = field("id");
    let cases = [
        (id.equals(7), "id = 7"),
        (id.differs_from(FilterValue::Null), "id != null"),
        (id.above(-1), "id > -1"),
        (id.at_least(0), "id >= 0"),
        (id.below(9), "id < 9"),
        (id.at_most(9), "id <= 9"),
        (field("is_private").equals(true), "is_private = true"),
        (
            field("title").contains(&text("rocket")),
            "title ~ \"rocket\"",
        ),
        (field("title").lacks(&text("")), "title !~ \"\""),
        (id.one_of([1, 2]).unwrap(), "id IN (1, 2)"),
        (
            field("name").none_of([text("a"), text("b")]).unwrap(),
            "name NOT IN (\"a\", \"b\")",
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(filter.as_str(), expected);
    }
}

#[test]
fn times_stand_without_quotes() {
    let filter =
        field("updated_on").above(FilterTime::parse("2026-11-24T03:30:00.5+00:00").unwrap());
    assert_eq!(
        filter.to_string(),
        "updated_on > 2026-11-24T03:30:00.5+00:00"
    );
    for time in [
        "2026-11-24",
        "2026-11-24T03:30:00Z",
        "2026-11-24T03:30:00-11:30",
    ] {
        assert_eq!(FilterTime::parse(time).unwrap().as_str(), time);
    }
}

#[test]
fn a_time_says_where_it_stops_being_one() {
    let refused = [
        ("", 0, Reason::TooShort { least: 10 }),
        ("2026-13-01", 5, Reason::Character('1')),
        ("2026-11-00", 8, Reason::Character('0')),
        ("2026-11-24 03:30:00Z", 10, Reason::Character(' ')),
        ("2026-11-24T03:30", 16, Reason::TooShort { least: 19 }),
        ("2026-11-24T03:30:00", 19, Reason::TooShort { least: 25 }),
        ("2026-11-24T03:30:00.Z", 19, Reason::Character('.')),
        ("2026-11-24T03:30:00Z OR true", 19, Reason::Character('Z')),
        (
            "2026-11-24T03:30:00+00:00x",
            25,
            Reason::TooLong { most: 25 },
        ),
        ("2026-11-2ü", 9, Reason::Character('ü')),
    ];
    for (time, position, reason) in refused {
        assert_eq!(
            fault(FilterTime::parse(time)),
            (position, reason),
            "{time:?}"
        );
    }
}

#[test]
fn parentheses_keep_the_order_in_which_it_was_built() {
    let [a, b, c] = ["a", "b", "c"].map(|name| field(name).equals(1));
    let all = |filter: Filter| filter.as_str().replace(" = 1", "");
    assert_eq!(
        all(a.clone().and(b.clone()).and(c.clone())),
        "a AND b AND c"
    );
    assert_eq!(
        all(a.clone().or(b.clone()).and(c.clone())),
        "(a OR b) AND c"
    );
    assert_eq!(
        all(a.clone().and(b.clone().or(c.clone()))),
        "a AND (b OR c)"
    );
    assert_eq!(
        all(a.clone().and(b.clone()).or(c.clone())),
        "(a AND b) OR c"
    );
    assert_eq!(all(a.or(b).or(c)), "a OR b OR c");
}

#[test]
fn quotes_and_backslashes_are_escaped() {
    let filter = field("title").contains(&text(r#"a" OR \"#));
    assert_eq!(filter.as_str(), r#"title ~ "a\" OR \\""#);
    assert_eq!(
        Query::new().filter(&filter).as_str(),
        "q=title%20~%20%22a%5C%22%20OR%20%5C%5C%22"
    );
}

#[test]
fn a_field_is_a_path_of_names() {
    assert_eq!(field("target.author.raw").as_str(), "target.author.raw");
    assert_eq!(fault(Field::parse("")), (0, Reason::Empty));
    assert_eq!(fault(Field::parse("a..b")), (2, Reason::EmptySegment));
    assert_eq!(fault(Field::parse("a.")), (2, Reason::EmptySegment));
    assert_eq!(fault(Field::parse("a b")), (1, Reason::Character(' ')));
    assert_eq!(fault(Field::parse("a.1")), (2, Reason::Character('1')));
    assert_eq!(fault(FilterText::parse("a\0")), (1, Reason::Control('\0')));
    assert_eq!(
        fault(field("a").one_of(core::iter::empty::<i64>())),
        (0, Reason::Empty)
    );
}

/// Reads a quoted text as the filter language does: up to the first quote that no backslash precedes.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = quoted.strip_prefix('"')?.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => text.push(characters.next()?.1),
            '"' => return Some((text, &quoted[index + 2..])),
            _ => text.push(character),
        }
    }
    None
}

proptest! {
    #[test]
    fn no_text_leaves_its_quotes(offered in "[^\\p{Cc}]{0,40}|[\\\\\"a]{0,12}") {
        let filter = field("title").equals(text(&offered));
        let quoted = filter.as_str().strip_prefix("title = ").unwrap();
        prop_assert_eq!(unquoted(quoted), Some((offered, "")));
    }
}
