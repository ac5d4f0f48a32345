//! One call: what is sent, how often, and what is told about it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use mockall::Sequence;

use super::*;
use crate::authorize::{AccessToken, AuthorizeError, MockAuthorize};
use crate::policy::{Jitter, MockWait, Repeat, RetryPolicy, Wait};
use crate::transport::{MockTransport, TransportError};

fn base() -> BaseUrl {
    BaseUrl::parse("https://host.example/prefix").unwrap()
}

fn clock() -> Clock {
    let seconds = AtomicI64::new(1_800_000_000);
    Arc::new(move || jiff::Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap())
}

fn token() -> Arc<dyn Authorize> {
    Arc::new(AccessToken::new(&"hidden-token".into()))
}

fn answer(status: u16) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::new())
        .unwrap())
}

fn answers(outcomes: Vec<Result<Response<Bytes>, TransportError>>) -> Arc<dyn Transport> {
    let mut transport = MockTransport::new();
    let mut order = Sequence::new();
    for outcome in outcomes {
        transport
            .expect_send()
            .times(1)
            .in_sequence(&mut order)
            .return_once(|_| outcome);
    }
    Arc::new(transport)
}

fn waits(expected: Vec<Duration>) -> Arc<dyn Wait> {
    let mut wait = MockWait::new();
    let mut order = Sequence::new();
    for duration in expected {
        wait.expect_wait()
            .times(1)
            .in_sequence(&mut order)
            .withf(move |given| *given == duration)
            .return_const(());
    }
    Arc::new(wait)
}

fn caller(transport: Arc<dyn Transport>, wait: Arc<dyn Wait>) -> Caller {
    let retry = Retry::new(
        RetryPolicy::default(),
        wait,
        Jitter::from_source(|| u64::MAX),
    );
    Caller::new(base(), transport, token(), clock(), retry)
}

/// With the largest jitter the wait is its full length, less one part in 2^33.
fn full(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
        .mul_f64(0.5 + (f64::from(u32::MAX) / (f64::from(u32::MAX) + 1.0)) / 2.0)
}

#[tokio::test]
async fn a_call_is_addressed_authorized_and_typed() {
    let mut transport = MockTransport::new();
    transport.expect_send().times(1).returning(|request| {
        assert_eq!(request.method(), "POST");
        assert_eq!(
            request.uri().to_string(),
            "https://host.example/prefix/2.0/x%2Fy?q=a%20b"
        );
        assert_eq!(request.headers()["authorization"], "Bearer hidden-token");
        assert_eq!(request.headers()["accept"], "application/json");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(
            request.headers()["user-agent"],
            concat!("bitbucket-http-client/", env!("CARGO_PKG_VERSION"))
        );
        assert_eq!(request.body().as_ref(), b"{}");
        answer(201)
    });
    let call = Call::new("POST", "/2.0/{x}", "/2.0/x%2Fy?q=a%20b").json(Bytes::from_static(b"{}"));
    let called = caller(Arc::new(transport), waits(vec![])).call(&call).await;
    assert_eq!(called.outcome.unwrap().status(), 201);
    assert_eq!(called.attempts, 1);
}

#[tokio::test]
async fn the_signer_sees_the_final_path_without_the_bases_prefix() {
    let mut auth = MockAuthorize::new();
    auth.expect_authorization().times(1).returning(|parts| {
        assert_eq!(
            (parts.method, parts.path, parts.query),
            ("GET", "/2.0/%7B%7D", Some("q=a%20b&q=c"))
        );
        Ok(None)
    });
    let mut transport = MockTransport::new();
    transport.expect_send().times(1).returning(|request| {
        assert_eq!(request.headers().get("authorization"), None);
        answer(200)
    });
    let caller = Caller::new(
        base(),
        Arc::new(transport),
        Arc::new(auth),
        clock(),
        Retry::never(),
    );
    let called = caller
        .call(&Call::new("GET", "/2.0/{x}", "/2.0/%7B%7D?q=a%20b&q=c"))
        .await;
    assert_eq!(called.outcome.unwrap().status(), 200);
}

#[tokio::test]
async fn trouble_is_waited_out_with_growing_waits() {
    let transport = answers(vec![
        answer(503),
        Err(TransportError::ClosedInsideAnswer),
        answer(200),
    ]);
    let called = caller(transport, waits(vec![full(250), full(500)]))
        .call(&Call::new("GET", "/x", "/x"))
        .await;
    assert_eq!(
        (called.outcome.unwrap().status().as_u16(), called.attempts),
        (200, 3)
    );
}

#[tokio::test]
async fn the_last_answer_is_given_back_when_trouble_stays() {
    let transport = answers(vec![answer(503), answer(502), answer(504)]);
    let called = caller(transport, waits(vec![full(250), full(500)]))
        .call(&Call::new("GET", "/x", "/x"))
        .await;
    assert_eq!(
        (called.outcome.unwrap().status().as_u16(), called.attempts),
        (504, 3)
    );
}

#[tokio::test]
async fn a_stale_connection_costs_no_wait() {
    let transport = answers(vec![Err(TransportError::ClosedBeforeAnswer), answer(200)]);
    let called = caller(transport, waits(vec![]))
        .call(&Call::new("GET", "/x", "/x"))
        .await;
    assert_eq!(
        (called.outcome.unwrap().status().as_u16(), called.attempts),
        (200, 2)
    );
}

#[tokio::test]
async fn creating_is_not_repeated_unless_declared_harmless() {
    let post = Call::new("POST", "/x", "/x");
    let called = caller(answers(vec![answer(503)]), waits(vec![]))
        .call(&post)
        .await;
    assert_eq!(called.attempts, 1);
    let harmless = post.repeat(Repeat::Safe);
    let called = caller(
        answers(vec![answer(503), answer(200)]),
        waits(vec![full(250)]),
    )
    .call(&harmless)
    .await;
    assert_eq!(called.attempts, 2);
}

#[tokio::test]
async fn a_credential_that_cannot_be_presented_sends_nothing() {
    let mut auth = MockAuthorize::new();
    auth.expect_authorization()
        .returning(|_| Err(AuthorizeError::ReconnectNeeded));
    let caller = Caller::new(
        base(),
        answers(vec![]),
        Arc::new(auth),
        clock(),
        Retry::never(),
    );
    let called = caller.call(&Call::new("GET", "/x", "/x")).await;
    assert_eq!(
        called.outcome.err(),
        Some(CallError::Authorize(AuthorizeError::ReconnectNeeded))
    );
}

#[tokio::test]
async fn a_path_that_leaves_the_base_is_not_sent() {
    for path in ["x", "/../x", "/a b"] {
        let called = caller(answers(vec![]), waits(vec![]))
            .call(&Call::new("GET", "/x", path))
            .await;
        assert_eq!(called.outcome.err(), Some(CallError::Path), "{path}");
    }
}

#[test]
fn debug_shows_neither_credential_nor_body() {
    let caller = caller(answers(vec![]), waits(vec![]));
    let call = Call::new("POST", "/x", "/x?secret=hidden").json(Bytes::from_static(b"hidden"));
    let called = Called {
        outcome: answer(200).map_err(CallError::Transport),
        attempts: 1,
        may_have_acted: false,
        elapsed: Duration::ZERO,
        presented: Some(HeaderValue::from_static("hidden")),
    };
    for shown in [
        format!("{caller:?}"),
        format!("{call:?}"),
        format!("{called:?}"),
    ] {
        assert!(!shown.contains("hidden"), "{shown}");
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_span_tells_the_call_and_no_secret() {
    let log = Captured::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        let caller = caller(
            answers(vec![answer(503), answer(404)]),
            waits(vec![full(250)]),
        );
        let call = Call::new("DELETE", "/2.0/{x}", "/2.0/acme?q=hidden-query")
            .json(Bytes::from_static(b"hidden-body"));
        runtime.block_on(caller.call(&call));
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for told in [
        "http.method=\"DELETE\"",
        "http.template=\"/2.0/{x}\"",
        "http.status=404",
        "http.attempts=2",
        "http.duration_ms=",
    ] {
        assert!(log.contains(told), "{told} in {log}");
    }
    assert!(!log.contains("hidden"), "{log}");
}

#[tokio::test]
async fn what_an_answer_says_besides_its_content_is_heard_and_slows_the_next_call() {
    let mut transport = MockTransport::new();
    let mut order = Sequence::new();
    transport
        .expect_send()
        .times(1)
        .in_sequence(&mut order)
        .return_once(|_| {
            let mut near = answer(200)?;
            near.headers_mut()
                .insert("x-ratelimit-nearlimit", HeaderValue::from_static("true"));
            Ok(near)
        });
    transport
        .expect_send()
        .times(2)
        .in_sequence(&mut order)
        .returning(|_| answer(200));
    let mut observer = crate::notice::MockNoticeObserver::new();
    let expected = crate::notice::Notice::NearLimit {
        template: "/x",
        limit: None,
        resource: None,
    };
    observer
        .expect_notice()
        .times(1)
        .withf(move |notice| *notice == expected)
        .return_const(());
    let pace = Arc::new(Pace::new(Duration::from_secs(9)));
    let caller = caller(Arc::new(transport), waits(vec![Duration::from_secs(9)]))
        .with_observer(Arc::new(observer))
        .with_pace(pace);
    for _ in 0..3 {
        assert_eq!(
            caller
                .call(&Call::new("GET", "/x", "/x"))
                .await
                .outcome
                .unwrap()
                .status(),
            200
        );
    }
}
