//! The Connect handshake, from the descriptor to the workspace that comes back.

use bitbucket_simulator::acme;
use serde_json::json;

use crate::world::{commit, scenario};

#[tokio::test]
async fn the_descriptor_is_served_to_everybody() {
    scenario(async |w| {
        let shown = w.api_with_key(None);
        let descriptor = shown.get("/extensions/bitbucket/descriptor/").await.good();
        assert_eq!(descriptor["key"], "bitbucket-integration");
        assert_eq!(descriptor["baseUrl"], w.service_url(""));
        assert_eq!(descriptor["contexts"], json!(["account"]));
        let provider = w.api().get("/api/v1/providers").await.good();
        assert_eq!(provider["providers"][0]["scopes"], descriptor["scopes"]);
    })
    .await;
}

#[tokio::test]
async fn a_workspace_installs_the_app_is_linked_and_its_pushes_count() {
    scenario(async |w| {
        assert_eq!(w.link_the_app("acme").await.code(), "app_not_installed");
        w.installs_the_app(None).await.was_answered(200);
        let linked = w.link_the_app("acme").await.good();
        assert_eq!(linked["kind"], "connect");
        let rocket = w.follow("acme/rocket").await;
        let push = rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_forged_install_of_a_known_workspace_changes_nothing() {
    scenario(async |w| {
        w.installs_the_app(None).await.was_answered(200);
        w.link_the_app("acme").await.good();
        let rocket = w.follow("acme/rocket").await;
        let genuine = w.install_call().await;
        let evil = genuine
            .body
            .replace(acme::CONNECT_SHARED_SECRET, "evil-secret");
        let forged = genuine.clone().with_body(evil);
        for (what, forgery) in [
            ("unsigned", forged.clone()),
            (
                "no token of ours",
                forged.with_header("Authorization", "JWT x"),
            ),
        ] {
            let refused = w.deliver(&forgery).await;
            refused.was_refused(401, "lifecycle_untrusted", what);
        }
        // What Bitbucket says again, since our answer was lost, is fine.
        w.deliver(&genuine).await.was_answered(200);
        rocket.push([commit("a1", "x")]).await.was_answered(204);
        w.settles().await;
        assert_eq!(w.installation().await["state"], "active");
    })
    .await;
}

#[tokio::test]
async fn a_secret_that_does_not_open_the_workspace_is_not_kept() {
    scenario(async |w| {
        let genuine = w.install_call().await;
        let other = genuine
            .body
            .replace(acme::CONNECT_SHARED_SECRET, "other-secret");
        let foreign = genuine
            .body
            .replace("\"baseApiUrl\":\"http://", "\"baseApiUrl\":\"https://");
        let refused = w.deliver(&genuine.clone().with_body(other)).await;
        refused.was_refused(400, "secret_unproven", "another secret");
        let refused = w.deliver(&genuine.clone().with_body(foreign)).await;
        refused.was_refused(400, "foreign_api", "another API");
        for rubbish in ["", "[]", "{}", "{\"clientKey\": 1}", "null"] {
            let refused = w.deliver(&genuine.clone().with_body(rubbish)).await;
            refused.was_refused(400, "lifecycle_malformed", rubbish);
        }
        assert_eq!(w.link_the_app("acme").await.code(), "app_not_installed");
    })
    .await;
}

#[tokio::test]
async fn a_workspace_that_removed_the_app_comes_back_with_its_repositories() {
    scenario(async |w| {
        w.installs_the_app(None).await.was_answered(200);
        w.link_the_app("acme").await.good();
        let rocket = w.follow("acme/rocket").await;
        w.removes_the_app("not-the-secret").await.was_refused(
            401,
            "lifecycle_untrusted",
            "a strangers call",
        );
        w.removes_the_app(acme::CONNECT_SHARED_SECRET)
            .await
            .was_answered(200);
        assert_eq!(w.installation().await["state"], "disabled");
        assert_eq!(w.followed().await["state"], "disabled");
        let push = rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_refused(404, "unknown_hook", "a push of a workspace that left");

        w.installs_the_app(None).await.was_refused(
            401,
            "lifecycle_untrusted",
            "unsigned, though a secret is known",
        );
        w.installs_the_app(Some(acme::CONNECT_SHARED_SECRET))
            .await
            .was_answered(200);
        w.settles().await;
        assert_eq!(w.installation().await["state"], "active");
        assert_eq!(w.followed().await["state"], "active");
        let push = rocket.push([commit("a2", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_browser_without_a_token_is_told_nothing() {
    scenario(async |w| {
        let stranger = w.api_with_key(None);
        for query in ["", "?jwt=", "?jwt=x", "?jwt=a&jwt=b"] {
            let path = format!("/extensions/bitbucket/setup/{query}");
            assert_eq!(stranger.get(&path).await.code(), "lifecycle_untrusted");
        }
    })
    .await;
}
