//! Issues named by their address.
#![expect(clippy::expect_used, reason = "a test's helper fails the test")]

use bitbucket_commit_resolver::{Grammar, InvalidIssueHost, IssueHost, MAX_ISSUE};

fn links(message: &str) -> Vec<(String, u64, String)> {
    let hosts =
        ["sentry.example.com", "10.0.0.5:9000"].map(|host| IssueHost::parse(host).expect("a host"));
    let grammar = Grammar::sentry().with_issue_hosts(hosts);
    let found = grammar.issue_links(message);
    found
        .iter()
        .map(|link| {
            (
                link.host().to_owned(),
                link.issue(),
                message[link.span()].to_owned(),
            )
        })
        .collect()
}

fn issues(message: &str) -> Vec<u64> {
    links(message)
        .into_iter()
        .map(|(_, issue, _)| issue)
        .collect()
}

#[test]
fn an_address_on_the_host_or_below_it_names_an_issue() {
    let address = "https://Acme.Sentry.example.com/organizations/acme/issues/42/?project=7";
    assert_eq!(
        links(&format!("Fixes {address} for good")),
        [("acme.sentry.example.com".to_owned(), 42, address.to_owned())]
    );
    assert_eq!(issues("closes: HTTP://sentry.example.com/issues/1."), [1]);
    assert_eq!(issues("Resolves\n\thttps://10.0.0.5:9000/issues/3#x"), [3]);
    assert_eq!(
        issues(
            "Fixes https://sentry.example.com/issues/?/issues/1 closes https://sentry.example.com/issues/x/issues/2b"
        ),
        [2]
    );
}

#[test]
fn a_foreign_host_names_nothing() {
    for address in [
        "https://example.com/issues/1",
        "https://evilsentry.example.com/issues/1",
        "https://sentry.example.com.evil.example/issues/1",
        "https://sentry.example.com:8443/issues/1",
        "https://sentry.example.com@evil.example/issues/1",
        "https://evil@sentry.example.com/issues/1",
        "https://evil@acme.sentry.example.com/issues/1",
        "https://evil.example/?https://sentry.example.com/issues/1",
        "https://10.0.0.5/issues/1",
        "ftp://sentry.example.com/issues/1",
        "https:///issues/1",
    ] {
        assert_eq!(
            issues(&format!("Fixes {address}")),
            [] as [u64; 0],
            "{address}"
        );
    }
}

#[test]
fn the_number_comes_from_the_path_and_is_bounded() {
    assert_eq!(
        issues(&format!(
            "Fixes https://sentry.example.com/issues/{MAX_ISSUE}"
        )),
        [MAX_ISSUE]
    );
    assert_eq!(
        issues("Fixes https://sentry.example.com/issues/9223372036854775808"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes https://sentry.example.com/?x=/issues/1"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes https://sentry.example.com/#/issues/1"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes https://sentry.example.com/issue/1"),
        [] as [u64; 0]
    );
}

#[test]
fn an_address_needs_its_keyword_and_white_space() {
    assert_eq!(
        issues("See https://sentry.example.com/issues/1"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes:https://sentry.example.com/issues/1"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes the bug https://sentry.example.com/issues/1"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes [it](https://sentry.example.com/issues/1)"),
        [] as [u64; 0]
    );
    assert_eq!(
        issues("Fixes [https://sentry.example.com/issues/1](x)"),
        [1]
    );
}

#[test]
fn addresses_are_distinct_and_in_order() {
    let message = "Fixes https://sentry.example.com/issues/2 closes https://sentry.example.com/issues/1 fixed https://SENTRY.example.com/issues/2/";
    assert_eq!(issues(message), [2, 1]);
}

#[test]
fn no_host_no_links() {
    assert_eq!(
        Grammar::sentry().issue_links("Fixes https://sentry.example.com/issues/1"),
        []
    );
}

#[test]
fn a_host_is_a_name_perhaps_with_a_port() {
    for host in [
        "sentry.io",
        "localhost",
        "localhost:9000",
        "[::1]",
        "[::1]:9000",
        "SENTRY.io",
    ] {
        assert_eq!(
            IssueHost::parse(host).map(|parsed| parsed.to_string()),
            Ok(host.to_ascii_lowercase()),
            "{host}"
        );
    }
    for host in [
        "",
        ":80",
        "a b",
        "https://sentry.io",
        "sentry.io/",
        "sentry..io",
        ".sentry.io",
        "h:",
        "h:99999",
        "h:x",
        "[::1",
        "a@b",
    ] {
        assert_eq!(IssueHost::parse(host), Err(InvalidIssueHost), "{host}");
    }
}

#[test]
fn a_host_reads_back_as_it_was_written() {
    let host = IssueHost::parse("Sentry.Example.com:9000").expect("a host");
    let text = String::from(host.clone());
    assert_eq!(text, "sentry.example.com:9000");
    assert_eq!(IssueHost::try_from(text), Ok(host));
    assert_eq!(InvalidIssueHost.code(), "issue_host_invalid");
}
