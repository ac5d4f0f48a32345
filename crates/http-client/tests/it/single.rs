//! Endpoints that answer with one object: repository and workspace.

use bitbucket_api_paths::{RepoRef, RepoUuid, Workspace};
use bitbucket_http_client::{ApiErrorCause, Repositories, Workspaces};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::peer::{Peer, TOKEN, UUID, json, rocket};

fn repository() -> serde_json::Value {
    json!({
        "type": "repository", "uuid": UUID, "full_name": "acme/rocket", "name": "Rocket", "is_private": false,
        "description": "To the moon", "mainbranch": {"type": "branch", "name": "main"},
        "workspace": {"type": "workspace", "uuid": UUID, "slug": "acme"},
        "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}},
    })
}

#[tokio::test]
async fn a_repository_is_read_by_its_name() {
    let peer = Peer::start().await;
    peer.on("GET", "/2.0/repositories/acme/rocket", json(repository()))
        .await;

    let found = peer.client().repository(&rocket()).await.unwrap();

    assert_eq!(found.uuid.as_str(), UUID);
    assert_eq!(found.full_name.to_string(), "acme/rocket");
    assert_eq!(
        (found.name.as_str(), found.main_branch.as_deref()),
        ("Rocket", Some("main"))
    );
    assert_eq!(
        (found.is_private, found.description.as_str()),
        (false, "To the moon")
    );
    assert_eq!(found.workspace_uuid.unwrap().as_str(), UUID);
    let request = &peer.requests().await[0];
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    assert_eq!(request.headers["accept"], "application/json");
    assert_eq!(request.headers.get("content-type"), None);
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_repository_is_read_by_its_id_whatever_it_is_called() {
    let peer = Peer::start().await;
    let path = "/2.0/repositories/%7B%7D/%7B0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a%7D";
    peer.on("GET", path, json(repository())).await;

    let by_id = RepoRef::from(RepoUuid::parse(UUID).unwrap());
    let found = peer.client().repository(&by_id).await.unwrap();

    assert_eq!(found.full_name.to_string(), "acme/rocket");
    let fields = crate::sent::one(crate::sent::REPOSITORY);
    assert_eq!(peer.asked().await, [format!("GET {path}?{fields}")]);
}

#[tokio::test]
async fn what_is_missing_or_hidden_is_not_found() {
    let peer = Peer::start().await;
    let body = json!({"type": "error", "error": {"message": "Repository acme/rocket not found"}});
    let answer = ResponseTemplate::new(404)
        .set_body_json(body)
        .insert_header("x-request-id", "abc-123");
    peer.on("GET", "/2.0/repositories/acme/rocket", answer)
        .await;

    let error = peer.client().repository(&rocket()).await.unwrap_err();

    assert_eq!(error.cause(), &ApiErrorCause::NotFound);
    assert_eq!(
        (error.method(), error.template()),
        ("GET", "/2.0/repositories/{workspace}/{repo_slug}")
    );
    assert_eq!(
        (error.status(), error.attempts(), error.request_id()),
        (Some(404), 1, Some("abc-123"))
    );
    assert_eq!(
        error.peer_message(),
        Some("Repository acme/rocket not found")
    );
}

#[tokio::test]
async fn a_workspace_is_read() {
    let peer = Peer::start().await;
    let body = json!({"type": "workspace", "uuid": UUID, "slug": "acme", "name": "Acme Corp", "is_private": true});
    peer.on("GET", "/2.0/workspaces/acme", json(body)).await;

    let found = peer
        .client()
        .workspace(&Workspace::parse("acme").unwrap())
        .await
        .unwrap();

    assert_eq!(
        (
            found.uuid.as_str(),
            found.slug.as_str(),
            found.name.as_str()
        ),
        (UUID, "acme", "Acme Corp")
    );
    assert_eq!(found.is_private, Some(true));
    assert_eq!(peer.asked().await, ["GET /2.0/workspaces/acme"]);
}
