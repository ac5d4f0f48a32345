//! Following listings: verbatim at home, never abroad, never for ever.

use bitbucket_http_client::{ApiErrorCause, ForeignUrl, Hooks, PageError};
use serde_json::json;
use wiremock::matchers::{method, query_param};
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, UUID, json, rocket};

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
            format!("GET {HOOKS}?pagelen=100"),
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
