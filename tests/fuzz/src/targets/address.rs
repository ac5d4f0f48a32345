//! Recognising an address: what is recognised stays itself, stays on its host, and has the segments of its template.
//!
//! The whole input is a path with an optional query; it is tried with each method.

use bitbucket_api_paths::{AddressError, Endpoint, Method};
use url::Url;

const ORIGIN: &str = "https://api.example:8443";
const METHODS: [Method; 5] = [
    Method::Get,
    Method::Post,
    Method::Put,
    Method::Delete,
    Method::Head,
];

pub(crate) fn check(data: &[u8]) {
    let Ok(target) = std::str::from_utf8(data) else {
        return;
    };
    for method in METHODS {
        match Endpoint::parse(method, target) {
            Ok(endpoint) => holds(&endpoint),
            Err(error) => points_into(target, error),
        }
    }
}

/// What must hold for every endpoint, wherever it comes from.
pub(crate) fn holds(endpoint: &Endpoint) {
    let again = Endpoint::parse(endpoint.method(), endpoint.path_and_query());
    assert_eq!(again.as_ref(), Ok(endpoint));
    stays_on_its_host(endpoint);
    has_the_segments_of_its_template(endpoint);
    let encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/?&=".contains(&byte);
    assert!(endpoint.path_and_query().bytes().all(encoded));
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client that joins an address to its base must stay on the host, too"
)]
fn stays_on_its_host(endpoint: &Endpoint) {
    let target = endpoint.path_and_query();
    let origin = Url::parse(ORIGIN).unwrap();
    for url in [
        Url::parse(&format!("{ORIGIN}{target}")).unwrap(),
        origin.join(target).unwrap(),
    ] {
        assert_eq!(url.origin(), origin.origin());
        assert_eq!((url.username(), url.password()), ("", None));
        assert_eq!(
            (url.path(), url.query()),
            (endpoint.path(), endpoint.query())
        );
        assert_eq!(url.fragment(), None);
    }
}

fn has_the_segments_of_its_template(endpoint: &Endpoint) {
    let wanted: Vec<_> = endpoint.template().split('/').collect();
    let found: Vec<_> = endpoint.path().split('/').collect();
    if endpoint.template().ends_with("{path}") {
        assert!(found.len() >= wanted.len());
    } else {
        assert_eq!(found.len(), wanted.len());
    }
    for (wanted, found) in wanted.iter().zip(&found) {
        if wanted.starts_with('{') {
            assert!(!found.is_empty() && *found != "." && *found != "..");
        } else {
            assert_eq!(wanted, found);
        }
    }
    let names: Vec<_> = endpoint.operation().parameters().collect();
    let filled: Vec<_> = endpoint.parameters().map(|(name, _)| name).collect();
    assert_eq!(names, filled);
    assert!(endpoint.parameters().all(|(_, text)| !text.is_empty()));
}

fn points_into(target: &str, error: AddressError) {
    match error {
        AddressError::Escape { position } => {
            assert_eq!(target.as_bytes().get(position), Some(&b'%'));
        }
        AddressError::Parameter { source, .. } => assert!(source.position() <= target.len()),
        AddressError::NotAPath => assert!(!target.starts_with('/') || target.contains('#')),
        AddressError::UnknownPath | AddressError::UnknownMethod { .. } => {}
    }
}
