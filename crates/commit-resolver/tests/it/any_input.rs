//! Any bytes are input, in any profile.

use bitbucket_commit_resolver::{Grammar, IssueHost, Known, Occasion, PlanCommit, Policy, plan};
use proptest::prelude::*;
use proptest::sample::select;

fn grammars() -> [Grammar; 3] {
    let host = IssueHost::parse("s.example").ok();
    [Grammar::sentry(), Grammar::strict(), Grammar::smart()]
        .map(|grammar| grammar.with_issue_hosts(host.clone()))
}

fn part() -> impl Strategy<Value = Vec<u8>> {
    let known: &[&[u8]] = &[
        b"fix",
        b"Fixes",
        b"reopens",
        b"see",
        b"not",
        b" ",
        b" ",
        b"\n",
        b"\r\n",
        b"\n> ",
        b": ",
        b":",
        b"(",
        b")",
        b"!:",
        b"#",
        b"#12",
        b"A-1",
        b"PROJ-2B",
        b"front-end",
        b", ",
        b" and ",
        b"/",
        b"`",
        b"\"",
        b"Revert \"",
        b"[",
        b"](x)",
        b"-",
        b"_",
        b"issue ",
        b"https://s.example/issues/",
        b"7",
        b"\0",
        b"\xc3",
        b"\xc3\xa9",
        b"\xe2\x80\x99t",
        b"\xf0\x9f\x99\x82",
        b"\xff",
        b"This reverts commit 0123abc",
    ];
    prop_oneof![8 => select(known).prop_map(<[u8]>::to_vec), 1 => proptest::collection::vec(any::<u8>(), 0..8)]
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(part(), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn spans_lie_in_the_message_and_keywords_stand_before_ids(message in message()) {
        for grammar in grammars() {
            for found in grammar.references_in_bytes(&message) {
                prop_assert!(found.span().start < found.span().end && found.span().end <= message.len());
                prop_assert!(found.keyword().end <= found.span().start);
            }
            for link in grammar.issue_links_in_bytes(&message) {
                prop_assert!(message[link.span()].starts_with(b"http"));
            }
        }
    }

    #[test]
    fn an_explanation_finds_what_is_found(message in message().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())) {
        for grammar in grammars() {
            let told = grammar.explain(&message);
            let (references, links) = (grammar.references(&message), grammar.issue_links(&message));
            prop_assert_eq!(told.references(), references.as_slice());
            prop_assert_eq!(told.issue_links(), links.as_slice());
            let missed = told.misses().iter().any(|miss| references.iter().any(|found| found.span() == miss.span()));
            prop_assert!(!missed, "a reference is no miss");
        }
    }

    #[test]
    fn a_plan_that_was_carried_out_has_nothing_left_to_do(messages in proptest::collection::vec(message(), 0..6)) {
        let texts: Vec<String> = messages.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        let shas = ["0123abc0", "1123abc0", "2123abc0", "3123abc0", "4123abc0", "5123abc0"];
        let commits: Vec<_> = shas.iter().zip(&texts).map(|(sha, message)| PlanCommit { sha, message }).collect();
        for grammar in grammars() {
            let policy = Policy::new(grammar);
            let known: Known = plan(&commits, Occasion::Release, &policy, &Known::default()).effects.into_iter().collect();
            prop_assert_eq!(plan(&commits, Occasion::Release, &policy, &known).effects, []);
            prop_assert_eq!(plan(&commits, Occasion::Push { branch: "main" }, &policy, &known).effects, []);
        }
    }
}

#[test]
fn ten_megabytes_are_read() {
    let prose = "Count the retries of the worker twice\0 é\r\n".repeat(250_000);
    assert!(prose.len() > 10_000_000);
    let found = Grammar::sentry().references(&format!("{prose}. Fixes A-1"));
    assert_eq!(
        found
            .first()
            .map(bitbucket_commit_resolver::Reference::span),
        Some(prose.len() + 8..prose.len() + 11)
    );
}

#[test]
fn a_long_message_with_links_is_read() {
    let prose = "Fix the crash in the worker [here](x)\0 é\r\n".repeat(5_000);
    for grammar in grammars() {
        assert_eq!(grammar.references(&prose), []);
        assert_eq!(
            grammar
                .references(&format!("{prose}. Fixes A-1. Closes #12"))
                .len(),
            1
        );
    }
}

#[test]
fn many_different_references_are_all_found_once() {
    let once: String = (0..5000)
        .map(|number| format!("Fixes A-{number}. "))
        .collect();
    let found = Grammar::sentry().references(&once.repeat(3));
    assert_eq!(found.len(), 5000);
    assert_eq!(
        found
            .last()
            .map(|last| last.short_id().to_string())
            .as_deref(),
        Some("A-4999")
    );
}
