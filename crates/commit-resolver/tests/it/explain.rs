//! What a person is told about a message.

use bitbucket_commit_resolver::{Grammar, IssueHost, MissReason, Profile, Reference, ShortIdError};

fn misses(grammar: &Grammar, message: &str) -> Vec<(String, MissReason)> {
    let told = grammar.explain(message);
    let found: Vec<_> = told.references().iter().map(Reference::span).collect();
    let expected: Vec<_> = grammar
        .references(message)
        .iter()
        .map(Reference::span)
        .collect();
    assert_eq!(
        found, expected,
        "explain and references agree on {message:?}"
    );
    told.misses()
        .iter()
        .map(|miss| (miss.text().to_owned(), miss.reason()))
        .collect()
}

#[track_caller]
fn missed(grammar: &Grammar, message: &str, text: &str, reason: MissReason) {
    assert_eq!(
        misses(grammar, message),
        [(text.to_owned(), reason)],
        "{message:?}"
    );
}

#[test]
fn the_sentry_profile_tells_why_an_id_was_not_reached() {
    let grammar = Grammar::sentry();
    missed(&grammar, "PROJ-1: count", "PROJ-1", MissReason::NoKeyword);
    missed(&grammar, "Fixes:PROJ-1", "PROJ-1", MissReason::NoSpace);
    missed(
        &grammar,
        "Fixes #PROJ-1",
        "PROJ-1",
        MissReason::Interrupted('#'),
    );
    missed(
        &grammar,
        "Fixes (PROJ-1)",
        "PROJ-1",
        MissReason::Interrupted('('),
    );
    missed(
        &grammar,
        "fix(PROJ-1): x",
        "PROJ-1",
        MissReason::Interrupted('('),
    );
    missed(
        &grammar,
        "Fixes: `PROJ-1`",
        "PROJ-1",
        MissReason::Interrupted('`'),
    );
    missed(
        &grammar,
        "Fixes PROJ-1/PROJ-2",
        "PROJ-2",
        MissReason::Interrupted('/'),
    );
    missed(
        &grammar,
        "Fixes typo.\n\nSee PROJ-9",
        "PROJ-9",
        MissReason::Interrupted('.'),
    );
    missed(
        &grammar,
        "prefixes PROJ-1",
        "PROJ-1",
        MissReason::SimilarWord,
    );
    missed(&grammar, "Bugfix PROJ-1", "PROJ-1", MissReason::SimilarWord);
    missed(
        &grammar,
        "Closing PROJ-1",
        "PROJ-1",
        MissReason::SimilarWord,
    );
    missed(
        &grammar,
        "Fix the cache, closes: PROJ-1",
        "PROJ-1",
        MissReason::SwallowedKeyword,
    );
    missed(
        &grammar,
        "Fixes PROJ-U1",
        "PROJ-U1",
        MissReason::NotAnId(ShortIdError::NotADigit('U')),
    );
    missed(
        &grammar,
        "Fixes PROJ-1 and proj-1",
        "proj-1",
        MissReason::Repeated,
    );
    missed(
        &grammar.with_projects(["web"]),
        "Fixes UTF-8",
        "UTF-8",
        MissReason::UnknownProject,
    );
}

#[test]
fn the_strict_profile_tells_what_takes_a_reference_back() {
    let grammar = Grammar::strict();
    missed(
        &grammar,
        "Does not fix PROJ-1",
        "PROJ-1",
        MissReason::Negated,
    );
    missed(
        &grammar,
        "Revert \"Fixes PROJ-1\"",
        "PROJ-1",
        MissReason::Reverted,
    );
    missed(&grammar, "> Fixes PROJ-1", "PROJ-1", MissReason::Quoted);
    missed(&grammar, "hot-fix PROJ-1", "PROJ-1", MissReason::Compound);
    missed(
        &grammar,
        "Fix front-end layout",
        "front-end",
        MissReason::LowerCaseWord,
    );
    missed(
        &grammar,
        "Fixes PROJ-1 PROJ-2",
        "PROJ-2",
        MissReason::NotBehindKeyword,
    );
    missed(
        &grammar,
        "Fixes PROJ-1\nPROJ-2",
        "PROJ-2",
        MissReason::OtherLine,
    );
    missed(
        &Grammar::smart(),
        "Fixes 12",
        "12",
        MissReason::NoNumberSign,
    );
    missed(
        &Grammar::smart(),
        "Fixes #1 and #2",
        "2",
        MissReason::NotBehindKeyword,
    );
    missed(&Grammar::smart(), "About #2", "2", MissReason::NoKeyword);
}

#[test]
fn short_keywords_make_no_word_similar() {
    missed(
        &Grammar::strict(),
        "This is PROJ-1",
        "PROJ-1",
        MissReason::NoKeyword,
    );
    // `see` without its last letter is in this one, but that is too little to be like it.
    missed(
        &Grammar::strict(),
        "Use PROJ-1",
        "PROJ-1",
        MissReason::NoKeyword,
    );
    missed(&Grammar::smart(), "More for #2", "2", MissReason::NoKeyword);
}

#[test]
fn each_id_has_the_fate_of_the_keyword_before_it() {
    let fates = misses(
        &Grammar::sentry(),
        "Fixes (A-1) and A-2, closes. A-3 and A-4",
    );
    let (bracket, dot) = (MissReason::Interrupted('('), MissReason::Interrupted('.'));
    let expected = [
        ("A-1", bracket),
        ("A-2", bracket),
        ("A-3", dot),
        ("A-4", dot),
    ];
    assert_eq!(fates, expected.map(|(id, fate)| (id.to_owned(), fate)));
    let grammar = Grammar::sentry();
    missed(&grammar, "Fixes:(A-1)", "A-1", MissReason::Interrupted('('));
    missed(&grammar, "Fixes:-A-1", "A-1", MissReason::NoSpace);
    missed(&grammar, "Fixes::A-1", "A-1", MissReason::Interrupted(':'));
}

#[test]
fn numbers_are_told_where_they_are_ids() {
    assert_eq!(misses(&Grammar::sentry(), "About #2"), []);
    for message in ["About 2", "About # and #x1 and #1x", "#"] {
        assert_eq!(misses(&Grammar::smart(), message), [], "{message:?}");
    }
}

#[test]
fn an_explanation_has_all_that_the_grammar_finds() {
    let grammar = Grammar::sentry().with_issue_hosts(IssueHost::parse("s.example").ok());
    let message = "Fixes https://s.example/issues/7, then closes A-1";
    let told = grammar.explain(message);
    assert_eq!(told.issue_links(), grammar.issue_links(message));
    assert_eq!(told.issue_links().len(), 1);
    assert!(!told.is_skipped());
    assert!(grammar.explain("Fixes A-1 #skipsentry").is_skipped());
    assert_eq!(
        grammar.explain("Fixes A-1").to_string(),
        "resolve A-1: \"A-1\" is among the words behind \"Fixes\"\n"
    );
    assert_eq!(
        grammar
            .explain("Fixes https://s.example/issues/7")
            .to_string(),
        "resolve issue 7 on s.example: its address stands behind \"Fixes\"\n"
    );
}

#[test]
fn a_link_elsewhere_changes_nothing() {
    let message = "Fixes \"A-1\"fix B-2 (Closes C-3)";
    let ids = |message: &str| {
        Grammar::strict()
            .references(message)
            .iter()
            .map(|found| found.short_id().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(message), ["A-1", "B-2", "C-3"]);
    assert_eq!(ids(&format!("{message} [x](y)")), ["A-1", "B-2", "C-3"]);
}

#[test]
fn prose_is_not_told_as_a_miss() {
    for message in [
        "",
        "Re-use the up-to-date cache",
        "Fix the crash",
        "https://example.com/WEB-1",
        "e-mail \u{301}A-1é",
    ] {
        assert_eq!(misses(&Grammar::sentry(), message), [], "{message:?}");
        assert_eq!(misses(&Grammar::strict(), message), [], "{message:?}");
    }
}

#[test]
fn an_address_tells_why_it_is_none() {
    let grammar = Grammar::sentry().with_issue_hosts(IssueHost::parse("s.example").ok());
    missed(
        &grammar,
        "Fixes https://t.example/issues/1",
        "https://t.example/issues/1",
        MissReason::ForeignHost,
    );
    missed(
        &grammar,
        "Fixes https://s.example/issue/1",
        "https://s.example/issue/1",
        MissReason::NoIssueInAddress,
    );
    let address = "https://s.example/issues/99999999999999999999";
    missed(
        &grammar,
        &format!("Fixes {address}"),
        address,
        MissReason::NotAnId(ShortIdError::TooLarge),
    );
}

#[test]
fn the_text_has_one_line_for_each_finding() {
    let grammar = Profile {
        issue_hosts: IssueHost::parse("s.example").into_iter().collect(),
        ..Profile::strict()
    }
    .grammar();
    let message = "fix(WEB-1A): x #skipsentry\n\nDoes not fix WEB-2\nFixes https://s.example/issues/7\nFixes: WEB-3";
    assert_eq!(
        grammar
            .map(|grammar| grammar.explain(message).to_string())
            .as_deref(),
        Ok(
            "skipped: the message says that it wants to be left alone, so nothing below happens\n\
            resolve WEB-1A: \"WEB-1A\" is the scope of \"fix\"\n\
            resolve WEB-3: \"WEB-3\" stands in the trailer \"Fixes\"\n\
            resolve issue 7 on s.example: its address stands behind \"Fixes\"\n\
            not \"WEB-2\": a word such as `not` stands before the keyword\n"
        )
    );
    assert_eq!(
        Grammar::sentry().explain("Count retries").to_string(),
        "no reference\n"
    );
}

#[cfg(feature = "serde")]
#[test]
fn an_explanation_is_data_too() {
    let told = serde_json::to_value(Grammar::sentry().explain("Fixes A-1 (A-2)"))
        .expect("it can be written");
    assert_eq!(
        told,
        serde_json::json!({
            "message": "Fixes A-1 (A-2)",
            "skipped": false,
            "references": [{"action": "resolve", "short_id": "A-1", "span": {"start": 6, "end": 9}, "keyword": {"start": 0, "end": 5}, "rule": "run"}],
            "issue_links": [],
            "misses": [{"text": "A-2", "span": {"start": 11, "end": 14}, "reason": "interrupted"}],
        })
    );
}
