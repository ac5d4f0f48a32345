//! Headers as they were seen, and any others.

use proptest::prelude::*;

use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

#[test]
fn the_deprecation_of_the_issue_tracker_is_told() {
    let seen = headers(&[
        ("deprecation", "@1771545600"),
        ("sunset", "Fri, 21 Aug 2026 00:00:00 GMT"),
        (
            "link",
            "<https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-3071>; rel=\"deprecation\"",
        ),
    ]);
    let notice = Notice::Deprecated {
        template: "/x",
        since: Some("@1771545600".to_owned()),
        sunset: Some("Fri, 21 Aug 2026 00:00:00 GMT".to_owned()),
        link: Some(
            "https://developer.atlassian.com/cloud/bitbucket/changelog/#CHANGE-3071".to_owned(),
        ),
    };
    assert_eq!(notices("/x", &seen), [notice]);
}

#[test]
fn an_allowance_that_runs_out_is_told() {
    let seen = headers(&[
        ("x-ratelimit-nearlimit", "True"),
        ("x-ratelimit-limit", "1500"),
        ("x-ratelimit-resource", "api"),
    ]);
    let notice = Notice::NearLimit {
        template: "/x",
        limit: Some(1_500),
        resource: Some("api".to_owned()),
    };
    assert_eq!(notices("/x", &seen), [notice]);
    assert_eq!(
        notices(
            "/x",
            &headers(&[
                ("x-ratelimit-nearlimit", "false"),
                ("x-ratelimit-limit", "1500")
            ])
        ),
        []
    );
    assert_eq!(notices("/x", &HeaderMap::new()), []);
}

#[test]
fn a_deprecation_link_is_found_among_others() {
    let cases = [
        (
            "<a>; rel=next, <b>; title=\"x, y\"; rel=\"deprecation\"",
            Some("b"),
        ),
        ("<a>; REL=\"sunset Deprecation\"", Some("a")),
        ("<a>; title=\"b; rel=deprecation\"; rel=next", None),
        (
            r#"<a>; title="\", <c>; rel=deprecation"; rel=next, <b>;rel=deprecation"#,
            Some("b"),
        ),
        ("<a>; rel=next", None),
        ("<a", None),
        ("", None),
        ("a; rel=deprecation", None),
    ];
    for (header, link) in cases {
        assert_eq!(deprecation_link(header).as_deref(), link, "{header}");
    }
}

#[test]
fn a_notice_is_logged_once_per_endpoint() {
    let logged = LoggedNotices::default();
    for template in ["/a", "/b", "/a"] {
        logged.notice(&Notice::NearLimit {
            template,
            limit: None,
            resource: None,
        });
        logged.notice(&Notice::Deprecated {
            template,
            since: None,
            sunset: None,
            link: None,
        });
    }
    assert_eq!(logged.told.lock().unwrap().len(), 4);
}

proptest! {
    #[test]
    fn any_link_header_is_read_without_panic(header in "[<>;,\"= a-zé]{0,60}") {
        let _ = deprecation_link(&header);
    }
}
