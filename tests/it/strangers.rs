//! Who is not Bitbucket gets nothing, and leaves nothing.

use crate::world::{commit, scenario};

/// Each forgery of a delivery, and what it is answered.
#[tokio::test]
async fn a_delivery_that_is_not_signed_with_the_hooks_secret_is_refused() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        let forgeries = [
            (
                "no signature",
                genuine.clone().without_header("X-Hub-Signature"),
                "unsigned",
            ),
            (
                "an empty signature",
                genuine.clone().with_header("X-Hub-Signature", ""),
                "bad_signature",
            ),
            (
                "a sha1 signature",
                genuine.clone().with_header(
                    "X-Hub-Signature",
                    "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
                ),
                "bad_signature",
            ),
            (
                "a shortened signature",
                genuine.clone().with_header("X-Hub-Signature", "sha256=ab"),
                "bad_signature",
            ),
            (
                "another secret",
                genuine.clone().signed_with("another secret"),
                "bad_signature",
            ),
            (
                "a changed body",
                genuine
                    .clone()
                    .with_body(genuine.body.replace("ROCKET-1A", "ROCKET-2B")),
                "bad_signature",
            ),
        ];
        for (what, forgery, code) in forgeries {
            w.deliver(&forgery).await.was_refused(401, code, what);
        }
        w.settles().await;
        w.has_stored_nothing().await;
        w.has_counted("unsigned", 1).await;
        w.has_counted("bad_signature", 5).await;

        w.deliver(&genuine).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_no_hook_has_is_unknown_whoever_signs() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let mut lost = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        lost.url = w.service_url("/webhooks/bitbucket/0190a5c2-0000-7000-8000-0000000000ff");
        w.deliver(&lost)
            .await
            .was_refused(404, "unknown_hook", "an unknown id");
        lost.url = w.service_url("/webhooks/bitbucket/not-an-id");
        w.deliver(&lost)
            .await
            .was_refused(404, "unknown_hook", "no id at all");
        w.has_stored_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn a_hook_of_one_repository_can_not_speak_for_another() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let launchpad = w.follow("acme/launchpad").await;
        let mut crossed = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        crossed.url = launchpad.hook_url().await;
        w.deliver(&crossed).await.was_refused(
            401,
            "bad_signature",
            "rocket's secret at launchpad's address",
        );
        w.has_stored_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn the_api_is_closed_without_its_key() {
    scenario(async |w| {
        for (key, code) in [
            (None, "api_key_missing"),
            (Some("wrong"), "api_key_wrong"),
            (Some(""), "api_key_wrong"),
        ] {
            for path in [
                "/api/v1/installations",
                "/api/v1/repositories",
                "/api/v1/releases",
                "/api/v1/jobs",
                "/api/v1/status",
            ] {
                let answer = w.api_with_key(key).get(path).await;
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (401, code),
                    "{key:?} at {path}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_redirect_of_a_peer_is_not_followed_to_another_host() {
    scenario(async |w| {
        let installation = w.connect("acme").await;
        w.follow("acme/rocket").await;
        let stranger = w.stranger().await;
        let repositories = format!("/api/v1/installations/{installation}/repositories");
        let form =
            format!("/api/v1/installations/{installation}/issue-forms/create?issue=ROCKET-1A");
        for status in [301, 302, 303, 307, 308] {
            w.bitbucket.redirects_to(status, &stranger.origin()).await;
            let answer = w.api().get(&repositories).await;
            assert_eq!(answer.status, 502, "{status}: {}", answer.text());
            w.bitbucket.recovers().await;
            w.tracker.redirects_to(status, &stranger.origin()).await;
            let answer = w.api().get(&form).await;
            assert_eq!(answer.status, 502, "{status}: {}", answer.text());
            w.tracker.recovers().await;
        }
        assert_eq!(stranger.connections(), 0);
        w.api().get(&repositories).await.good();
        w.api().get(&form).await.good();
    })
    .await;
}
