//! What reading costs in memory.

use allocation_counter::measure;
use bitbucket_commit_resolver::Grammar;

const GRAMMARS: [fn() -> Grammar; 3] = [Grammar::sentry, Grammar::strict, Grammar::smart];

#[test]
fn a_message_that_names_nothing_costs_no_memory() {
    let messages = [
        "",
        "Count the retries of the worker",
        "Fix the crash in the worker\n\nIt closes the file, resolves the path. See the notes.",
        "Fixes é, \0 and UTF_8 #x",
        "Does not fix it\n> fix: it\nRevert \"fix(api): it\"",
        "[Fix](https://x.example) the [crash](y)",
        "Fixes PROJ-U1_, front-, -1",
    ];
    for grammar in GRAMMARS.map(|grammar| grammar()) {
        for message in messages {
            for long in [1, 3000] {
                let message = message.repeat(long);
                let cost = measure(|| {
                    assert_eq!(grammar.references(&message), []);
                    assert!(!grammar.is_skipped(&message));
                    assert_eq!(grammar.references_in_bytes(message.as_bytes()), []);
                    assert_eq!(grammar.issue_links(&message), []);
                });
                assert_eq!(cost.count_total, 0, "{message:?}");
            }
        }
    }
}

#[test]
fn memory_grows_with_what_is_found_and_not_with_what_is_read() {
    for grammar in GRAMMARS.map(|grammar| grammar()) {
        let cost = |prose: usize| {
            let message = "Count the retries. ".repeat(prose) + "Fixes ROCKET-1A. Fixes #12";
            measure(|| assert_eq!(grammar.references(&message).len(), 1)).bytes_total
        };
        assert!(cost(0) > 0);
        assert_eq!(cost(0), cost(10_000));
    }
}
