//! Repositories: found, followed, renamed, mended, given a new secret, left.

use serde_json::{Value, json};

use crate::world::{World, commit, scenario};

async fn found(w: &World, query: &str) -> Vec<String> {
    let id = w.installation().await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/installations/{id}/repositories{query}");
    let found = w.api().get(&path).await.good();
    let names = found["repositories"].as_array().unwrap().iter();
    names
        .map(|one| one["full_name"].as_str().unwrap().to_owned())
        .collect()
}

async fn synced(w: &World) {
    let id = w.installation().await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/installations/{id}/sync");
    w.api().post(&path, &Value::Null).await.good();
    w.settles().await;
}

#[tokio::test]
async fn connecting_says_what_the_credential_may_do() {
    scenario(async |w| {
        let connected = w.try_connect("acme", bitbucket_simulator::acme::ACCESS_TOKEN);
        let access = connected.await.good()["access"].clone();
        let scopes: Vec<_> = access.as_array().unwrap().iter().collect();
        assert_eq!(scopes[0]["scope"], "repository");
        assert!(
            scopes.iter().all(|one| one["state"] == "granted"),
            "{access}"
        );
    })
    .await;
}

#[tokio::test]
async fn repositories_are_found_by_any_text_and_quotes_ask_for_nothing_else() {
    scenario(async |w| {
        w.connect("acme").await;
        assert_eq!(found(w, "").await.len(), 2);
        assert_eq!(found(w, "?q=rock").await, ["acme/rocket"]);
        assert_eq!(found(w, "?q=acme/rocket").await, ["acme/rocket"]);
        let injection = "?q=x%22%20OR%20name%20~%20%22";
        assert_eq!(found(w, injection).await, Vec::<String>::new());
        assert_eq!(found(w, "?q=%5C%22").await, Vec::<String>::new());
        assert_eq!(found(w, "?limit=1").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_repository_is_left_with_its_hook_even_when_somebody_deleted_that() {
    scenario(async |w| {
        w.connect("acme").await;
        w.follow("acme/rocket").await;
        let id = w.followed().await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/repositories/{id}");
        w.bitbucket
            .refuses("DELETE", "/2.0/repositories", 403)
            .await;
        assert_eq!(w.api().delete(&path).await.status, 400);
        w.bitbucket.recovers().await;
        assert_eq!(w.followed().await["state"], "active");
        let removed = w.api().delete(&path).await.good();
        assert_eq!(
            removed,
            json!({"full_name": "acme/rocket", "hook_left": null})
        );
        assert!(w.bitbucket.hooks("acme/rocket").await.is_empty());
        assert_eq!(w.api().delete(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_repository_is_followed_by_its_uuid() {
    scenario(async |w| {
        w.connect("acme").await;
        w.follow("acme/rocket").await;
        w.renames("acme/rocket", "starship").await;
        w.settles().await;
        assert_eq!(w.followed().await["full_name"], "acme/starship");
        let starship = w.repository("acme/starship");
        let push = starship.push([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.renames("acme/starship", "rocket").await;
    })
    .await;
}

#[tokio::test]
async fn a_look_at_the_workspace_mends_a_name_and_a_hook_that_no_delivery_told_of() {
    scenario(async |w| {
        w.connect("acme").await;
        w.follow("acme/rocket").await;
        w.loses_its_hooks("acme/rocket").await;
        w.renames("acme/rocket", "starship").await;
        synced(w).await;
        assert_eq!(w.followed().await["full_name"], "acme/starship");
        assert_eq!(w.bitbucket.hooks("acme/starship").await.len(), 1);
        let starship = w.repository("acme/starship");
        let push = starship.push([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        w.renames("acme/starship", "rocket").await;
    })
    .await;
}

#[tokio::test]
async fn a_new_secret_is_used_and_what_was_signed_before_is_still_taken() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let under_way = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        let before = rocket.hook_secret().await;
        let id = w.followed().await["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/repositories/{id}/rotate");
        w.api().post(&path, &Value::Null).await.good();
        assert_ne!(rocket.hook_secret().await, before);
        w.deliver(&under_way).await.was_answered(204);
        rocket.push([commit("a2", "x")]).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn disconnecting_takes_the_hooks_away_and_connecting_again_brings_them_back() {
    scenario(async |w| {
        let id = w.connect("acme").await;
        w.follow("acme/rocket").await;
        let path = format!("/api/v1/installations/{id}");
        let gone = w.api().delete(&path).await.good();
        assert_eq!(gone["installation"]["state"], "disabled");
        assert_eq!(gone["hooks_left"], json!([]));
        assert!(w.bitbucket.hooks("acme/rocket").await.is_empty());
        assert_eq!(w.connect("acme").await, id);
        w.settles().await;
        assert_eq!(w.followed().await["state"], "active");
        assert_eq!(w.bitbucket.hooks("acme/rocket").await.len(), 1);
        let unknown = "/api/v1/installations/0190a5c2-0000-7000-8000-0000000000ff";
        for path in [unknown, "/api/v1/installations/x", "/api/v1/repositories/x"] {
            assert_eq!(w.api().delete(path).await.code(), "not_found");
        }
    })
    .await;
}
