//! Bad input gets a clear answer, and nothing is kept of it.

use crate::world::{commit, scenario};

#[tokio::test]
async fn a_body_that_is_no_delivery_is_refused_with_its_reason() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "x")]).await;
        let secret = rocket.hook_secret().await;
        let cases = [
            ("{\"push\":", "the JSON ends early at line 1, column 8"),
            (
                "[1, 2]",
                "the body is not a JSON object at line 1, column 1",
            ),
            ("", "the body is not a JSON object at line 1, column 1"),
        ];
        for (body, message) in cases {
            let broken = genuine.clone().with_body(body).signed_with(&secret);
            let answer = w.deliver(&broken).await;
            answer.was_refused(400, "malformed", body);
            assert_eq!(answer.message(), message);
        }
        let nameless = genuine.clone().without_header("X-Event-Key");
        w.deliver(&nameless)
            .await
            .was_refused(400, "malformed", "no event key");
        w.has_stored_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let secret = rocket.hook_secret().await;
        let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
        let huge = rocket
            .push_held([commit("a1", "x")])
            .await
            .with_body(huge)
            .signed_with(&secret);
        // Bitbucket itself sends at most 256 KiB.
        let answer = w.api_with_key(None).send(&huge).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (413, "payload_too_large")
        );
        w.has_stored_nothing().await;
    })
    .await;
}

/// The payload is valid JSON from a verified sender, but no push: it is kept as a dead letter with its reason, not dropped.
#[tokio::test]
async fn a_verified_delivery_of_an_unknown_shape_is_kept() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let secret = rocket.hook_secret().await;
        let odd = rocket
            .push_held([commit("a1", "x")])
            .await
            .with_body("{\"push\":{}}")
            .signed_with(&secret);
        w.deliver(&odd).await.was_answered(204);
        let dead = w.waits_for_dead("process_delivery").await;
        assert_eq!(dead.failure_code(), "event_unreadable");
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_connected_or_followed_is_refused_with_the_next_step() {
    scenario(async |w| {
        let answer = w.try_follow("acme/rocket").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "workspace_not_connected")
        );
        assert!(
            answer
                .message()
                .contains("bitbucket-integration connect acme"),
            "{}",
            answer.message()
        );

        let answer = w.try_connect("acme", "not-the-token").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "unauthorized")
        );
        let answer = w
            .try_connect("nobody", bitbucket_simulator::acme::ACCESS_TOKEN)
            .await;
        assert_eq!(answer.status, 400);

        w.connect("acme").await;
        let answer = w.try_follow("acme/missile").await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "not_found"));
        assert_eq!(w.bitbucket.hooks("acme/rocket").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_refused_hook_leaves_no_repository_behind() {
    scenario(async |w| {
        w.connect("acme").await;
        w.bitbucket.refuses("POST", "/2.0/repositories/", 403).await;
        let answer = w.try_follow("acme/rocket").await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "forbidden"));
        w.bitbucket.recovers().await;
        let repositories = w.api().get("/api/v1/repositories").await;
        assert_eq!(repositories.json()["repositories"], serde_json::json!([]));
        w.follow("acme/rocket").await;
    })
    .await;
}
