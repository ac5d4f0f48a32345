//! Each rule's reach.

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const BASE: &str = "https://api.bitbucket.org";

fn asked(rule: Redirects, base: &str, location: &str) -> Result<Option<Hop>, RedirectError> {
    let base = BaseUrl::parse(base).unwrap();
    let from = base.address("/2.0/from").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("location", HeaderValue::from_str(location).unwrap());
    target(rule, &base, &from, StatusCode::FOUND, &headers)
}

fn own(path: &str) -> Result<Option<Hop>, RedirectError> {
    Ok(Some(Hop::Own(path.to_owned())))
}

fn elsewhere(uri: &str, public_only: bool) -> Result<Option<Hop>, RedirectError> {
    let uri = uri.parse().unwrap();
    Ok(Some(Hop::Foreign { uri, public_only }))
}

#[test]
fn what_is_no_redirect_or_not_followed_is_an_answer() {
    let base = BaseUrl::parse(BASE).unwrap();
    let from = base.address("/2.0/from").unwrap();
    let none = HeaderMap::new();
    for status in [
        StatusCode::OK,
        StatusCode::NOT_MODIFIED,
        StatusCode::NOT_FOUND,
    ] {
        let target = target(Redirects::AnyHost, &base, &from, status, &none);
        assert_eq!(target, Ok(None));
    }
    assert_eq!(
        asked(Redirects::Refuse, BASE, "https://api.bitbucket.org/2.0/x"),
        Ok(None)
    );
    let missing = target(Redirects::Own, &base, &from, StatusCode::FOUND, &none);
    assert_eq!(missing, Err(RedirectError::Unreadable));
}

#[test]
fn below_the_base_url_the_path_is_taken_as_it_came() {
    for rule in [Redirects::Own, Redirects::AnyHost] {
        let absolute = "https://api.bitbucket.org/2.0/diff/a%0Db?from_pullrequest_id=1";
        let path = "/2.0/diff/a%0Db?from_pullrequest_id=1";
        assert_eq!(asked(rule, BASE, absolute), own(path));
        assert_eq!(asked(rule, BASE, path), own(path));
        assert_eq!(
            asked(rule, "https://proxy.example/bb", "/bb/2.0/x"),
            own("/2.0/x")
        );
    }
}

#[test]
fn a_call_that_stays_below_the_base_url_goes_nowhere_else() {
    for location in [
        "https://media.example/x",
        "http://api.bitbucket.org/2.0/x",
        "https://api.bitbucket.org:444/2.0/x",
        "https://api.bitbucket.org.evil.example/2.0/x",
        "https://u@api.bitbucket.org/2.0/x",
        "https://api.bitbucket.org/2.0/../x",
    ] {
        let refused = Err(RedirectError::Foreign);
        assert_eq!(asked(Redirects::Own, BASE, location), refused, "{location}");
    }
}

#[test]
fn another_host_is_reached_by_https_only_and_in_public_only() {
    let media = "https://media.example/x?Signature=a%2Fb";
    assert_eq!(
        asked(Redirects::AnyHost, BASE, media),
        elsewhere(media, true)
    );
    let fragment = asked(Redirects::AnyHost, BASE, "https://media.example/x#y");
    assert_eq!(fragment, elsewhere("https://media.example/x", true));
    for (location, refused) in [
        ("http://media.example/x", RedirectError::Downgrade),
        ("ftp://media.example/x", RedirectError::Downgrade),
        ("file:///etc/passwd", RedirectError::Unreadable),
        ("https://10.0.0.1/x", RedirectError::PrivateAddress),
        (
            "https://169.254.169.254/latest",
            RedirectError::PrivateAddress,
        ),
        ("https://[::1]/x", RedirectError::PrivateAddress),
        (
            "https://[::ffff:127.0.0.1]/x",
            RedirectError::PrivateAddress,
        ),
        ("https://localhost/x", RedirectError::PrivateAddress),
        ("https://LOCALHOST./x", RedirectError::PrivateAddress),
        ("https://u:p@media.example/x", RedirectError::Unreadable),
        ("//media.example/x", RedirectError::Unreadable),
        ("x", RedirectError::Unreadable),
        ("", RedirectError::Unreadable),
        ("https://", RedirectError::Unreadable),
    ] {
        let target = asked(Redirects::AnyHost, BASE, location);
        assert_eq!(target, Err(refused), "{location}");
    }
}

#[test]
fn a_base_url_in_a_private_network_has_its_peers_there() {
    let base = "http://127.0.0.1:7990";
    let media = "http://127.0.0.1:7991/x";
    assert_eq!(
        asked(Redirects::AnyHost, base, media),
        elsewhere(media, false)
    );
}

proptest! {
    /// Whatever a peer writes, the credential stays below the base URL, and a foreign hop is `https` to no private
    /// address by name.
    #[test]
    fn no_location_takes_the_credential_along(
        scheme in "(https|http|HTTPS|ftp|)",
        host in prop_oneof![
            Just("api.bitbucket.org".to_owned()),
            Just("API.bitbucket.org:443".to_owned()),
            Just("u@api.bitbucket.org".to_owned()),
            Just("api.bitbucket.org@evil.example".to_owned()),
            Just("127.0.0.1".to_owned()),
            "[a-z0-9.:@\\[\\]-]{0,24}",
        ],
        path in "[/?#.%\\\\a-z0-9@:]{0,24}",
        separator in "(://|:|//|/|)",
    ) {
        let location = format!("{scheme}{separator}{host}{path}");
        let Ok(Some(hop)) = asked(Redirects::AnyHost, BASE, &location) else { return Ok(()) };
        match hop {
            Hop::Own(path) => {
                let uri = BaseUrl::parse(BASE).unwrap().address(&path).unwrap();
                prop_assert_eq!(uri.authority().unwrap().as_str(), "api.bitbucket.org");
                prop_assert_eq!(uri.scheme_str(), Some("https"));
            }
            Hop::Foreign { uri, public_only } => {
                prop_assert!(public_only);
                prop_assert_eq!(uri.scheme_str(), Some("https"));
                prop_assert!(is_public_host(uri.host().unwrap()));
                prop_assert!(!uri.authority().unwrap().as_str().contains('@'));
            }
        }
    }
}
