//! From a request line back to the endpoint.

use bitbucket_api_paths::{
    AddressError, Endpoint, Method, Query, Reason, RepoRef, pull_requests, repositories,
};

use crate::world::{every_endpoint, sample};

#[track_caller]
fn spelled(method: Method, target: &str) -> String {
    Endpoint::parse(method, target)
        .unwrap()
        .path_and_query()
        .to_owned()
}

#[test]
fn every_endpoint_is_recognised_as_itself() {
    for endpoint in every_endpoint(&sample()) {
        assert_eq!(
            Endpoint::parse(endpoint.method(), endpoint.path_and_query()),
            Ok(endpoint)
        );
    }
}

#[test]
fn parameters_come_back_by_name_and_decoded() {
    let endpoint = Endpoint::parse(
        Method::Get,
        "/2.0/repositories/acme/rocket/src/abcdef0/a%20b/c",
    )
    .unwrap();
    let parameters: Vec<_> = endpoint.parameters().collect();
    let expected = [
        ("workspace", "acme"),
        ("repo_slug", "rocket"),
        ("commit", "abcdef0"),
        ("path", "a b/c"),
    ];
    assert_eq!(
        parameters,
        expected.map(|(name, text)| (name, text.to_owned()))
    );
}

#[test]
fn a_foreign_spelling_is_spelled_anew() {
    let get = Method::Get;
    assert_eq!(
        spelled(get, "/2.0/repositories/acme/rocket/commits/a%2fb"),
        "/2.0/repositories/acme/rocket/commits/a%2Fb"
    );
    assert_eq!(
        spelled(get, "/2.0/repositories/acme/rocket/refs/branches/feature/x"),
        "/2.0/repositories/acme/rocket/refs/branches/feature%2Fx"
    );
    assert_eq!(
        spelled(
            get,
            "/2.0/repositories/{}/{7C1A0D2E-0000-4A5B-8C9D-0123456789AB}"
        ),
        "/2.0/repositories/%7B%7D/%7B7c1a0d2e-0000-4a5b-8c9d-0123456789ab%7D"
    );
    assert_eq!(
        spelled(get, "/2.0/user?fields=a+b,%2Bc&x&&=y"),
        "/2.0/user?fields=a%20b%2C%2Bc&x=&=y"
    );
}

#[test]
fn a_commit_and_a_page_of_commits_are_told_apart() {
    let one = Endpoint::parse(Method::Get, "/2.0/repositories/acme/rocket/commit/abcdef0").unwrap();
    let many =
        Endpoint::parse(Method::Get, "/2.0/repositories/acme/rocket/commits/abcdef0").unwrap();
    assert_eq!(
        (one.operation_id(), many.operation_id()),
        ("getACommit", "listCommitsForRevision")
    );
    let posted = Endpoint::parse(Method::Post, "/2.0/repositories/acme/rocket/commits").unwrap();
    assert_eq!(posted.operation_id(), "listCommitsWithIncludeexclude");
}

#[test]
fn what_is_no_address_is_refused_by_cause() {
    let refused = [
        ("", AddressError::NotAPath),
        ("https://host.example/2.0/user", AddressError::NotAPath),
        ("/2.0/user#x", AddressError::NotAPath),
        ("//host.example/2.0/user", AddressError::UnknownPath),
        ("/2.0/user/", AddressError::UnknownPath),
        ("/1.0/user", AddressError::UnknownPath),
        ("/2.0/../2.0/user", AddressError::UnknownPath),
        ("/2.0/repositories/acme//commits", AddressError::UnknownPath),
        (
            "/2.0/addon",
            AddressError::UnknownMethod {
                method: Method::Get,
            },
        ),
        (
            "/2.0/repositories/ac%zz/rocket",
            AddressError::Escape { position: 20 },
        ),
        ("/2.0/user?q=%2", AddressError::Escape { position: 12 }),
        (
            "/2.0/repositories/acme/rocket/src/abcdef0/a/%C3",
            AddressError::Escape { position: 44 },
        ),
    ];
    for (target, error) in refused {
        assert_eq!(Endpoint::parse(Method::Get, target), Err(error), "{target}");
    }
}

#[test]
fn a_bad_parameter_is_named_with_position_and_reason() {
    let cases = [
        (
            "/2.0/repositories/acme/%2E%2E",
            "repo_slug",
            0,
            Reason::DotSegment,
        ),
        (
            "/2.0/repositories/acme/rocket/src/abcdef0/a/%2e%2e/b",
            "path",
            2,
            Reason::DotSegment,
        ),
        (
            "/2.0/repositories/acme/rocket/src/abcdef0/a/b%2Fc",
            "path",
            3,
            Reason::Character('/'),
        ),
        (
            "/2.0/repositories/acme/rocket/commit/abc",
            "commit",
            3,
            Reason::TooShort { least: 7 },
        ),
        (
            "/2.0/repositories/acme/rocket/pullrequests/x",
            "pull_request_id",
            0,
            Reason::Character('x'),
        ),
        (
            "/2.0/repositories/%7B%7D/rocket",
            "repo_slug",
            0,
            Reason::Character('r'),
        ),
        (
            "/2.0/repositories/acme/rocket/commits/a%00",
            "revision",
            1,
            Reason::Control('\0'),
        ),
    ];
    for (target, name, position, reason) in cases {
        let Err(AddressError::Parameter {
            parameter, source, ..
        }) = Endpoint::parse(Method::Get, target)
        else {
            unreachable!("{target}");
        };
        assert_eq!(
            (parameter, source.position(), source.reason()),
            (name, position, reason),
            "{target}"
        );
    }
}

#[test]
fn an_address_error_says_only_its_own_layer() {
    let error = Endpoint::parse(Method::Get, "/2.0/repositories/acme/a:b").unwrap_err();
    assert_eq!(
        error.to_string(),
        "parameter repo_slug of getARepository is refused"
    );
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "repo_slug refused at byte 1: character ':' is not allowed here"
    );
    assert_eq!(error.code(), "parameter");
}

#[test]
fn methods_are_read_as_the_protocol_writes_them() {
    assert_eq!("PUT".parse(), Ok(Method::Put));
    assert_eq!("put".parse::<Method>().unwrap_err().code(), "missing");
}

#[test]
fn the_longest_pages_are_asked_for_where_there_are_pages() {
    let rocket = RepoRef::parse("acme/rocket").unwrap();
    assert_eq!(
        pull_requests::list(&rocket).with_longest_pages().query(),
        Some("pagelen=50")
    );
    let read = repositories::repository(&rocket)
        .with_longest_pages()
        .with_query(Query::new());
    assert_eq!(read.query(), None);
}
