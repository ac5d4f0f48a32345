//! Headers that say when to come again and what is deprecated: bounded, and read as RFC 9110 and RFC 8288 say.
//!
//! Lines: `Retry-After`, `Link`, `Deprecation`, `X-RateLimit-Limit`, all that is left is the target of a link.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::policy::parse_retry_after;
use bitbucket_http_client::{Call, Notice};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};

use crate::input::lines;
use crate::peer::{Heard, at_once, client, now};

/// A peer that asks for more is taken to mean this.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);
/// The longest value that a notice keeps, in characters.
const MOST: usize = 256;

pub(crate) fn check(data: &[u8]) {
    let Some([retry_after, link, deprecation, limit, target]) = lines(data) else {
        return;
    };
    waits(retry_after);
    let given = [
        ("link", link),
        ("deprecation", deprecation),
        ("x-ratelimit-limit", limit),
        ("x-ratelimit-nearlimit", "true"),
    ];
    let notices = heard(&given);
    for notice in &notices {
        bounded(notice);
    }
    let near = notices
        .iter()
        .filter(|notice| matches!(notice, Notice::NearLimit { .. }));
    assert_eq!(near.count(), 1);
    finds(target);
}

fn waits(text: &str) {
    let mut headers = HeaderMap::new();
    let Ok(value) = HeaderValue::from_str(text) else {
        return;
    };
    headers.insert("retry-after", value);
    let asked = parse_retry_after(&headers, now());
    assert!(asked <= Some(LONGEST), "{asked:?}");
    let digits = text.trim();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = digits.parse::<u64>().unwrap_or(u64::MAX);
        assert_eq!(asked, Some(Duration::from_secs(seconds).min(LONGEST)));
    }
}

/// What a client hears of these headers; those that no header can hold are left out.
fn heard(given: &[(&'static str, &str)]) -> Vec<Notice> {
    let mut answer = Response::new(Bytes::new());
    for (name, value) in given {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.headers_mut().insert(*name, value);
        }
    }
    let heard = Arc::<Heard>::default();
    let call = Call::new("GET", "/2.0/{x}", "/2.0/x");
    at_once(client(answer, &heard).execute(&call)).unwrap();
    heard.all()
}

fn bounded(notice: &Notice) {
    let texts = match notice {
        Notice::Deprecated {
            since,
            sunset,
            link,
            ..
        } => [since, sunset, link],
        Notice::NearLimit { resource, .. } => [resource, &None, &None],
    };
    for text in texts.into_iter().flatten() {
        assert!(text.chars().count() <= MOST);
    }
}

/// A link of deprecation is found among others, whatever these are called.
fn finds(target: &str) {
    if !target
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'>')
    {
        return;
    }
    let expected: String = target.chars().take(MOST).collect();
    for header in [
        format!("<{target}>; rel=deprecation"),
        format!(
            "<https://a.example>; rel=\"next\", <{target}>;rel=\"help Deprecation\"; title=\"a, b\""
        ),
        format!(
            "<https://a.example>; title=\"c, <d>; e\"; rel=prev , <{target}> ; REL = deprecation"
        ),
    ] {
        let found = heard(&[("link", &header)]);
        let [
            Notice::Deprecated {
                link: Some(link), ..
            },
        ] = found.as_slice()
        else {
            panic!("{header} says {found:?}");
        };
        assert_eq!(*link, expected, "{header}");
    }
    assert_eq!(
        heard(&[(
            "link",
            &format!("<{target}>; title=\"rel=deprecation; rel=deprecation;\"")
        )]),
        []
    );
}
