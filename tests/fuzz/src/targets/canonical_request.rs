//! The canonical request: the same as a plain implementation of the rule makes of it, whatever the order of the query.
//!
//! Lines: method, base path (empty: none), URL.

use std::collections::BTreeMap;

use bitbucket_jwt_auth::{CanonicalRequest, CanonicalRule, Profile, RequestError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::input::lines;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(crate) fn check(data: &[u8]) {
    let Some([method, base, url]) = lines(data) else {
        return;
    };
    for profile in [
        Profile::Atlassian,
        Profile::SentryOutgoing,
        Profile::SentryIncoming,
    ] {
        let rule = CanonicalRule::of(profile).with_base_path(base);
        it_has_three_parts(method, rule.url(method, url).as_ref());
    }
    let rule = CanonicalRule::atlassian().with_base_path(base);
    let line = rule.url(method, url);
    if let Ok(line) = &line {
        let (path, query) = after_the_host(url);
        assert_eq!(rule.request(method, path, query).as_ref(), Ok(line));
        if base.is_empty() {
            assert_eq!(
                line.as_str(),
                plain(method, path, query.unwrap_or_default())
            );
        }
        the_order_and_the_token_do_not_count(&rule, method, path, query, line);
    }
    a_url_parser_agrees(&rule, method, url, &line);
}

fn it_has_three_parts(method: &str, line: Result<&CanonicalRequest, &RequestError>) {
    let Ok(line) = line else {
        return;
    };
    let mut parts = line.as_str().splitn(2, '&');
    assert_eq!(parts.next(), Some(method.to_ascii_uppercase().as_str()));
    assert!(parts.next().is_some_and(|rest| rest.contains('&')));
    assert_eq!(line.hash().as_str().len(), 64);
    assert!(line.hash().matches(line.hash().as_str()));
    assert!(!line.hash().matches("context-qsh"));
}

/// Path and query of a URL that was accepted.
fn after_the_host(url: &str) -> (&str, Option<&str>) {
    let url = url.split('#').next().unwrap_or_default();
    let query = url.split_once('?').map(|(_, query)| query);
    let before = url.split('?').next().unwrap_or_default();
    let path = match before.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('/') => {
            rest.find('/').map_or("", |slash| &rest[slash..])
        }
        Some(_) | None => before,
    };
    (path, query)
}

/// The rule as it is written down, without a thought for speed.
fn plain(method: &str, path: &str, query: &str) -> String {
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = if path.is_empty() { "/" } else { path };
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters
            .entry(decoded(name))
            .or_default()
            .push(decoded(value));
    }
    parameters.remove("jwt");
    let query: Vec<_> = parameters
        .into_iter()
        .map(|(name, mut values)| {
            values.sort();
            let values: Vec<_> = values.iter().map(|value| encoded(value)).collect();
            format!("{}={}", encoded(&name), values.join(","))
        })
        .collect();
    let (method, path) = (method.to_ascii_uppercase(), path.replace('&', "%26"));
    format!("{method}&{path}&{}", query.join("&"))
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn the_order_and_the_token_do_not_count(
    rule: &CanonicalRule,
    method: &str,
    path: &str,
    query: Option<&str>,
    line: &CanonicalRequest,
) {
    let query = query.unwrap_or_default();
    let backwards: Vec<_> = query.split('&').rev().collect();
    let backwards = backwards.join("&");
    assert_eq!(
        rule.request(method, path, Some(&backwards)).as_ref(),
        Ok(line)
    );
    let carrying = format!("{query}&jwt=e30.e30.c2ln");
    assert_eq!(
        rule.request(method, path, Some(&carrying)).as_ref(),
        Ok(line)
    );
}

/// A URL in its normal form falls into the same parts.
fn a_url_parser_agrees(
    rule: &CanonicalRule,
    method: &str,
    text: &str,
    line: &Result<CanonicalRequest, RequestError>,
) {
    let Ok(url) = Url::parse(text) else {
        return;
    };
    if matches!(url.scheme(), "http" | "https") && url.as_str() == text {
        assert_eq!(&rule.request(method, url.path(), url.query()), line);
    }
}
