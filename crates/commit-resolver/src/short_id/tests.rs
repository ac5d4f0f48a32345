//! Short ids of each tracker: reading, spelling, comparing, refusing.

use std::collections::HashSet;

use super::{IdForm, ShortId, ShortIdError};

fn sentry(text: &str) -> Result<(String, u64, String), ShortIdError> {
    ShortId::parse(text).map(|id| (id.project().to_owned(), id.number(), id.as_str().to_owned()))
}

fn read(form: IdForm, text: &str) -> Result<(u64, String), ShortIdError> {
    ShortId::parse_as(form, text).map(|id| (id.number(), id.to_string()))
}

fn ok<T>(value: T) -> Result<T, ShortIdError> {
    Ok(value)
}

#[test]
fn sentry_ids_split_at_the_last_separator() {
    let parts =
        |project: &str, number, text: &str| ok((project.to_owned(), number, text.to_owned()));
    assert_eq!(sentry("ROCKET-1A"), parts("rocket", 42, "ROCKET-1A"));
    assert_eq!(
        sentry("my-web-app-z8"),
        parts("my-web-app", 1000, "MY-WEB-APP-Z8")
    );
    assert_eq!(sentry("data_pipe_1"), parts("data_pipe", 1, "DATA_PIPE-1"));
    assert_eq!(sentry("web 10"), parts("web", 32, "WEB-10"));
    assert_eq!(sentry("web\u{a0}10"), parts("web", 32, "WEB-10"));
    assert_eq!(sentry("issue:WEB-J"), parts("web", 18, "WEB-J"));
    assert_eq!(sentry("Issue:WEB-J"), parts("web", 18, "WEB-J"));
    assert_eq!(sentry("-WEB--J"), parts("-web-", 18, "-WEB--J"));
}

#[test]
fn sentry_numbers_are_crockford_base_32() {
    for (text, value) in [
        ("0", 0),
        ("9", 9),
        ("A", 10),
        ("H", 17),
        ("J", 18),
        ("Z", 31),
        ("10", 32),
        ("Z8", 1000),
        ("END", 15021),
        ("O1IL", 1057),
        ("0007", 7),
    ] {
        assert_eq!(
            ShortId::parse(&format!("P-{text}")).map(|id| id.number()),
            Ok(value),
            "{text}"
        );
    }
    assert_eq!(sentry("PROJ-U1"), Err(ShortIdError::NotADigit('U')));
    assert_eq!(sentry("PROJ-u1"), Err(ShortIdError::NotADigit('u')));
    assert_eq!(sentry("PROJ-1é"), Err(ShortIdError::NotADigit('é')));
}

#[test]
fn numbers_beyond_the_counter_are_refused_in_each_form() {
    assert_eq!(
        read(IdForm::Sentry, "P-1ZZZZZZ"),
        ok((2_147_483_647, "P-1ZZZZZZ".to_owned()))
    );
    assert_eq!(
        read(IdForm::Sentry, "P-2000000"),
        Err(ShortIdError::TooLarge)
    );
    assert_eq!(
        read(IdForm::Sentry, "P-ZZZZZZZZZZZZZZZZZZZZZZZZZZ"),
        Err(ShortIdError::TooLarge)
    );
    assert_eq!(
        read(IdForm::GlitchTip, "P-1VVVVVV"),
        ok((2_147_483_647, "P-1VVVVVV".to_owned()))
    );
    assert_eq!(
        read(IdForm::GlitchTip, "P-2000000"),
        Err(ShortIdError::TooLarge)
    );
    assert_eq!(
        read(IdForm::Bugsink, "P-2147483647"),
        ok((2_147_483_647, "P-2147483647".to_owned()))
    );
    assert_eq!(
        read(IdForm::Bugsink, "P-2147483648"),
        Err(ShortIdError::TooLarge)
    );
    assert_eq!(
        read(IdForm::Number, "#18446744073709551616"),
        Err(ShortIdError::TooLarge)
    );
}

#[test]
fn the_same_text_is_another_number_in_another_tracker() {
    assert_eq!(read(IdForm::Sentry, "web-j"), ok((18, "WEB-J".to_owned())));
    assert_eq!(
        read(IdForm::GlitchTip, "web-j"),
        ok((19, "WEB-J".to_owned()))
    );
    assert_eq!(
        read(IdForm::Bugsink, "web-j"),
        Err(ShortIdError::NotADigit('j'))
    );
    assert_eq!(
        read(IdForm::Bugsink, "my-web-18"),
        ok((18, "MY-WEB-18".to_owned()))
    );
    assert_eq!(
        read(IdForm::GlitchTip, "web-w"),
        Err(ShortIdError::NotADigit('w'))
    );
    assert_eq!(
        read(IdForm::GlitchTip, "web_1"),
        Err(ShortIdError::NoSeparator)
    );
    assert_ne!(
        ShortId::parse_as(IdForm::GlitchTip, "WEB-1"),
        ShortId::parse_as(IdForm::Bugsink, "WEB-1")
    );
}

#[test]
fn keys_and_numbers_have_their_own_rules() {
    assert_eq!(
        read(IdForm::Key, "proj-0123"),
        ok((123, "PROJ-123".to_owned()))
    );
    assert_eq!(
        read(IdForm::Key, "my-proj-1"),
        Err(ShortIdError::ProjectCharacter('-'))
    );
    assert_eq!(
        read(IdForm::Key, "1P-1"),
        Err(ShortIdError::ProjectCharacter('1'))
    );
    assert_eq!(read(IdForm::Number, "#12"), ok((12, "#12".to_owned())));
    assert_eq!(read(IdForm::Number, "12"), ok((12, "#12".to_owned())));
    assert_eq!(read(IdForm::Number, "#"), Err(ShortIdError::NoNumber));
    assert_eq!(
        ShortId::parse_as(IdForm::Number, "#12").map(|id| id.project().to_owned()),
        ok(String::new())
    );
}

#[test]
fn each_defect_has_its_own_error() {
    assert_eq!(sentry(""), Err(ShortIdError::NoSeparator));
    assert_eq!(sentry("ROCKET"), Err(ShortIdError::NoSeparator));
    assert_eq!(sentry("-1"), Err(ShortIdError::NoProject));
    assert_eq!(sentry("ROCKET-"), Err(ShortIdError::NoNumber));
    assert_eq!(sentry("rück-1"), Err(ShortIdError::ProjectCharacter('ü')));
    assert_eq!(sentry("a b-1"), Err(ShortIdError::ProjectCharacter(' ')));
    assert_eq!(sentry(&format!("{}-1", "P".repeat(126))), parts_of_long());
    assert_eq!(
        sentry(&format!("{}-1", "P".repeat(127))),
        Err(ShortIdError::TooLong)
    );
}

fn parts_of_long() -> Result<(String, u64, String), ShortIdError> {
    Ok(("p".repeat(126), 1, format!("{}-1", "P".repeat(126))))
}

#[test]
fn equality_and_hash_ignore_case_and_spelling() {
    let ids: HashSet<ShortId> = ["web-o1l", "WEB-011", "Web_11", "issue:web-1I"]
        .into_iter()
        .filter_map(|t| ShortId::parse(t).ok())
        .collect();
    assert_eq!(ids.len(), 1);
    assert_ne!(ShortId::parse("web-1"), ShortId::parse("web-2"));
    assert_ne!(ShortId::parse("web-1"), ShortId::parse("ops-1"));
    assert!(ShortId::parse("web-9").ok() < ShortId::parse("web-a").ok());
}
