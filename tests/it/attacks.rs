//! The attack matrix on the wire: framing, paths, headers, sizes, slowness. Each attack with the answer it gets.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use crate::world::{commit, scenario, scenario_with, statuses, until_closed};

/// What stands behind a request that is to be taken for another one.
const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn a_request_of_doubtful_length_is_the_last_one_on_its_connection() {
    scenario(async |w| {
        let post = "POST /webhooks/bitbucket/connect HTTP/1.1\r\nHost: x\r\n";
        let cases = [
            (
                "two lengths",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ),
            (
                "two lengths, swapped",
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
            ),
            ("chunked", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            (
                "lengths that differ",
                "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
            ),
            ("a signed length", "Content-Length: +5\r\n\r\n"),
            ("a negative length", "Content-Length: -1\r\n\r\n"),
            (
                "an unknown coding",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            ),
            (
                "chunked not last",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            ),
            ("a space before the colon", "Content-Length : 0\r\n\r\n"),
            (
                "a folded header",
                "X-A: b\r\n c\r\nContent-Length : 0\r\n\r\n",
            ),
            (
                "a chunk without end",
                "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
            ),
            (
                "a header with a zero byte",
                "X-A: \0\r\nContent-Length: 0\r\n\r\n",
            ),
        ];
        for (what, rest) in cases {
            let answer = w.raw(format!("{post}{rest}{SMUGGLED}")).await;
            let answered = statuses(&answer);
            assert!(answered.len() <= 1, "{what}: {answer}");
            assert!(
                answered.iter().all(|status| (400..500).contains(status)),
                "{what}: {answer}"
            );
            assert!(!answer.contains("\"status\":\"ok\""), "{what}: {answer}");
        }
        w.has_stored_nothing().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_request_gets_no_service() {
    scenario(async |w| {
        for (what, bytes) in [
            ("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\u{fffd}\x03\r\n\r\n"),
            ("another version", "GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n"),
            ("no version", "GET /healthz\r\n\r\n"),
            ("a tunnel", "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            ("an upgrade", "GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: h2c\r\n\r\n"),
            ("a trace", "TRACE /healthz HTTP/1.1\r\nHost: x\r\nX-Secret: a\r\nConnection: close\r\n\r\n"),
        ] {
            let answer = w.raw(bytes).await;
            let fine = statuses(&answer).iter().all(|status| *status >= 400);
            assert!(fine && !answer.contains("X-Secret"), "{what}: {answer}");
        }
        w.api().get("/healthz").await.good();
    })
    .await;
}

#[tokio::test]
async fn no_spelling_of_a_path_goes_around_the_key() {
    scenario(async |w| {
        for path in [
            "/api/v1/status",
            "/api/v1/../v1/status",
            "/healthz/../api/v1/status",
            "/healthz%2f..%2fapi/v1/status",
            "//api/v1/status",
            "/api//v1/status",
            "/api/v1/status/",
            "/api/v1/%73tatus",
            "/API/V1/STATUS",
            "/api/v1;x/status",
            "/api/v1/status%00",
            "/api/v1/status%0d%0aX: y",
            "/api\\v1\\status",
            "/webhooks/bitbucket/connect/../../../api/v1/keys",
            "http://127.0.0.1/api/v1/status",
            "http://169.254.169.254/latest/meta-data",
        ] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            let answer = w.raw(request).await;
            let answered = statuses(&answer);
            assert!(
                answered
                    .iter()
                    .all(|status| matches!(status, 400 | 401 | 404)),
                "{path}: {answer}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn no_header_stands_in_for_the_key() {
    scenario(async |w| {
        let key = w.api_key().to_owned();
        for header in [
            "X-Original-URL: /healthz".to_owned(),
            "X-Rewrite-URL: /healthz".to_owned(),
            "X-Forwarded-For: 127.0.0.1".to_owned(),
            "X-Forwarded-Host: localhost".to_owned(),
            "X-HTTP-Method-Override: OPTIONS".to_owned(),
            format!("X-Api-Key: {key}"),
            format!("Cookie: key={key}"),
            format!("Authorization: Basic {key}"),
            format!("Authorization: Bearer wrong\r\nAuthorization: Bearer {key}"),
            format!("Authorization: Bearer {key}\r\nAuthorization: Bearer {key}"),
            format!("Authorization: Bearer {key},{key}"),
        ] {
            let request = format!(
                "GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n\r\n"
            );
            let answer = w.raw(request).await;
            let shown = answer.replace(&key, "KEY");
            assert_eq!(
                statuses(&answer),
                [401],
                "{} {shown}",
                header.replace(&key, "KEY")
            );
            assert!(!answer.contains(&key), "the key comes back: {shown}");
        }
        let query = format!(
            "GET /api/v1/status?key={key} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(statuses(&w.raw(query).await), [401]);
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_measure() {
    scenario(async |w| {
        let long = format!(
            "GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "a".repeat(9_000)
        );
        assert_eq!(statuses(&w.raw(long).await), [414], "a path");
        let longer = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
        let answered = statuses(&w.raw(longer).await);
        assert!(
            answered.iter().all(|status| matches!(status, 414 | 431)),
            "{answered:?}"
        );
        let many: String = (0..200).map(|n| format!("X-{n}: a\r\n")).collect();
        let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{many}\r\n");
        assert_eq!(statuses(&w.raw(many).await), [431], "headers");
        let wide = format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n",
            "a".repeat(100_000)
        );
        assert_eq!(statuses(&w.raw(wide).await), [431], "a header");
        w.api().get("/healthz").await.good();
    })
    .await;
}

#[tokio::test]
async fn a_packed_body_is_not_unpacked() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"] {
            let packed = genuine.clone().with_header("Content-Encoding", coding);
            w.deliver(&packed)
                .await
                .was_refused(415, "content_encoding", coding);
        }
        w.has_stored_nothing().await;
        let plain = genuine.with_header("Content-Encoding", "identity");
        w.deliver(&plain).await.was_answered(204);
        w.settles().await;
    })
    .await;
}

#[tokio::test]
async fn json_as_deep_as_it_is_long_breaks_nothing() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let secret = rocket.hook_secret().await;
        let genuine = rocket.push_held([commit("a1", "x")]).await;
        let deep = format!("{{\"push\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let deep = genuine.with_body(deep).signed_with(&secret);
        let answer = w.api_with_key(None).send(&deep).await;
        // It is genuine, so it is kept, and found to be no push when it is worked on.
        assert_eq!(answer.status, 204);
        let dead = w.waits_for_dead("process_delivery").await;
        assert_eq!(dead.failure_code(), "event_unreadable");
        let body = format!("{{\"version\":{}1{}}}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
        let key = w.api_key();
        let request = format!(
            "POST /api/v1/releases HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(statuses(&w.raw(request).await), [400]);
        w.api().get("/healthz").await.good();
    })
    .await;
}

#[tokio::test]
async fn who_is_slow_is_hung_up_on() {
    let limits = "[server]\nheader_timeout = \"300ms\"\nbody_timeout = \"300ms\"\n";
    scenario_with(limits, async |w| {
        let begun = Instant::now();
        let mut silent = w.connection().await;
        assert_eq!(until_closed(&mut silent).await, "", "nothing was asked");

        let mut dripping = w.connection().await;
        for byte in b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaa" {
            if dripping.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let answer = until_closed(&mut dripping).await;
        assert!(!answer.contains("200 OK"), "{answer}");

        let post = "POST /webhooks/bitbucket/connect HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{";
        assert_eq!(statuses(&w.raw(post).await), [408], "a body that does not come");

        let mut idle = w.connection().await;
        idle.write_all(SMUGGLED.as_bytes()).await.unwrap();
        let answer = until_closed(&mut idle).await;
        assert_eq!(statuses(&answer), [200], "an idle connection after its answer");
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test]
async fn texts_of_strangers_stay_texts() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        for name in [
            "acme/x'; DROP TABLE repositories;--",
            "acme/\"x\"",
            "acme/rocket' OR '1'='1",
            "acme/..",
            "acme/%2e%2e",
        ] {
            let refused = w.try_follow(name).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (400, "invalid_field"),
                "{name}"
            );
        }
        for issue in ["'%20OR%201=1--", "%00", "%25", "ROCKET-1A'--"] {
            let path = format!("/api/v1/references?issue={issue}");
            let list = w.api().get(&path).await.good();
            assert_eq!(list["references"], json!([]), "{issue}");
        }
        let message =
            "Fixes ROCKET-1A'); DELETE FROM jobs;--\n2026-01-01T00:00:00Z ERROR forged: a line";
        rocket.push([commit("a1", message)]).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        let id = w.followed().await["id"].as_str().unwrap().to_owned();
        let commits = w
            .api()
            .get(&format!("/api/v1/repositories/{id}/commits"))
            .await
            .good();
        assert_eq!(commits["commits"][0]["message"], message);
    })
    .await;
}

#[tokio::test]
async fn every_answer_tells_browsers_to_keep_out() {
    scenario(async |w| {
        for path in ["/healthz", "/nothing", "/api/v1/status", "/extensions/bitbucket/descriptor/"] {
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n"
            );
            let answer = w.raw(request).await.to_lowercase();
            for header in [
                "x-content-type-options: nosniff",
                "cache-control: no-store",
                "referrer-policy: no-referrer",
                "content-security-policy: default-src 'none'; frame-ancestors 'none'",
                "cross-origin-resource-policy: same-origin",
            ] {
                assert!(answer.contains(header), "{path} lacks {header}: {answer}");
            }
            assert!(!answer.contains("access-control-allow"), "{path}: {answer}");
        }
    })
    .await;
}
