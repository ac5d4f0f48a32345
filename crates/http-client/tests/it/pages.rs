//! Following listings: verbatim at home, never abroad, never for ever.

use bitbucket_http_client::{ApiErrorCause, Call, ForeignUrl, Hooks, PageError};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use wiremock::matchers::{method, query_param, query_param_is_missing};
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, SHA_A, UUID, json, rocket};

const HOOKS: &str = "/2.0/repositories/acme/rocket/hooks";

fn page(next: &str) -> ResponseTemplate {
    json(json!({"values": [{"uuid": UUID, "url": "https://x.example"}], "next": next}))
}

#[tokio::test]
async fn next_is_followed_exactly_as_it_came() {
    let peer = Peer::start().await;
    let odd = "?ctx=a%2Bb%2fc&page=2&q=%7B%7D&empty=";
    peer.once(
        "GET",
        HOOKS,
        page(&format!("{}{HOOKS}{odd}", peer.server.uri())),
    )
    .await;
    peer.on("GET", HOOKS, json(json!({"values": []}))).await;

    let found = peer.client().hooks(&rocket()).await.unwrap();

    assert_eq!(found.len(), 1);
    assert_eq!(
        peer.asked().await,
        [
            format!(
                "GET {HOOKS}?pagelen=100&{}",
                crate::sent::page(crate::sent::HOOK)
            ),
            format!("GET {HOOKS}{odd}")
        ]
    );
}

#[tokio::test]
async fn next_to_another_host_scheme_or_port_is_not_followed() {
    let stranger = Peer::start().await;
    stranger.on("GET", HOOKS, json(json!({"values": []}))).await;
    let own = Peer::start().await;
    let own_authority = own.server.address().to_string();
    let cases = [
        (
            format!("{}{HOOKS}?page=2", stranger.server.uri()),
            ForeignUrl::Authority,
        ),
        (
            format!("https://{own_authority}{HOOKS}?page=2"),
            ForeignUrl::Scheme,
        ),
        (
            format!(
                "http://{own_authority}@{}{HOOKS}",
                stranger.server.address()
            ),
            ForeignUrl::Authority,
        ),
        (format!("{HOOKS}?page=2"), ForeignUrl::NotAbsolute),
    ];
    for (next, foreign) in cases {
        own.once("GET", HOOKS, page(&next)).await;
        let error = own.client().hooks(&rocket()).await.unwrap_err();
        assert_eq!(
            error.cause(),
            &ApiErrorCause::Page(PageError::Foreign(foreign)),
            "{next}"
        );
    }
    assert!(stranger.asked().await.is_empty());
    assert_eq!(own.asked().await.len(), 4);
}

#[tokio::test]
async fn a_circle_of_pages_ends_in_an_error() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        HOOKS,
        page(&format!("{}{HOOKS}?page=2", peer.server.uri())),
    )
    .await;

    let error = peer.client().hooks(&rocket()).await.unwrap_err();

    assert_eq!(error.cause(), &ApiErrorCause::Page(PageError::Loop));
    assert_eq!(peer.asked().await.len(), 2);
}

#[tokio::test]
async fn a_page_that_fails_fails_the_listing_with_its_own_evidence() {
    let peer = Peer::start().await;
    let next = format!("{}{HOOKS}?page=2", peer.server.uri());
    Mock::given(method("GET"))
        .and(query_param("page", "2"))
        .respond_with(ResponseTemplate::new(403))
        .mount(&peer.server)
        .await;
    peer.on("GET", HOOKS, page(&next)).await;

    let error = peer.client().hooks(&rocket()).await.unwrap_err();

    assert_eq!((error.code(), error.status()), ("forbidden", Some(403)));
}

/// A listing cut into these pages gives its values in order, by page and as a stream.
async fn cut_into(sizes: &[usize]) -> (Vec<u64>, Vec<u64>) {
    let peer = Peer::start().await;
    let mut from = 0;
    for (number, size) in sizes.iter().enumerate() {
        let values: Vec<_> = (from..from + size).collect();
        from += size;
        let mut body = json!({"values": values});
        if number + 1 < sizes.len() {
            body["next"] = json!(format!("{}{HOOKS}?page={}", peer.server.uri(), number + 1));
        }
        let page = Mock::given(method("GET"));
        let page = if number == 0 {
            page.and(query_param_is_missing("page"))
        } else {
            page.and(query_param("page", number.to_string()))
        };
        page.respond_with(json(body)).mount(&peer.server).await;
    }
    let endpoint = bitbucket_api_paths::hooks::list(&rocket());
    let mut pages = peer.client().pages::<u64>(&endpoint);
    let mut by_page = Vec::new();
    while let Some(entries) = pages.next_page().await.unwrap() {
        by_page.extend(entries.into_iter().map(Result::unwrap));
    }
    let streamed = peer
        .client()
        .pages::<u64>(&endpoint)
        .into_stream()
        .try_collect()
        .await
        .unwrap();
    (by_page, streamed)
}

#[tokio::test]
async fn a_listing_is_the_same_wherever_its_pages_are_cut() {
    for sizes in [
        &[7][..],
        &[1, 6],
        &[3, 0, 4],
        &[0, 7],
        &[2, 2, 2, 1],
        &[7, 0],
    ] {
        let all: Vec<u64> = (0..7).collect();
        assert_eq!(cut_into(sizes).await, (all.clone(), all), "{sizes:?}");
    }
}

#[tokio::test]
async fn the_values_before_a_link_that_cannot_be_followed_are_given() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        HOOKS,
        json(json!({"values": [1, 2], "next": "https://evil.example/x"})),
    )
    .await;
    let mut pages = peer
        .client()
        .pages::<u64>(&bitbucket_api_paths::hooks::list(&rocket()));

    assert_eq!(pages.next_page().await, Ok(Some(vec![Ok(1), Ok(2)])));
    let error = pages.next_page().await.unwrap_err();
    assert_eq!(
        error.cause(),
        &ApiErrorCause::Page(PageError::Foreign(ForeignUrl::Scheme))
    );
    assert_eq!(pages.next_page().await, Ok(None));
}

#[tokio::test]
async fn any_call_can_be_made() {
    let peer = Peer::start().await;
    let answer = ResponseTemplate::new(200)
        .set_body_string("raw")
        .insert_header("etag", "\"1\"");
    peer.on("GET", "/2.0/anything/new", answer).await;

    let call = Call::new("GET", "/2.0/anything/{name}", "/2.0/anything/new?x=%20");
    let answer = peer.client().execute(&call).await.unwrap();

    assert_eq!(
        (answer.status.as_u16(), answer.body.as_ref()),
        (200, &b"raw"[..])
    );
    assert_eq!(answer.headers["etag"], "\"1\"");
    assert_eq!(peer.asked().await, ["GET /2.0/anything/new?x=%20"]);
    let missing = peer
        .client()
        .execute(&Call::new("GET", "/x", "/x"))
        .await
        .unwrap_err();
    assert_eq!(missing.cause(), &ApiErrorCause::NotFound);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_spoils_no_other() {
    let peer = Peer::start().await;
    let next = format!("{}{HOOKS}?page=1", peer.server.uri());
    let first = json(json!({"values": [1, "two", 3], "next": next}));
    peer.once("GET", HOOKS, first).await;
    peer.on("GET", HOOKS, json(json!({"values": [4, null]})))
        .await;
    let endpoint = bitbucket_api_paths::hooks::list(&rocket());
    let pages = peer.client().pages::<u64>(&endpoint);

    let entries: Vec<_> = pages.into_stream().collect().await;

    let told: Vec<_> = entries
        .iter()
        .map(|entry| entry.as_ref().map_err(|error| error.cause().clone()))
        .collect();
    let unreadable = |position, column| ApiErrorCause::UnreadableEntry {
        position,
        at: format!("shape at line 1 column {column}"),
    };
    assert_eq!(
        told,
        [
            Ok(&1),
            Err(unreadable(2, 5)),
            Ok(&3),
            Ok(&4),
            Err(unreadable(5, 4))
        ]
    );
    let error = entries[1].as_ref().unwrap_err();
    assert_eq!(
        (error.code(), error.status(), error.is_retryable()),
        ("unreadable_entry", Some(200), false)
    );
    assert!(!format!("{error:?}").contains("two"), "{error:?}");
}

#[tokio::test]
async fn a_listing_tells_what_it_could_not_read_and_hooks_are_all_or_none() {
    use bitbucket_http_client::{Commits as _, Refs as _};
    let peer = Peer::start().await;
    let good = json!({"uuid": UUID, "url": "https://x.example", "name": "main", "hash": SHA_A,
        "date": "2026-11-22T10:00:00Z", "target": {"hash": SHA_A}});
    let values = json!({"values": [{"hash": 7}, good]});
    Mock::given(wiremock::matchers::any())
        .respond_with(json(values))
        .mount(&peer.server)
        .await;
    let client = peer.client();
    let first = |errors: &[bitbucket_http_client::ApiError]| {
        let causes: Vec<_> = errors
            .iter()
            .map(bitbucket_http_client::ApiError::code)
            .collect();
        assert_eq!(causes, ["unreadable_entry"]);
    };

    let branches = client.branches(&rocket(), 10).await.unwrap();
    assert_eq!((branches.values.len(), branches.complete), (1, false));
    first(&branches.unreadable);

    let main = bitbucket_api_paths::Revision::parse("main").unwrap();
    let range = bitbucket_http_client::CommitRange::between(None, main, 10);
    let commits = client.commits(&rocket(), &range).await.unwrap();
    assert_eq!((commits.commits.len(), commits.complete), (1, false));
    first(&commits.unreadable);

    let error = client.hooks(&rocket()).await.unwrap_err();
    assert_eq!(error.code(), "unreadable_entry");
}
