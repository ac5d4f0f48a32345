//! What each identifier takes, what it refuses, and where it says the fault is.

use alloc::string::{String, ToString};

use crate::{
    AccountId, CommitSha, DiffSpec, FilePath, HookUuid, IssueId, ParseError, Reason, RepoFullName,
    RepoRef, RepoSlug, RepoUuid, Revision, RevisionRange, UserRef, Workspace, WorkspaceUuid,
};

const UUID: &str = "{7c1a0d2e-0000-4a5b-8c9d-0123456789ab}";

fn fault<T: core::fmt::Debug>(parsed: Result<T, ParseError>) -> (&'static str, usize, Reason) {
    let error = parsed.unwrap_err();
    (error.identifier(), error.position(), error.reason())
}

#[test]
fn a_workspace_is_a_slug_or_a_uuid_in_braces() {
    assert_eq!(
        Workspace::parse("Acme_2-x.y").unwrap().as_str(),
        "Acme_2-x.y"
    );
    assert_eq!(
        Workspace::parse(&UUID.to_uppercase()).unwrap().as_str(),
        UUID
    );
    assert!(Workspace::from(WorkspaceUuid::parse(UUID).unwrap()).is_uuid());
    assert!(!Workspace::parse("acme").unwrap().is_uuid());
}

#[test]
fn a_slug_refuses_what_would_change_the_path() {
    assert_eq!(fault(Workspace::parse("")), ("workspace", 0, Reason::Empty));
    assert_eq!(
        fault(Workspace::parse(".")),
        ("workspace", 0, Reason::DotSegment)
    );
    assert_eq!(
        fault(RepoSlug::parse("..")),
        ("repo_slug", 0, Reason::DotSegment)
    );
    assert_eq!(
        fault(RepoSlug::parse("a/b")),
        ("repo_slug", 1, Reason::Character('/'))
    );
    assert_eq!(
        fault(RepoSlug::parse("ab\0")),
        ("repo_slug", 2, Reason::Control('\0'))
    );
    assert_eq!(
        fault(RepoSlug::parse("a%2e")),
        ("repo_slug", 1, Reason::Character('%'))
    );
    assert_eq!(
        fault(RepoSlug::parse("a?b")),
        ("repo_slug", 1, Reason::Character('?'))
    );
    assert_eq!(
        fault(RepoSlug::parse(&"a".repeat(1025))),
        ("repo_slug", 1024, Reason::TooLong { most: 1024 })
    );
}

#[test]
fn a_uuid_gets_its_braces_and_lower_case() {
    let bare = UUID.trim_matches(['{', '}']);
    assert_eq!(HookUuid::parse(bare).unwrap().as_str(), UUID);
    assert_eq!(
        HookUuid::parse(&bare.to_uppercase()).unwrap(),
        HookUuid::parse(UUID).unwrap()
    );
    assert_eq!(HookUuid::parse(UUID).unwrap().without_braces(), bare);
}

#[test]
fn a_uuid_says_where_it_stops_being_one() {
    assert_eq!(fault(RepoUuid::parse("")), ("repo_uuid", 0, Reason::Empty));
    assert_eq!(
        fault(RepoUuid::parse("{}")),
        ("repo_uuid", 1, Reason::Empty)
    );
    assert_eq!(
        fault(RepoUuid::parse("{7c1a")),
        ("repo_uuid", 5, Reason::Missing("}"))
    );
    assert_eq!(
        fault(RepoUuid::parse("{7c1g}")),
        ("repo_uuid", 4, Reason::Character('g'))
    );
    assert_eq!(
        fault(RepoUuid::parse("7c1a0d2e00004a5b")),
        ("repo_uuid", 8, Reason::Character('0'))
    );
    assert_eq!(
        fault(RepoUuid::parse("{7c1a}")),
        ("repo_uuid", 5, Reason::TooShort { least: 36 })
    );
    assert_eq!(
        fault(RepoUuid::parse(&UUID.replace('}', "a}"))),
        ("repo_uuid", 37, Reason::TooLong { most: 36 })
    );
    assert_eq!(
        fault(RepoUuid::parse(&UUID.replace('}', ""))),
        ("repo_uuid", 37, Reason::Missing("}"))
    );
    assert_eq!(
        fault(RepoUuid::parse(UUID.trim_start_matches('{'))),
        ("repo_uuid", 36, Reason::TooLong { most: 36 })
    );
}

#[test]
fn a_full_name_has_two_parts() {
    let name = RepoFullName::parse("acme/rocket").unwrap();
    assert_eq!(
        (
            name.as_str(),
            name.workspace().as_str(),
            name.slug().as_str()
        ),
        ("acme/rocket", "acme", "rocket")
    );
    assert_eq!(alloc::format!("{name:?}"), "RepoFullName(\"acme/rocket\")");
    assert_eq!(
        fault(RepoFullName::parse("acme")),
        ("repo_full_name", 4, Reason::Missing("/"))
    );
    assert_eq!(
        fault(RepoFullName::parse("/rocket")),
        ("workspace", 0, Reason::Empty)
    );
    assert_eq!(
        fault(RepoFullName::parse("acme/rocket/..")),
        ("repo_slug", 11, Reason::Character('/'))
    );
}

#[test]
fn a_repository_is_addressed_by_name_or_by_uuid() {
    assert_eq!(
        RepoRef::parse("acme/rocket").unwrap(),
        RepoRef::Name(RepoFullName::parse("acme/rocket").unwrap())
    );
    assert_eq!(
        RepoRef::parse(UUID).unwrap(),
        RepoRef::Uuid(RepoUuid::parse(UUID).unwrap())
    );
    let mixed = alloc::format!("{UUID}/rocket");
    assert_eq!(RepoRef::parse(&mixed).unwrap().as_str(), mixed);
}

#[test]
fn a_commit_is_seven_to_forty_hexadecimal_digits() {
    let full = "0123456789ABCDEF0123456789abcdef01234567";
    assert_eq!(
        CommitSha::parse(full).unwrap().as_str(),
        full.to_lowercase()
    );
    assert!(CommitSha::parse(full).unwrap().is_full());
    assert!(!CommitSha::parse("1234567").unwrap().is_full());
    assert_eq!(
        fault(CommitSha::parse("123456")),
        ("commit_sha", 6, Reason::TooShort { least: 7 })
    );
    assert_eq!(
        fault(CommitSha::parse("123456g")),
        ("commit_sha", 6, Reason::Character('g'))
    );
    let long = alloc::format!("{full}0");
    assert_eq!(
        fault(CommitSha::parse(&long)),
        ("commit_sha", 40, Reason::TooLong { most: 40 })
    );
}

#[test]
fn a_revision_follows_gits_rules_for_names() {
    for name in [
        "main",
        "feature/a",
        "v1.0",
        "HEAD",
        "a@b",
        "üñ/日本",
        "-x",
        "a%2e",
    ] {
        assert_eq!(Revision::parse(name).unwrap().as_str(), name);
    }
    let refused = [
        ("", 0, Reason::Empty),
        ("..", 0, Reason::DotSegment),
        ("a b", 1, Reason::Character(' ')),
        ("a\u{7f}", 1, Reason::Control('\u{7f}')),
        ("a\nb", 1, Reason::Control('\n')),
        ("a\\b", 1, Reason::Character('\\')),
        ("main^1", 4, Reason::Character('^')),
        ("a..b", 1, Reason::Sequence("..")),
        ("a@{1}", 1, Reason::Sequence("@{")),
        ("@", 0, Reason::Sequence("@")),
        ("/a", 0, Reason::EmptySegment),
        ("a//b", 2, Reason::EmptySegment),
        ("a/", 2, Reason::EmptySegment),
        ("a/.b", 2, Reason::Character('.')),
        ("a.lock/b", 1, Reason::Sequence(".lock")),
        ("a.", 1, Reason::Character('.')),
    ];
    for (name, position, reason) in refused {
        assert_eq!(
            fault(Revision::parse(name)),
            ("revision", position, reason),
            "{name:?}"
        );
    }
}

#[test]
fn a_range_is_built_old_to_new_and_spelled_new_to_old() {
    let range = RevisionRange::new(
        Revision::parse("main").unwrap(),
        CommitSha::parse("abcdef0").unwrap(),
    );
    assert_eq!(range.to_string(), "abcdef0..main");
    assert_eq!(
        (range.old_side().as_str(), range.new_side().as_str()),
        ("main", "abcdef0")
    );
    assert_eq!(RevisionRange::parse("abcdef0..main").unwrap(), range);
    assert_eq!(
        fault(RevisionRange::parse("main")),
        ("revision_range", 4, Reason::Missing(".."))
    );
    assert_eq!(
        fault(RevisionRange::parse("main..")),
        ("revision", 6, Reason::Empty)
    );
    assert_eq!(
        fault(RevisionRange::parse("a...b")),
        ("revision", 3, Reason::Character('.'))
    );
}

#[test]
fn a_diff_spec_tells_commit_name_and_range_apart() {
    let upper = Revision::parse("ABCDEF0").unwrap();
    assert_eq!(
        DiffSpec::parse("ABCDEF0").unwrap(),
        DiffSpec::Revision(upper)
    );
    assert_eq!(
        DiffSpec::parse("abcdef0").unwrap(),
        DiffSpec::Commit(CommitSha::parse("abcdef0").unwrap())
    );
    assert_eq!(
        DiffSpec::parse("main").unwrap(),
        DiffSpec::Revision(Revision::parse("main").unwrap())
    );
    assert_eq!(
        DiffSpec::parse("b..a").unwrap(),
        DiffSpec::Range(RevisionRange::parse("b..a").unwrap())
    );
}

#[test]
fn a_file_path_has_no_empty_and_no_dot_parts() {
    let path = FilePath::parse("a b/.hidden/%2e/...").unwrap();
    assert_eq!(
        path.segments().collect::<alloc::vec::Vec<_>>(),
        ["a b", ".hidden", "%2e", "..."]
    );
    let refused = [
        ("", 0, Reason::Empty),
        ("/a", 0, Reason::EmptySegment),
        ("a/", 2, Reason::EmptySegment),
        ("a//b", 2, Reason::EmptySegment),
        ("a/../b", 2, Reason::DotSegment),
        ("./a", 0, Reason::DotSegment),
        ("a\tb", 1, Reason::Control('\t')),
    ];
    for (text, position, reason) in refused {
        assert_eq!(
            fault(FilePath::parse(text)),
            ("file_path", position, reason),
            "{text:?}"
        );
    }
}

#[test]
fn a_number_has_one_spelling() {
    assert_eq!(IssueId::parse("42").unwrap().value(), 42);
    assert_eq!(
        IssueId::new(u64::MAX >> 1).unwrap().to_string(),
        "9223372036854775807"
    );
    assert_eq!(fault(IssueId::parse("")), ("issue_id", 0, Reason::Empty));
    assert_eq!(
        fault(IssueId::parse("+1")),
        ("issue_id", 0, Reason::Character('+'))
    );
    assert_eq!(
        fault(IssueId::parse("07")),
        ("issue_id", 0, Reason::NumberRange)
    );
    assert_eq!(
        fault(IssueId::parse("9223372036854775808")),
        ("issue_id", 0, Reason::NumberRange)
    );
    assert_eq!(
        fault(IssueId::parse(&"9".repeat(20))),
        ("issue_id", 19, Reason::TooLong { most: 19 })
    );
    assert_eq!(fault(IssueId::new(0)), ("issue_id", 0, Reason::NumberRange));
}

#[test]
fn a_user_is_addressed_by_account_or_by_uuid() {
    let account = "557058:c0b72ad0-1cb5-4018-9cdc-0cde8492c443";
    assert_eq!(
        UserRef::parse(account).unwrap(),
        UserRef::Account(AccountId::parse(account).unwrap())
    );
    assert_eq!(UserRef::parse(UUID).unwrap().as_str(), UUID);
    assert_eq!(
        fault(AccountId::parse("jane doe")),
        ("account_id", 4, Reason::Character(' '))
    );
}

#[test]
fn an_error_says_what_where_and_why_without_the_text() {
    let error = Workspace::parse("ac me").unwrap_err();
    assert_eq!(
        error.to_string(),
        "workspace refused at byte 2: character ' ' is not allowed here"
    );
    assert_eq!(error.code(), "character");
    let control = Workspace::parse("a\u{1b}[0m").unwrap_err();
    assert_eq!(
        control.to_string(),
        "workspace refused at byte 1: control character U+001B"
    );
    let long = Workspace::parse(&String::from_iter(core::iter::repeat_n('x', 2000))).unwrap_err();
    assert_eq!(
        long.to_string(),
        "workspace refused at byte 1024: it is longer than 1024 bytes"
    );
}
