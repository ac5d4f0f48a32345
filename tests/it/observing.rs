//! What an operator sees of a running service, and who is let in at all.

use std::fs;

use crate::world::{Api, commit, free_port, scenario_with};

#[tokio::test]
async fn figures_are_on_a_listener_of_their_own() {
    let port = free_port();
    let metrics = format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n");
    scenario_with(&metrics, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        let forged = genuine.clone().signed_with("another secret");
        w.deliver(&forged).await.was_refused(401, "bad_signature", "forged");
        w.deliver(&genuine).await.was_answered(204);
        w.settles().await;
        let shown = Api::new(&format!("http://127.0.0.1:{port}"), None);
        let shown = shown.get("/metrics").await;
        assert_eq!(shown.status, 200);
        let text = shown.text();
        for line in [
            r#"bitbucket_integration_deliveries_total{event="repo:push",outcome="accepted"} 1"#,
            r#"bitbucket_integration_deliveries_total{event="repo:push",outcome="bad_signature"} 1"#,
            r#"bitbucket_integration_jobs{state="done"} 2"#,
            r#"bitbucket_integration_jobs{state="ready"} 0"#,
            r#"bitbucket_integration_job_seconds_count{kind="comment_on_issue",outcome="completed"} 1"#,
            "bitbucket_integration_store_up 1",
        ] {
            assert!(text.lines().any(|one| one == line), "no `{line}` in\n{text}");
        }
        for part in [
            r#"call_seconds_count{peer="bitbucket",method="POST""#,
            r#"call_seconds_count{peer="sentry",method="POST""#,
            r#"store_operation_seconds_count{operation="change",outcome="ok"}"#,
            r#"route="/webhooks/bitbucket/{repository_id}",status="204"}"#,
        ] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
        assert_eq!(w.api().get("/metrics").await.status, 404, "not on the public listener");
    })
    .await;
}

#[tokio::test]
async fn only_configured_networks_deliver_and_only_a_proxy_speaks_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("networks");
    fs::write(&file, "104.192.136.0/21 # Bitbucket\n").unwrap();
    let server = format!(
        "[server]\nsenders_file = \"{}\"\ntrusted_proxies = [\"127.0.0.0/8\"]\n",
        file.display()
    );
    scenario_with(&server, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        for (what, forwarded) in [
            ("another network", "203.0.113.9"),
            (
                "a network behind an invention",
                "104.192.136.1, 203.0.113.9",
            ),
            ("rubbish", "104.192.136.1, x"),
            ("the proxy itself", "127.0.0.1"),
        ] {
            let delivery = genuine.clone().with_header("X-Forwarded-For", forwarded);
            w.deliver(&delivery)
                .await
                .was_refused(403, "sender_not_allowed", what);
        }
        let mut nowhere = genuine.clone();
        nowhere.url = w.service_url("/webhooks/bitbucket/not-an-id");
        w.deliver(&nowhere)
            .await
            .was_refused(403, "sender_not_allowed", "an unknown hook");
        w.has_stored_nothing().await;
        let allowed = genuine.with_header("X-Forwarded-For", "203.0.113.9, 104.192.136.1");
        w.deliver(&allowed).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}
