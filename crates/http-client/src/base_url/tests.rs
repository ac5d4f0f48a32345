//! Where credentials may go, and above all where not.

use proptest::prelude::*;

use super::*;

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse(text).unwrap()
}

#[test]
fn a_base_url_is_scheme_authority_and_prefix() {
    let proxied = base("https://proxy.example:8443/bitbucket/");
    assert_eq!(
        (proxied.scheme(), proxied.authority(), proxied.prefix()),
        ("https", "proxy.example:8443", "/bitbucket")
    );
    assert_eq!(proxied.to_string(), "https://proxy.example:8443/bitbucket");
    assert_eq!(
        BaseUrl::bitbucket_cloud(),
        base("https://api.bitbucket.org")
    );
}

#[test]
fn plain_http_goes_to_this_machine_only_unless_somebody_vouches() {
    for own in [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.9.9.9:80",
        "http://[::1]:8080",
        "http://LOCALHOST",
    ] {
        assert_eq!(base(own).scheme(), "http");
    }
    for other in [
        "http://api.bitbucket.org",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
    ] {
        assert_eq!(BaseUrl::parse(other), Err(BaseUrlError::PlainHttp));
        assert_eq!(
            BaseUrl::parse_with(other, PlainHttp::Anywhere).map(|base| base.to_string()),
            Ok(other.to_owned())
        );
    }
}

#[test]
fn what_is_no_base_url_is_refused_by_name() {
    let cases = [
        ("api.bitbucket.org", BaseUrlError::NotAbsolute),
        ("/2.0", BaseUrlError::NotAbsolute),
        ("", BaseUrlError::NotAbsolute),
        ("ftp://api.bitbucket.org", BaseUrlError::NotAbsolute),
        (
            "https://user:pass@api.bitbucket.org",
            BaseUrlError::Credentials,
        ),
        ("https://api.bitbucket.org?x=1", BaseUrlError::Query),
        ("https://api.bitbucket.org/#x", BaseUrlError::Query),
        ("https://api.bitbucket.org/a/../b", BaseUrlError::Path),
        ("https://api.bitbucket.org/a//b", BaseUrlError::Path),
    ];
    for (text, error) in cases {
        assert_eq!(BaseUrl::parse(text), Err(error), "{text}");
    }
}

#[test]
fn an_address_keeps_the_encoding_of_its_path_and_query() {
    let uri = base("https://host/prefix")
        .address("/2.0/a%2Fb/%7B%7D?q=x%20y&z")
        .unwrap();
    assert_eq!(
        uri.to_string(),
        "https://host/prefix/2.0/a%2Fb/%7B%7D?q=x%20y&z"
    );
}

#[test]
fn an_address_cannot_leave_the_base() {
    for path in [
        "2.0",
        "//evil.example/x/../y",
        "/../admin",
        "/a/%2e%2E/b",
        "/a/.",
        "@evil.example/",
        "/a b",
        "/a\r\nb",
    ] {
        assert_eq!(
            base("https://host/prefix").address(path),
            Err(ForeignUrl::Path),
            "{path}"
        );
    }
    // Two slashes are a path here, never an authority.
    assert_eq!(
        base("https://host")
            .address("//evil.example/x")
            .unwrap()
            .host(),
        Some("host")
    );
}

#[test]
fn an_own_link_is_used_as_it_came() {
    let base = base("https://API.bitbucket.org/p");
    for link in [
        "https://api.bitbucket.org/p/2.0/x?page=2&q=a%2Bb",
        "https://api.bitbucket.org:443/p/2.0/x?page=2&q=a%2Bb#f",
    ] {
        assert_eq!(base.own_path(link), Ok("/2.0/x?page=2&q=a%2Bb"));
    }
}

#[test]
fn a_foreign_link_is_refused_by_what_is_foreign() {
    let base = base("https://api.bitbucket.org/p");
    let cases = [
        ("/p/2.0/x", ForeignUrl::NotAbsolute),
        ("", ForeignUrl::NotAbsolute),
        ("http://api.bitbucket.org/p/2.0/x", ForeignUrl::Scheme),
        ("https://evil.example/p/2.0/x", ForeignUrl::Authority),
        (
            "https://api.bitbucket.org:8443/p/2.0/x",
            ForeignUrl::Authority,
        ),
        (
            "https://api.bitbucket.org.evil.example/p/2.0/x",
            ForeignUrl::Authority,
        ),
        (
            "https://api.bitbucket.org@evil.example/p/2.0/x",
            ForeignUrl::Authority,
        ),
        (
            "https://me@api.bitbucket.org/p/2.0/x",
            ForeignUrl::Authority,
        ),
        ("https://api.bitbucket.org/2.0/x", ForeignUrl::Path),
        ("https://api.bitbucket.org/pp/2.0/x", ForeignUrl::Path),
        ("https://api.bitbucket.org/p/../2.0/x", ForeignUrl::Path),
        ("https://api.bitbucket.org/p/%2e%2e/x", ForeignUrl::Path),
    ];
    for (link, error) in cases {
        assert_eq!(base.own_path(link), Err(error), "{link}");
    }
}

proptest! {
    #[test]
    fn no_link_moves_a_request_to_another_authority(link in "(https?://)?[a-z@:./\\\\?#%0-9-]{0,40}") {
        let base = base("https://api.bitbucket.org");
        if let Ok(path) = base.own_path(&link)
            && let Ok(uri) = base.address(path)
        {
            prop_assert_eq!(uri.scheme_str(), Some("https"));
            prop_assert_eq!(uri.authority().map(Authority::as_str), Some("api.bitbucket.org"));
        }
    }

    #[test]
    fn no_path_moves_a_request_to_another_authority(path in "[/\\\\@:.?#%a-z0-9]{0,40}") {
        if let Ok(uri) = base("https://api.bitbucket.org/p").address(&path) {
            prop_assert_eq!(uri.authority().map(Authority::as_str), Some("api.bitbucket.org"));
            prop_assert!(uri.path().starts_with("/p/"));
        }
    }
}
