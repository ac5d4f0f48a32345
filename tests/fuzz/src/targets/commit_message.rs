//! A commit message, in each profile: references lie in it, and an explanation finds what is found.

use bitbucket_commit_resolver::{Grammar, IssueHost};

pub(crate) fn check(data: &[u8]) {
    let host = IssueHost::parse("sentry.example.com").ok();
    for grammar in [Grammar::sentry(), Grammar::strict(), Grammar::smart()] {
        let grammar = grammar.with_issue_hosts(host.clone());
        lie_in_the_message(&grammar, data);
        if let Ok(message) = std::str::from_utf8(data) {
            are_explained(&grammar, message);
        }
    }
}

fn lie_in_the_message(grammar: &Grammar, message: &[u8]) {
    for found in grammar.references_in_bytes(message) {
        let span = found.span();
        assert!(span.start < span.end && span.end <= message.len());
        assert!(found.keyword().end <= span.start);
    }
    for link in grammar.issue_links_in_bytes(message) {
        assert!(message[link.span()].starts_with(b"http"));
        assert!(link.host().ends_with("sentry.example.com"));
    }
}

fn are_explained(grammar: &Grammar, message: &str) {
    let references = grammar.references(message);
    assert_eq!(references, grammar.references_in_bytes(message.as_bytes()));
    let told = grammar.explain(message);
    assert_eq!(told.references(), references);
    assert_eq!(told.issue_links(), grammar.issue_links(message));
    assert_eq!(told.is_skipped(), grammar.is_skipped(message));
    for found in &references {
        assert!(
            message.get(found.span()).is_some(),
            "a span ends within a character"
        );
        assert!(told.misses().iter().all(|miss| miss.span() != found.span()));
    }
}
