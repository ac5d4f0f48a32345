//! The work grows with the message and no faster.

use super::LOOKED_AT;
use crate::{Grammar, IssueHost};

/// Texts that are repeated to make messages which lead a careless reader back and forth.
const SHAPES: [&str; 30] = [
    "fix the crash in the worker ",
    "fix ",
    "fix: ",
    "fix fix-",
    "fixfix",
    "fix(",
    "fix(a ",
    "fix(A-1 ",
    "fix(see fix see ",
    "Fixes A-1, ",
    "Fixes A-1 and ",
    "A-1 ",
    "A-1, ",
    "fix issue ",
    "fix:\n ",
    "not fix A-1 ",
    "not ",
    "> fix A-1\n",
    "[",
    "[]",
    "[fix ",
    "[a](",
    "[a]()",
    "[fix](x) A-1 ",
    "https://s.example/issues/1 ",
    "fix https://s.example/issues/1 ",
    "fix https://s.example/issues/",
    "Revert \"",
    "é",
    "fix\u{a0}",
];

fn work(grammar: &Grammar, message: &str, read: fn(&Grammar, &str)) -> usize {
    LOOKED_AT.set(0);
    read(grammar, message);
    LOOKED_AT.get()
}

#[track_caller]
fn grows_with_the_message(read: fn(&Grammar, &str), most_per_byte: usize) {
    let host = IssueHost::parse("s.example").ok();
    for grammar in [Grammar::sentry(), Grammar::strict(), Grammar::smart()] {
        let grammar = grammar.with_issue_hosts(host.clone());
        for shape in SHAPES {
            let of = |bytes: usize| work(&grammar, &shape.repeat(bytes / shape.len()), read);
            let (short, long) = (of(1_000), of(10_000));
            assert!(short > 0, "{shape:?} was not looked at");
            assert!(
                long <= 11 * short,
                "{shape:?}: {short} bytes looked at in 1 kB, {long} in 10 kB"
            );
            assert!(
                long <= most_per_byte * 10_000,
                "{shape:?}: {long} bytes looked at in 10 kB"
            );
        }
    }
}

#[test]
fn the_work_of_reading_grows_with_the_message_and_no_faster() {
    grows_with_the_message(|grammar, message| drop(grammar.references(message)), 8);
}

#[test]
fn the_work_of_finding_addresses_grows_with_the_message_and_no_faster() {
    grows_with_the_message(|grammar, message| drop(grammar.issue_links(message)), 8);
}

#[test]
fn the_work_of_explaining_grows_with_the_message_and_no_faster() {
    grows_with_the_message(|grammar, message| drop(grammar.explain(message)), 40);
}
