//! Webhook subscriptions.

use bitbucket_api_paths::{HookSubject, HookUuid, Workspace};
use bitbucket_http_client::{
    Addon, ApiErrorCause, HookEvents, HookUpdate, Hooks, Misuse, NewHook, WorkspaceHooks,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::peer::{Peer, UUID, json, rocket};
use crate::sent::{self, Sent, exchange};

const HOOKS: &str = "/2.0/repositories/acme/rocket/hooks";
const HOOK: &str = "/2.0/repositories/acme/rocket/hooks/%7B0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a%7D";
const SECRET: &str = "hook-secret-of-the-test";

fn hook() -> Value {
    json!({
        "type": "webhook_subscription", "uuid": UUID, "url": "https://ci.acme.example/hook", "active": true,
        "description": "Integration", "events": ["repo:push"], "secret_set": true, "subject_type": "repository",
    })
}

fn new_hook(events: &[&str], secret: &str) -> NewHook {
    NewHook {
        description: "Integration".to_owned(),
        url: "https://ci.acme.example/hook".to_owned(),
        active: true,
        events: events.iter().map(ToString::to_string).collect(),
        secret: SecretString::from(secret),
    }
}

fn update(secret: Option<&str>) -> HookUpdate {
    HookUpdate {
        description: "Integration".to_owned(),
        url: "https://ci.acme.example/hook".to_owned(),
        active: false,
        events: vec!["repo:push".to_owned()],
        secret: secret.map(SecretString::from),
    }
}

fn uuid() -> HookUuid {
    HookUuid::parse(UUID).unwrap()
}

#[tokio::test]
async fn hooks_are_listed() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        HOOKS,
        json(json!({"values": [hook()], "pagelen": 100, "size": 1})),
    )
    .await;

    let found = peer.client().hooks(&rocket()).await.unwrap();

    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].uuid.as_str(), found[0].url.as_str()),
        (UUID, "https://ci.acme.example/hook")
    );
    assert_eq!((found[0].active, found[0].secret_set), (true, Some(true)));
    assert_eq!(found[0].events, ["repo:push"]);
    let fields = sent::page(sent::HOOK);
    let line = format!("GET {HOOKS}?pagelen=100&{fields}");
    assert_eq!(peer.asked().await, [line]);
}

#[tokio::test]
async fn a_hook_is_created_with_its_secret_and_each_event_once() {
    let peer = Peer::start().await;
    peer.on(
        "POST",
        HOOKS,
        ResponseTemplate::new(201).set_body_json(hook()),
    )
    .await;

    let events = ["repo:push", "repo:updated", "repo:push"];
    let created = peer
        .client()
        .create_hook(&rocket(), &new_hook(&events, SECRET))
        .await
        .unwrap();

    assert_eq!(created.uuid, uuid());
    let request = &peer.requests().await[0];
    assert_eq!(request.headers["content-type"], "application/json");
    let body = json!({
        "description": "Integration", "url": "https://ci.acme.example/hook", "active": true,
        "events": ["repo:push", "repo:updated"], "secret": SECRET,
    });
    assert_eq!(request.body_json::<Value>().unwrap(), body);
    assert_eq!(peer.asked().await, [format!("POST {HOOKS}")]);
}

#[tokio::test]
async fn an_impossible_hook_is_not_sent() {
    let peer = Peer::start().await;
    let long = "x".repeat(129);
    let cases = [
        (new_hook(&[], SECRET), Misuse::HookWithoutEvents),
        (new_hook(&["repo:push"], ""), Misuse::HookSecretLength),
        (new_hook(&["repo:push"], &long), Misuse::HookSecretLength),
    ];
    for (hook, misuse) in cases {
        let error = peer
            .client()
            .create_hook(&rocket(), &hook)
            .await
            .unwrap_err();
        assert_eq!(error.cause(), &ApiErrorCause::Misuse(misuse));
    }
    assert!(peer.asked().await.is_empty());
}

#[tokio::test]
async fn creating_is_never_repeated_on_trouble() {
    let peer = Peer::start().await;
    peer.on("POST", HOOKS, ResponseTemplate::new(503)).await;

    let error = peer
        .client()
        .create_hook(&rocket(), &new_hook(&["repo:push"], SECRET))
        .await
        .unwrap_err();

    assert_eq!(
        (error.code(), error.attempts(), error.is_retryable()),
        ("unavailable", 1, true)
    );
    assert_eq!(peer.asked().await.len(), 1);
}

#[tokio::test]
async fn a_refusal_that_echoes_the_secret_shows_it_nowhere() {
    let peer = Peer::start().await;
    let body = json!({"error": {"message": format!("bad body: {SECRET}"), "fields": {"secret": [SECRET]}}});
    peer.on(
        "POST",
        HOOKS,
        ResponseTemplate::new(400).set_body_json(body),
    )
    .await;
    let hook = new_hook(&["repo:push"], SECRET);

    let error = peer
        .client()
        .create_hook(&rocket(), &hook)
        .await
        .unwrap_err();

    assert_eq!(error.peer_message(), Some("bad body: ***"));
    assert!(!format!("{error:?} {error} {hook:?}").contains(SECRET));
}

#[tokio::test]
async fn an_update_keeps_the_secret_unless_there_is_a_new_one() {
    let peer = Peer::start().await;
    peer.on("PUT", HOOK, json(hook())).await;
    let client = peer.client();

    client
        .update_hook(&rocket(), &uuid(), &update(None))
        .await
        .unwrap();
    let updated = client
        .update_hook(&rocket(), &uuid(), &update(Some(SECRET)))
        .await
        .unwrap();

    assert_eq!(updated.uuid, uuid());
    let requests = peer.requests().await;
    let body = json!({
        "description": "Integration", "url": "https://ci.acme.example/hook", "active": false, "events": ["repo:push"],
    });
    assert_eq!(requests[0].body_json::<Value>().unwrap(), body);
    assert_eq!(requests[1].body_json::<Value>().unwrap()["secret"], SECRET);
    assert_eq!(
        peer.asked().await,
        [format!("PUT {HOOK}"), format!("PUT {HOOK}")]
    );
}

#[tokio::test]
async fn a_hook_is_deleted() {
    let peer = Peer::start().await;
    peer.on("DELETE", HOOK, ResponseTemplate::new(204)).await;

    assert_eq!(peer.client().delete_hook(&rocket(), &uuid()).await, Ok(()));
    assert_eq!(peer.asked().await, [format!("DELETE {HOOK}")]);
}

#[tokio::test]
async fn a_hook_that_was_not_there_is_told() {
    let peer = Peer::start().await;
    peer.on("DELETE", HOOK, ResponseTemplate::new(404)).await;

    let error = peer
        .client()
        .delete_hook(&rocket(), &uuid())
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::NotFound);
}

#[tokio::test]
async fn a_hook_that_an_unanswered_attempt_removed_is_deleted() {
    let peer = Peer::start().await;
    peer.once("DELETE", HOOK, ResponseTemplate::new(502)).await;
    peer.on("DELETE", HOOK, ResponseTemplate::new(404)).await;

    assert_eq!(peer.client().delete_hook(&rocket(), &uuid()).await, Ok(()));
    assert_eq!(peer.asked().await.len(), 2);
}

#[tokio::test]
async fn the_hooks_of_a_workspace_are_kept_the_same_way() {
    const AT: &str = "/2.0/workspaces/acme/hooks";
    let one = format!("{AT}/%7B0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a%7D");
    let peer = Peer::start().await;
    peer.on("GET", AT, json(json!({"values": [hook()]}))).await;
    peer.on("POST", AT, ResponseTemplate::new(201).set_body_json(hook()))
        .await;
    peer.on("PUT", &one, json(hook())).await;
    peer.on("DELETE", &one, ResponseTemplate::new(204)).await;
    let client = peer.client();
    let acme = Workspace::parse("acme").unwrap();

    let created = client
        .create_workspace_hook(&acme, &new_hook(&["repo:push"], SECRET))
        .await
        .unwrap();
    assert_eq!(client.workspace_hooks(&acme).await, Ok(vec![created]));
    assert_eq!(
        client
            .update_workspace_hook(&acme, &uuid(), &update(None))
            .await
            .unwrap()
            .uuid,
        uuid()
    );
    assert_eq!(client.delete_workspace_hook(&acme, &uuid()).await, Ok(()));

    let expected = [
        format!("POST {AT}"),
        format!("GET {AT}?pagelen=100&{}", sent::page(sent::HOOK)),
        format!("PUT {one}"),
        format!("DELETE {one}"),
    ];
    assert_eq!(peer.asked().await, expected);
}

#[tokio::test]
async fn a_hook_that_was_not_there_is_told_although_the_first_attempt_was_turned_away() {
    let peer = Peer::start().await;
    peer.once("DELETE", HOOK, ResponseTemplate::new(429)).await;
    peer.on("DELETE", HOOK, ResponseTemplate::new(404)).await;

    let error = peer
        .client()
        .delete_hook(&rocket(), &uuid())
        .await
        .unwrap_err();
    assert_eq!(
        (error.cause(), error.attempts()),
        (&ApiErrorCause::NotFound, 2)
    );
}

#[tokio::test]
async fn a_hook_is_read() {
    let (sent, found) = exchange(json(hook()), async |client| {
        client.hook(&rocket(), &uuid()).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!("GET {HOOK}?{}", sent::one(sent::HOOK)))]
    );
    assert_eq!((found.uuid, found.active), (uuid(), true));
}

#[tokio::test]
async fn the_catalogue_of_events_is_read() {
    let push = json!({
        "category": "Repository", "label": "Push", "description": "Whenever a push occurs", "event": "repo:push",
    });
    let bare = json!({"event": "pipeline:span_created", "category": null});
    let answer = json!({"values": [push, bare], "pagelen": 100, "size": 2});
    let (sent, events) = exchange(json(answer), async |client| {
        client.hook_events(HookSubject::Repository).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare("GET /2.0/hook_events/repository?pagelen=100")]
    );
    assert_eq!(
        (events[0].event.as_str(), events[0].label.as_deref()),
        ("repo:push", Some("Push"))
    );
    assert_eq!(
        (events[1].event.as_str(), events[1].category.as_deref()),
        ("pipeline:span_created", None)
    );
}

#[tokio::test]
async fn an_installation_is_refreshed_and_removed_by_its_app() {
    let (sent, ()) = exchange(ResponseTemplate::new(204), async |client| {
        client.update_addon().await?;
        client.remove_addon().await
    })
    .await;
    assert_eq!(
        sent,
        [
            Sent::json("PUT /2.0/addon", json!({})),
            Sent::bare("DELETE /2.0/addon")
        ]
    );
}
