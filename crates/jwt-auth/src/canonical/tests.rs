//! Lines and hashes of the reference, computed with npm `atlassian-jwt` 2.0.3, and Sentry's where they differ.

use super::{CanonicalRequest, CanonicalRule, Profile, RequestError};

fn line(method: &str, path: &str, query: Option<&str>) -> Result<String, RequestError> {
    CanonicalRequest::new(method, path, query).map(|request| request.as_str().to_owned())
}

#[test]
fn reference_vectors_hold() {
    let atlassian = CanonicalRule::atlassian();
    let based = CanonicalRule::atlassian().with_base_path("/base");
    let vectors = [
        (
            &atlassian,
            "GET",
            "",
            "GET&/&",
            "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239",
        ),
        (
            &atlassian,
            "POST",
            "/installed",
            "POST&/installed&",
            "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4",
        ),
        (
            &atlassian,
            "POST",
            "/site/oauth2/access_token",
            "POST&/site/oauth2/access_token&",
            "f045c19462bc33df6431a1f69800ff8fc9e839dfea9d080be9f2bcd59360c73b",
        ),
        (
            &atlassian,
            "get",
            "/a/b/?x=1&jwt=tok&X=2&x=0",
            "GET&/a/b&X=2&x=0,1",
            "f13e1f82131b7d6d6c50972b7f9985e7ac0a6aed9ab7c38c0e8ddce43fec4564",
        ),
        (
            &based,
            "GET",
            "/base/p?z=%C3%A9",
            "GET&/p&z=%C3%A9",
            "c60eb83125188dc9d004e7492443d288993951df8c577a88ee6beb05cca49b62",
        ),
        (
            &atlassian,
            "GET",
            "/p?a=1,2&a=3",
            "GET&/p&a=1%2C2,3",
            "2e12f4461086528c87098ea51363173c2d06ea513d1daef6a1df6b0d46f4a94d",
        ),
        (
            &atlassian,
            "GET",
            "/p?flag",
            "GET&/p&flag=",
            "d2ec8604a793e780b3231580acf8a6183ce0858b106793097c031460a1d43ebe",
        ),
    ];
    for (rule, method, url, canonical, hash) in vectors {
        let request = rule.url(method, url).unwrap();
        assert_eq!(request.as_str(), canonical, "{url}");
        assert_eq!(request.hash().as_str(), hash, "{url}");
    }
}

#[test]
fn sentry_vectors_hold() {
    use Profile::{SentryIncoming, SentryOutgoing};
    let vectors = [
        (
            SentryIncoming,
            "POST",
            "/extensions/bitbucket/installed/",
            "POST&/extensions/bitbucket/installed&",
            "a10900716f64dc5a442995da7ca2391668aa0c2681eaa3e792a0bc4737b23d9c",
        ),
        (
            SentryIncoming,
            "POST",
            "/extensions/bitbucket/uninstalled/",
            "POST&/extensions/bitbucket/uninstalled&",
            "a424580aa96fd3e42ac983820fea2c0edb69633d822e20645e09de902aea69ef",
        ),
        (
            SentryIncoming,
            "GET",
            "/extensions/bitbucket/setup/?jwt=e30.e30.e30",
            "GET&/extensions/bitbucket/setup&",
            "7582454dd07f4e1d5129f782b76ea187acd7d72b6046076cf33ada7b25db1313",
        ),
        (
            SentryOutgoing,
            "GET",
            "/",
            "GET&&",
            "3e1acf65daee1b761a41df402b6e5dea69434770470da6b43a8d7ca6df13063d",
        ),
        (
            SentryOutgoing,
            "GET",
            "/2.0/x?b=2&b=1&a=x+y&a=*~%2B/",
            "GET&/2.0/x&a=%2A~%2B%2F,x%20y&b=1,2",
            "9f5cb346004e624236f154ccb00d58c76361dba9ac7cef4d0c44ac557784ef0b",
        ),
        (
            SentryOutgoing,
            "GET",
            "/2.0/repositories/%7Ba21bd75c-0ce2-402d-b70b-e57de6fba4b3%7D?pagelen=100",
            "GET&/2.0/repositories/%7Ba21bd75c-0ce2-402d-b70b-e57de6fba4b3%7D&pagelen=100",
            "8afed80bd2b404cd83763c7f27efa679ee4e2855ddd933183e2b82e9cf875f47",
        ),
    ];
    for (profile, method, url, canonical, hash) in vectors {
        let request = CanonicalRule::of(profile).url(method, url).unwrap();
        assert_eq!(request.as_str(), canonical, "{url}");
        assert_eq!(request.hash().as_str(), hash, "{url}");
    }
}

#[test]
fn profiles_differ_where_they_say() {
    use Profile::{Atlassian, SentryIncoming, SentryOutgoing};
    let cases = [
        ("/", "GET&/&", "GET&&", "GET&&"),
        ("/a//", "GET&/a/&", "GET&/a&", "GET&/a&"),
        ("/a&b", "GET&/a%26b&", "GET&/a&b&", "GET&/a&b&"),
        (
            "/p?b&a=&c=1",
            "GET&/p&a=&b=&c=1",
            "GET&/p&c=1",
            "GET&/p&a=&b=&c=1",
        ),
        (
            "/p?a=2&a=1&a=3&a=0",
            "GET&/p&a=0,1,2,3",
            "GET&/p&a=0,1,2,3",
            "GET&/p&a=0",
        ),
    ];
    for (url, atlassian, outgoing, incoming) in cases {
        let of = |profile| {
            let request = CanonicalRule::of(profile).url("GET", url);
            request.map(|request| request.as_str().to_owned())
        };
        assert_eq!(of(Atlassian), Ok(atlassian.to_owned()), "{url}");
        assert_eq!(of(SentryOutgoing), Ok(outgoing.to_owned()), "{url}");
        assert_eq!(of(SentryIncoming), Ok(incoming.to_owned()), "{url}");
    }
}

#[test]
fn what_escapes_nothing_is_refused_by_atlassian_and_read_by_sentry() {
    let sentry = |url| {
        let request = CanonicalRule::of(Profile::SentryIncoming).url("GET", url);
        request.map(|request| request.as_str().to_owned())
    };
    assert_eq!(
        line("GET", "/p", Some("x=1&a=b%zz")),
        Err(RequestError::MalformedEscape { position: 7 })
    );
    assert_eq!(
        line("GET", "/p", Some("%")),
        Err(RequestError::MalformedEscape { position: 0 })
    );
    assert_eq!(
        line("GET", "/p", Some("a=%+f")),
        Err(RequestError::MalformedEscape { position: 2 })
    );
    assert_eq!(
        line("GET", "/p", Some("x=1&%FF=2")),
        Err(RequestError::NotUtf8 { position: 4 })
    );
    assert_eq!(
        line("GET", "/p", Some("a=%C3")),
        Err(RequestError::NotUtf8 { position: 2 })
    );
    assert_eq!(sentry("/p?a=b%zz"), Ok("GET&/p&a=b%25zz".to_owned()));
    assert_eq!(sentry("/p?a=%FF"), Ok("GET&/p&a=%EF%BF%BD".to_owned()));
}

#[test]
fn parts_that_are_no_request_are_refused() {
    assert_eq!(line("", "/", None), Err(RequestError::InvalidMethod));
    assert_eq!(line("GE T", "/", None), Err(RequestError::InvalidMethod));
    assert_eq!(line("GET&/x", "/", None), Err(RequestError::InvalidMethod));
    assert_eq!(line("GET", "a", None), Err(RequestError::RelativePath));
    assert_eq!(
        line("GET", "/a?b", None),
        Err(RequestError::InvalidPathByte { position: 2 })
    );
    assert_eq!(
        line("GET", "/a b", None),
        Err(RequestError::InvalidPathByte { position: 2 })
    );
    assert_eq!(
        line("GET", "/\0", None),
        Err(RequestError::InvalidPathByte { position: 1 })
    );
    assert_eq!(
        line("GET", "/", Some("a#b")),
        Err(RequestError::InvalidQueryByte { position: 1 })
    );
    assert_eq!(
        line("GET", "/", Some("a=\n")),
        Err(RequestError::InvalidQueryByte { position: 2 })
    );
}

#[test]
fn base_paths_end_where_a_segment_ends() {
    let cases = [
        ("/base", "/base/p", "GET&/p&"),
        ("/base/", "/base/p", "GET&/p&"),
        ("base", "/base/p", "GET&/p&"),
        ("/base", "/base", "GET&/&"),
        ("/base", "/base/", "GET&/&"),
        ("/base", "/basement/p", "GET&/basement/p&"),
        ("/base", "/other/p", "GET&/other/p&"),
        ("/base", "/base/base/p", "GET&/base/p&"),
        ("", "/p", "GET&/p&"),
        ("/", "/p", "GET&/p&"),
    ];
    for (base, path, canonical) in cases {
        let rule = CanonicalRule::atlassian().with_base_path(base);
        let request = rule.request("GET", path, None).unwrap();
        assert_eq!(request.as_str(), canonical, "{base} {path}");
    }
}

#[test]
fn urls_are_taken_apart_as_text() {
    let cases = [
        (
            "https://api.bitbucket.org/2.0/x?b=1#f?a=2",
            Ok("GET&/2.0/x&b=1"),
        ),
        ("HTTP://h:8080?q=/a/b", Ok("GET&/&q=%2Fa%2Fb")),
        ("https://h", Ok("GET&/&")),
        ("//h/p", Ok("GET&//h/p&")),
        ("?a", Ok("GET&/&a=")),
        ("ftp://h/p", Err(RequestError::InvalidUrl)),
        ("https:///p", Err(RequestError::InvalidUrl)),
        ("https://h\\x/p", Err(RequestError::InvalidUrl)),
        ("https://h\\/p", Err(RequestError::InvalidUrl)),
        ("https://\\/p", Err(RequestError::InvalidUrl)),
        ("https://h\t/p", Err(RequestError::InvalidUrl)),
        ("https://h x/p", Err(RequestError::InvalidUrl)),
        ("api.bitbucket.org/2.0", Err(RequestError::InvalidUrl)),
    ];
    for (url, expected) in cases {
        let request = CanonicalRule::atlassian().url("GET", url);
        assert_eq!(
            request.as_ref().map(CanonicalRequest::as_str),
            expected.as_ref().copied(),
            "{url}"
        );
    }
    let based = CanonicalRule::atlassian().with_base_url("https://app.example.com/connect/");
    assert_eq!(
        based,
        Ok(CanonicalRule::atlassian().with_base_path("/connect"))
    );
    for base_url in ["app", "https://h\\x/connect"] {
        assert_eq!(
            CanonicalRule::atlassian().with_base_url(base_url),
            Err(RequestError::InvalidUrl),
            "{base_url}"
        );
    }
}

#[test]
fn the_token_is_dropped_however_its_name_is_spelled() {
    assert_eq!(
        line("GET", "/p", Some("a=1&%6Awt=x&j%77t=y&jwt=z&jwt")),
        Ok("GET&/p&a=1".to_owned())
    );
    assert_eq!(
        line("GET", "/p", Some("JWT=1&jwt%20=2&%256Awt=3")),
        Ok("GET&/p&%256Awt=3&JWT=1&jwt%20=2".to_owned())
    );
}
