//! Keys of the API: what they open, and for how long.

use bitbucket_simulator::sha;
use serde_json::{Value, json};

use crate::world::{World, commit, scenario};

/// Makes a key; gives it and its id.
async fn make(w: &World, scope: &str, days: Option<u32>) -> (String, String) {
    let body =
        json!({"name": format!("a key to {scope}"), "scope": scope, "expires_in_days": days});
    let made = w.api().post("/api/v1/keys", &body).await.good();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

#[tokio::test]
async fn a_key_for_pipelines_publishes_and_can_not_administer() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        let (key, _) = make(w, "write", Some(90)).await;
        let pipeline = w.api_with_key(Some(&key));
        let sha = sha("a1");
        let release =
            json!({"version": "rocket@2.0.0", "repository": "acme/rocket", "commit": sha});
        let opened = pipeline.post("/api/v1/releases", &release).await;
        assert_eq!(opened.status, 202, "{}", opened.json());
        w.settles().await;
        for (path, body) in [
            (
                "/api/v1/repositories",
                json!({"repository": "acme/launchpad"}),
            ),
            ("/api/v1/keys", json!({"name": "more", "scope": "admin"})),
        ] {
            let refused = pipeline.post(path, &body).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (403, "insufficient_scope"),
                "{path}"
            );
        }
        let id = w.followed().await["id"].as_str().unwrap().to_owned();
        let refused = pipeline.delete(&format!("/api/v1/repositories/{id}")).await;
        assert_eq!(refused.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_also_after_a_restart() {
    scenario(async |w| {
        let (key, id) = make(w, "read", None).await;
        let reader = w.api_with_key(Some(&key));
        reader.get("/api/v1/status").await.good();
        w.restarts().await;
        reader.get("/api/v1/status").await.good();
        w.api().delete(&format!("/api/v1/keys/{id}")).await.good();
        w.restarts().await;
        let refused = reader.get("/api/v1/status").await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (401, "api_key_revoked")
        );
        let list = w.api().get("/api/v1/keys").await.good();
        assert_eq!(list["keys"][0]["state"], "revoked");
        assert!(!list.to_string().contains(&key), "the list shows the key");
    })
    .await;
}

#[tokio::test]
async fn what_happened_is_listed_page_by_page() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        for label in ["a1", "a2", "a3"] {
            rocket
                .push([commit(label, "Fixes ROCKET-1A")])
                .await
                .was_answered(204);
            w.settles().await;
        }
        let newest = w.api().get("/api/v1/deliveries?limit=2").await.good();
        let older = format!(
            "/api/v1/deliveries?limit=2&after={}",
            newest["next"].as_str().unwrap()
        );
        let older = w.api().get(&older).await.good();
        let count = |page: &Value| page["deliveries"].as_array().unwrap().len();
        assert_eq!((count(&newest), count(&older)), (2, 1));
        assert_eq!(older.get("next"), None);
        assert_eq!(older["deliveries"][0]["event_key"], "repo:push");

        let id = w.followed().await["id"].as_str().unwrap().to_owned();
        let commits = w
            .api()
            .get(&format!("/api/v1/repositories/{id}/commits"))
            .await
            .good();
        assert_eq!(commits["commits"][0]["sha"], sha("a3"));
        let named = w
            .api()
            .get("/api/v1/references?issue=ROCKET-1A")
            .await
            .good();
        assert_eq!(named["references"].as_array().unwrap().len(), 3, "{named}");
        assert_eq!(named["references"][0]["commit"], sha("a3"));
    })
    .await;
}

#[tokio::test]
async fn the_api_describes_itself_as_the_documentation_does() {
    scenario(async |w| {
        let (key, _) = make(w, "read", None).await;
        let served = w.api_with_key(Some(&key));
        let served = served.get("/api/v1/openapi.json").await.good();
        let committed: Value =
            serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap();
        assert_eq!(served, committed);
        let stranger = w.api_with_key(None).get("/api/v1/openapi.json").await;
        assert_eq!(stranger.status, 401);
    })
    .await;
}
