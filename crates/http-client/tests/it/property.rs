//! What holds for any pages and any address that a peer may send.

use bitbucket_http_client::{BaseUrl, Call, PlainHttp, Redirects};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use http::{Response, Uri};
use proptest::prelude::*;

use crate::peer::rocket;
use crate::scripted::{Asked, Scripted, number, page};

fn base(text: &str) -> BaseUrl {
    BaseUrl::parse_with(text, PlainHttp::Anywhere).unwrap()
}

/// Base URLs of every kind: the real one, one with port and prefix, a plain one.
fn bases() -> impl Strategy<Value = BaseUrl> {
    prop_oneof![
        Just(base("https://api.bitbucket.org")),
        Just(base("https://gate.example:8443/bitbucket")),
        Just(base("http://127.0.0.1:7990")),
        Just(base("https://[2001:db8::1]:443/x/y")),
    ]
}

/// Addresses that nearly are those of a base URL, with parts exchanged, and texts of any kind.
fn addresses() -> impl Strategy<Value = String> {
    let schemes = prop::sample::select(vec![
        "https://",
        "http://",
        "HTTPS://",
        "//",
        "",
        "https:",
        "https:/",
        "https:\\\\",
        "ftp://",
        "javascript:",
        " https://",
        "https:///",
    ]);
    let hosts = prop::sample::select(vec![
        "api.bitbucket.org",
        "API.Bitbucket.ORG",
        "api.bitbucket.org.",
        "api.bitbucket.org:443",
        "api.bitbucket.org:",
        "api.bitbucket.org:444",
        "api.bitbucket.org.evil.example",
        "evil.example",
        "api.bitbucket.org@evil.example",
        "evil.example@api.bitbucket.org",
        "evil.example#@api.bitbucket.org",
        "evil.example?@api.bitbucket.org",
        "evil.example\\@api.bitbucket.org",
        "api.bitbucket.org%2eevil.example",
        "api.bitbucket.org%00.evil.example",
        "gate.example:8443",
        "gate.example",
        "gate.example:8443:80",
        "127.0.0.1:7990",
        "127.0.0.1",
        "127.1:7990",
        "localhost:7990",
        "[2001:db8::1]",
        "[2001:db8::1]:443",
        "[::1]:7990",
        "169.254.169.254",
        "10.0.0.1",
        "",
        "\u{ff41}pi.bitbucket.org",
    ]);
    let paths = prop::sample::select(vec![
        "/2.0/x?page=2",
        "/bitbucket/2.0/x",
        "/x/y/2.0/x",
        "/bitbucketeer/2.0",
        "/bitbucket/../2.0",
        "/x/y/%2e%2e/z",
        "/..%2f..",
        "",
        "?page=2",
        "#/2.0/x",
        "/2.0/x#@evil.example/",
        "//evil.example/2.0",
        "/\\evil.example",
        "/2.0/\r\nHost: evil.example",
        "/2.0/ x",
        "/2.0/\u{2028}",
        "/@evil.example:80/",
    ]);
    let built =
        (schemes, hosts, paths).prop_map(|(scheme, host, path)| format!("{scheme}{host}{path}"));
    prop_oneof![8 => built, 1 => ".{0,40}", 1 => "https?://[ -~]{0,40}"]
}

/// Whether a request went to the base URL's own scheme, authority and path.
fn is_own(base: &BaseUrl, asked: &Asked) -> bool {
    let uri = &asked.uri;
    let below = format!("{}/", base.prefix());
    uri.scheme_str() == Some(base.scheme())
        && uri
            .authority()
            .is_some_and(|authority| authority.as_str() == base.authority())
        && uri.path().starts_with(&below)
        && !uri
            .path()
            .split('/')
            .any(|part| matches!(part.replace("%2e", ".").as_str(), "." | ".."))
}

/// Pages of these sizes, which count on from 0.
fn cut_into(sizes: Vec<usize>) -> impl Fn(&Uri) -> Response<Bytes> {
    move |uri| {
        let number = number(uri);
        let from: usize = sizes[..number].iter().sum();
        let values: Vec<_> = (from..from + sizes[number]).collect();
        let next = format!("https://api.bitbucket.org/2.0/x?page={}", number + 1);
        let next = (number + 1 < sizes.len()).then_some(next.as_str());
        page(&serde_json::json!(values), next)
    }
}

proptest! {
    #[test]
    fn a_listing_is_the_same_wherever_it_is_cut(sizes in prop::collection::vec(0_usize..9, 1..12)) {
        let all: Vec<u64> = (0..sizes.iter().sum::<usize>() as u64).collect();
        let pages = sizes.len();
        let peer = Scripted::new(cut_into(sizes));
        let client = peer.client(&BaseUrl::bitbucket_cloud());
        let endpoint = bitbucket_api_paths::hooks::list(&rocket());
        let listing = || client.pages::<u64>(&endpoint);

        let streamed: Vec<_> = listing().into_stream().map(Result::unwrap).collect().now_or_never().unwrap();
        prop_assert_eq!(&streamed, &all);
        let ahead = listing().into_prefetched_stream().map(Result::unwrap);
        let ahead: Vec<_> = ahead.collect().now_or_never().unwrap();
        prop_assert_eq!(&ahead, &all);
        prop_assert_eq!(peer.asked().len(), 2 * pages);
    }

    #[test]
    fn no_next_link_leads_a_request_away(base in bases(), next in prop::collection::vec(addresses(), 1..4)) {
        let links = next.clone();
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let peer = Scripted::new(move |_| {
            let at = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            page(&serde_json::json!([1]), links.get(at).map(String::as_str))
        });
        let endpoint = bitbucket_api_paths::hooks::list(&rocket());
        let pages = peer.client(&base).pages::<u64>(&endpoint);
        let entries: Vec<_> = pages.into_stream().collect().now_or_never().unwrap();

        prop_assert!(entries[0].is_ok());
        let asked = peer.asked();
        prop_assert!((1..=next.len() + 1).contains(&asked.len()));
        for asked in &asked {
            prop_assert!(is_own(&base, asked), "{} led to {}", next.join(" then "), asked.uri);
        }
    }

    #[test]
    fn no_redirect_leads_the_credential_away(base in bases(), to in prop::collection::vec(addresses(), 1..4)) {
        for rule in [Redirects::Refuse, Redirects::Own, Redirects::AnyHost] {
            let links = to.clone();
            let asked = std::sync::atomic::AtomicUsize::new(0);
            let peer = Scripted::new(move |_| {
                let at = asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let location = links.get(at).and_then(|link| http::HeaderValue::from_str(link).ok());
                let mut answer = Response::new(Bytes::new());
                if let Some(location) = location {
                    *answer.status_mut() = http::StatusCode::FOUND;
                    answer.headers_mut().insert("location", location);
                }
                answer
            });
            let client = peer.client(&base);
            let call = Call::new("GET", "/x", "/2.0/x").redirects(rule);
            let _ = client.execute(&call).now_or_never().unwrap();

            let asked = peer.asked();
            prop_assert!(rule != Redirects::Refuse || asked.len() == 1);
            let secure = base.scheme() == "https";
            for asked in &asked {
                let own = is_own(&base, asked);
                // An address without a path is our own, but followed without the credential.
                prop_assert!(own || !asked.authorized, "{:?} led to {}", to, asked.uri);
                prop_assert!(own || rule == Redirects::AnyHost);
                prop_assert!(!secure || asked.uri.scheme_str() == Some("https"), "{}", asked.uri);
            }
        }
    }
}
