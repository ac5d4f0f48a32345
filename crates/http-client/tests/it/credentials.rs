//! What each credential presents on the wire, and that no answer makes the client present it elsewhere.

use std::sync::Arc;

use bitbucket_api_paths::{CommitSha, RepoRef, RepoUuid};
use bitbucket_http_client::{ApiErrorCause, Commits, Credential, Repositories};
use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::peer::{Peer, SHA_A, TOKEN, UUID, json, rocket};

const KEY: &str = "a-shared-secret-of-at-least-thirty-two-bytes";

fn connect() -> Credential {
    Credential::Connect {
        app_key: "acme-app".to_owned(),
        client_key: "connection:42".to_owned(),
        shared_secret: SharedSecret::new(KEY.to_owned()),
    }
}

#[tokio::test]
async fn an_api_token_is_presented_as_basic() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        "/2.0/repositories/acme/rocket",
        json(json!({"uuid": UUID, "full_name": "acme/rocket"})),
    )
    .await;
    let credential = Credential::ApiToken {
        email: "me@acme.example".to_owned(),
        token: "ATATT-1".into(),
    };

    peer.client_with(credential.into_authorize(), "")
        .repository(&rocket())
        .await
        .unwrap();

    assert_eq!(
        peer.requests().await[0].headers["authorization"],
        "Basic bWVAYWNtZS5leGFtcGxlOkFUQVRULTE="
    );
}

#[tokio::test]
async fn a_connect_token_is_signed_over_the_encoded_path_without_the_bases_prefix() {
    let peer = Peer::start().await;
    let path = format!(
        "/2.0/repositories/%7B%7D/%7B{}%7D/diffstat/{SHA_A}",
        UUID.trim_matches(['{', '}'])
    );
    peer.on("GET", &format!("/proxy{path}"), json(json!({"values": []})))
        .await;
    let client = peer.client_with(connect().into_authorize(), "/proxy");
    let by_id = RepoRef::from(RepoUuid::parse(UUID).unwrap());

    client
        .changed_files(&by_id, &CommitSha::parse(SHA_A).unwrap())
        .await
        .unwrap();

    let request = &peer.requests().await[0];
    let signer = RequestSigner::new(
        "acme-app",
        "connection:42",
        SharedSecret::new(KEY.to_owned()),
    );
    let now = UnixTime::from_seconds(1_800_000_000);
    let expected = signer.sign("GET", &path, request.url.query(), now).unwrap();
    assert_eq!(
        request.headers["authorization"].to_str().unwrap(),
        expected.header_value()
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let stranger = Peer::start().await;
    let peer = Peer::start().await;
    let answer = ResponseTemplate::new(302)
        .insert_header("location", format!("{}/x", stranger.server.uri()).as_str());
    peer.on("GET", "/2.0/repositories/acme/rocket", answer)
        .await;

    let error = peer.client().repository(&rocket()).await.unwrap_err();

    assert_eq!(
        (error.cause(), error.status()),
        (&ApiErrorCause::UnexpectedStatus, Some(302))
    );
    assert!(stranger.asked().await.is_empty());
}

#[tokio::test]
async fn an_error_shows_no_credential_even_if_the_peer_echoes_it() {
    let peer = Peer::start().await;
    let echo = format!("<p>Authorization: Bearer {TOKEN}</p>");
    peer.on(
        "GET",
        "/2.0/repositories/acme/rocket",
        ResponseTemplate::new(401).set_body_string(echo),
    )
    .await;
    let client = peer.client();

    let error = client.repository(&rocket()).await.unwrap_err();

    assert_eq!(
        (error.code(), error.excerpt()),
        ("unauthorized", Some("<p>Authorization: Bearer ***</p>"))
    );
    let shown = format!("{error:?} {error} {client:?} {:?}", Arc::new(connect()));
    assert!(!shown.contains(TOKEN) && !shown.contains(KEY), "{shown}");
}
