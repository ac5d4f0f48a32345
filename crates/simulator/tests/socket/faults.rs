//! Faults, records and waiting.

use std::time::Duration;

use bitbucket_simulator::{
    Effect, Fault, Half, Simulator, acme,
    control::{Condition, ControlError},
};
use http::Method;
use serde_json::json;

use crate::peer::{Answer, Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

async fn ask(simulator: &Simulator) -> Result<Answer, String> {
    // A fresh connection each time: a broken one must not be met again.
    let peer = Peer::bitbucket(simulator);
    peer.try_send(Method::GET, ROCKET, "text/plain", String::new())
        .await
}

#[tokio::test]
async fn a_status_fault_lasts_as_long_as_it_says() {
    let simulator = simulator().await;
    let fault = Fault::status(Half::Bitbucket, 429)
        .retry_after("7")
        .at("/2.0/repositories/")
        .times(2);
    simulator.control().fail(&fault).await.expect("on");
    let first = ask(&simulator).await.expect("an answer");
    assert_eq!((first.status, first.header("retry-after")), (429, "7"));
    assert_eq!(
        first.json()["error"]["message"],
        "Rate limit for this resource has been exceeded"
    );
    assert_eq!(ask(&simulator).await.map(|answer| answer.status), Ok(429));
    assert_eq!(ask(&simulator).await.map(|answer| answer.status), Ok(200));
    assert_eq!(simulator.control().faults().await, Ok(vec![]));
}

#[tokio::test]
async fn a_fault_may_speak_html_and_lasts_until_cleared() {
    let simulator = simulator().await;
    simulator.fail(Fault::status(Half::Bitbucket, 502).html());
    let answer = ask(&simulator).await.expect("an answer");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (502, "text/html; charset=utf-8")
    );
    assert!(answer.body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(Peer::sentry(&simulator).get("/api/0/").await.status, 200);
    simulator.control().clear_faults().await.expect("off");
    assert_eq!(ask(&simulator).await.map(|answer| answer.status), Ok(200));
}

#[tokio::test]
async fn a_connection_may_break_in_every_way() {
    let simulator = simulator().await;
    for effect in [
        Effect::Close,
        Effect::CloseAfter,
        Effect::Truncate,
        Effect::NotHttp,
    ] {
        simulator.fail(Fault::on(Half::Bitbucket, effect.clone()).once());
        assert!(ask(&simulator).await.is_err(), "{effect:?}");
    }
    simulator.fail(Fault::on(Half::Bitbucket, Effect::Garbage).once());
    let garbage = ask(&simulator).await.expect("an answer");
    assert_eq!(garbage.header("content-type"), "application/json");
    assert!(serde_json::from_slice::<serde_json::Value>(&garbage.body).is_err());
    let statuses: Vec<_> = simulator
        .records()
        .iter()
        .map(|record| record.status)
        .collect();
    assert_eq!(statuses, [None, Some(200), Some(200), None, Some(200)]);
}

#[tokio::test]
async fn a_hung_request_is_recorded_and_ends_with_the_simulator() {
    let simulator = simulator().await;
    simulator.fail(Fault::on(Half::Bitbucket, Effect::Hang));
    let control = simulator.control();
    let condition = Condition::Requests {
        half: Half::Bitbucket,
        method: None,
        path_prefix: ROCKET.to_owned(),
        at_least: 1,
    };
    let (asked, waited) = tokio::join!(
        async {
            tokio::select! {
                answer = ask(&simulator) => Some(answer.map(|answer| answer.status)),
                () = tokio::time::sleep(Duration::from_millis(300)) => None,
            }
        },
        control.wait_for(condition, Duration::from_secs(5)),
    );
    assert_eq!((asked, waited), (None, Ok(())));
    assert_eq!(simulator.records()[0].fault.as_deref(), Some("hang"));
    simulator.shutdown().await;
}

#[tokio::test]
async fn the_next_page_may_lead_away() {
    let simulator = simulator().await;
    let origin = "http://evil.example".to_owned();
    simulator.fail(
        Fault::on(
            Half::Bitbucket,
            Effect::ForeignNext {
                origin: origin.clone(),
            },
        )
        .at(format!("{ROCKET}/commits")),
    );
    simulator.fail(Fault::on(Half::Sentry, Effect::ForeignNext { origin }));
    let page = Peer::bitbucket(&simulator)
        .get(&format!("{ROCKET}/commits"))
        .await
        .json();
    assert_eq!(
        page["next"],
        "http://evil.example/2.0/repositories/acme/rocket/commits?page=2"
    );
    let listed = Peer::sentry(&simulator)
        .get("/api/0/organizations/acme/repos/")
        .await;
    assert!(
        listed
            .header("link")
            .starts_with("<http://evil.example/api/0/organizations/acme/repos/")
    );
}

#[tokio::test]
async fn records_tell_everything_but_the_credentials() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let body = json!({"url": "http://127.0.0.1:1/", "events": ["repo:push"], "secret": "s3cret"});
    peer.post(&format!("{ROCKET}/hooks?access_token=abc&x=1"), body)
        .await;
    Peer::sentry(&simulator).get("/api/0/nowhere/").await;
    let control = simulator.control();
    let records = control.records().await.expect("records");
    let hook = &records[0];
    assert_eq!(
        (hook.sequence, hook.half, hook.status),
        (1, Half::Bitbucket, Some(201))
    );
    assert_eq!(
        hook.line(),
        format!("POST {ROCKET}/hooks?access_token=***&x=1")
    );
    assert_eq!(hook.headers["authorization"], "Bearer ***");
    assert_eq!(
        (&hook.json()["secret"], &hook.json()["events"]),
        (&json!("***"), &json!(["repo:push"]))
    );
    assert_eq!(hook.caller.as_deref(), Some("acme access token"));
    assert_eq!(
        hook.template.as_deref(),
        Some("/2.0/repositories/{workspace}/{repo_slug}/hooks")
    );
    assert_eq!(
        (records[1].status, records[1].template.as_deref()),
        (Some(404), None)
    );
    let all = format!("{records:?}");
    for secret in [
        acme::ACCESS_TOKEN,
        acme::SENTRY_TOKEN,
        "s3cret",
        "access_token=abc",
    ] {
        assert!(!all.contains(secret), "{secret}");
    }
    control.clear_records().await.expect("cleared");
    assert_eq!(control.records().await, Ok(vec![]));
}

#[tokio::test]
async fn waiting_ends_when_the_issue_is_resolved_or_the_time_is_over() {
    let simulator = simulator().await;
    let control = simulator.control();
    let resolved = Condition::IssueStatus {
        short_id: "ROCKET-1A".to_owned(),
        status: "resolved".to_owned(),
    };
    let late = control
        .wait_for(resolved.clone(), Duration::from_millis(1))
        .await;
    assert!(matches!(
        late,
        Err(ControlError::Refused { status: 408, .. })
    ));
    let peer = Peer::sentry(&simulator);
    let (waited, put) = tokio::join!(
        control.wait_for(resolved, Duration::from_secs(5)),
        peer.put(
            "/api/0/organizations/acme/issues/1001/",
            json!({"status": "resolved"})
        ),
    );
    assert_eq!((waited, put.status), (Ok(()), 200));
}

#[tokio::test]
async fn a_release_may_be_locked_for_one_post() {
    let simulator = simulator().await;
    let releases = "/api/0/organizations/acme/releases/";
    simulator.fail(
        Fault::status(Half::Sentry, 409)
            .for_method("POST")
            .at(releases)
            .once(),
    );
    let peer = Peer::sentry(&simulator);
    assert_eq!(peer.get(releases).await.status, 200);
    let body = json!({"version": "rocket@1", "projects": ["rocket"]});
    let locked = peer.post(releases, body.clone()).await;
    assert_eq!(
        (locked.status, locked.json()),
        (409, json!({"detail": "Conflict"}))
    );
    assert_eq!(simulator.control().release("rocket@1").await, Ok(None));
    assert_eq!(peer.post(releases, body).await.status, 201);
    simulator.clear_records();
    assert_eq!(simulator.records(), []);
}

#[tokio::test]
async fn a_transcript_is_numbered_and_names_callers_and_faults() {
    let simulator = simulator().await;
    simulator.fail(Fault::status(Half::Sentry, 503));
    Peer::bitbucket(&simulator).get("/2.0/user").await;
    Peer::sentry(&simulator).get("/api/0/").await;
    let transcript = simulator.control().transcript().await.expect("records");
    let lines: Vec<_> = transcript.lines().collect();
    assert_eq!(
        lines,
        [
            "#1 bitbucket GET /2.0/user → 200 (acme access token)",
            "#2 sentry GET /api/0/ → 503 [fault: status 503]",
        ]
    );
}
