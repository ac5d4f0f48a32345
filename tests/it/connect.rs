//! The Connect road: a wrapped body and a token of the installation.

use crate::world::{commit, scenario};

#[tokio::test]
async fn a_wrapped_delivery_with_a_token_resolves_like_any_other() {
    scenario(async |w| {
        w.connect_as_app("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let push = rocket.push_to_app([commit("a1", "Fixes ROCKET-1A")]).await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        rocket
            .releases("rocket@1.4.0")
            .at("a1")
            .since("r3")
            .await
            .is_published_with(1);
        w.settles().await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("rocket@1.4.0");
    })
    .await;
}

#[tokio::test]
async fn a_token_of_somebody_else_is_refused() {
    scenario(async |w| {
        w.connect_as_app("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket
            .push_to_app_held([commit("a1", "Fixes ROCKET-1A")])
            .await;
        let token = genuine.header("Authorization").unwrap().to_owned();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let forgeries = [
            (
                "no token",
                genuine.clone().without_header("Authorization"),
                "unsigned",
            ),
            (
                "no signature",
                genuine
                    .clone()
                    .with_header("Authorization", format!("{signed}.")),
                "bad_signature",
            ),
            (
                "alg none",
                genuine.clone().with_header(
                    "Authorization",
                    "JWT eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.",
                ),
                "bad_signature",
            ),
            (
                "rubbish",
                genuine.clone().with_header("Authorization", "JWT x"),
                "bad_signature",
            ),
        ];
        for (what, forgery, code) in forgeries {
            w.deliver(&forgery).await.was_refused(401, code, what);
        }
        let mut elsewhere = genuine.clone();
        elsewhere.url.push_str("?extra=1");
        w.deliver(&elsewhere).await.was_refused(
            401,
            "bad_signature",
            "another query than the token signs",
        );
        w.has_stored_nothing().await;
        w.deliver(&genuine).await.was_answered(204);
    })
    .await;
}
