//! What is repeated, what is not, and how long the wait is.

use proptest::prelude::*;

use super::*;
use crate::policy::parse_retry_after;

fn answer(status: u16) -> Seen<'static> {
    Seen::Answer(StatusCode::from_u16(status).unwrap(), None)
}

fn first(repeat: Repeat, seen: Seen<'_>) -> Decision {
    RetryPolicy::default().decide(1, repeat, seen, 1.0)
}

const FULL: Decision = Decision::Again(Duration::from_millis(250));

#[test]
fn a_rate_limit_is_waited_out_whatever_the_request() {
    assert_eq!(first(Repeat::Safe, answer(429)), FULL);
    assert_eq!(first(Repeat::Unsafe, answer(429)), FULL);
}

#[test]
fn trouble_of_the_peer_is_repeated_only_where_it_is_safe() {
    for status in [500, 502, 503, 504, 555] {
        assert_eq!(first(Repeat::Safe, answer(status)), FULL);
        assert_eq!(first(Repeat::Unsafe, answer(status)), Decision::Stop);
    }
}

#[test]
fn what_will_not_change_is_not_repeated() {
    for status in [200, 202, 301, 400, 401, 403, 404, 409, 410, 501] {
        assert_eq!(
            first(Repeat::Safe, answer(status)),
            Decision::Stop,
            "{status}"
        );
    }
    assert_eq!(
        first(
            Repeat::Safe,
            Seen::Nothing(&TransportError::TooLarge { limit: 1 })
        ),
        Decision::Stop
    );
}

#[test]
fn a_stale_connection_is_left_at_once_and_once() {
    let seen = Seen::Nothing(&TransportError::ClosedBeforeAnswer);
    assert_eq!(first(Repeat::Safe, seen), Decision::Again(Duration::ZERO));
    assert_eq!(first(Repeat::Unsafe, seen), Decision::Stop);
    let second = RetryPolicy::default().decide(2, Repeat::Safe, seen, 1.0);
    assert_eq!(second, Decision::Again(Duration::from_millis(500)));
}

#[test]
fn a_request_that_never_left_is_repeated_whatever_it_was() {
    let seen = Seen::Nothing(&TransportError::ConnectTimedOut {
        limit: Duration::from_secs(1),
    });
    assert_eq!(first(Repeat::Unsafe, seen), FULL);
}

#[test]
fn the_last_attempt_is_the_last() {
    assert_eq!(
        RetryPolicy::default().decide(3, Repeat::Safe, answer(503), 1.0),
        Decision::Stop
    );
    assert_eq!(
        RetryPolicy::never().decide(1, Repeat::Safe, answer(503), 1.0),
        Decision::Stop
    );
}

#[test]
fn the_peers_wish_is_the_least_wait_unless_it_is_too_long() {
    let asked = |seconds| {
        Seen::Answer(
            StatusCode::TOO_MANY_REQUESTS,
            Some(Duration::from_secs(seconds)),
        )
    };
    assert_eq!(first(Repeat::Safe, asked(0)), FULL);
    assert_eq!(
        first(Repeat::Safe, asked(5)),
        Decision::Again(Duration::from_secs(5))
    );
    assert_eq!(first(Repeat::Safe, asked(6)), Decision::Stop);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now: jiff::Timestamp = "1994-11-06T08:49:07Z".parse().unwrap();
    let read = |text: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("retry-after", text.parse().unwrap());
        parse_retry_after(&headers, now)
    };
    assert_eq!(read("120"), Some(Duration::from_secs(120)));
    assert_eq!(
        read("Sun, 06 Nov 1994 08:49:37 GMT"),
        Some(Duration::from_secs(30))
    );
    assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
    assert_eq!(
        read("99999999999999999999999"),
        Some(Duration::from_secs(86_400))
    );
    for unreadable in ["", "-1", "soon", "1.5"] {
        assert_eq!(read(unreadable), None, "{unreadable}");
    }
    assert_eq!(parse_retry_after(&http::HeaderMap::new(), now), None);
}

proptest! {
    #[test]
    fn every_wait_is_within_its_bounds(attempt in 1_u32..100, fraction in 0.0..1.0_f64) {
        let policy = RetryPolicy { attempts: 1_000, ..RetryPolicy::default() };
        let Decision::Again(wait) = policy.decide(attempt, Repeat::Safe, answer(503), fraction) else {
            panic!("a safe request is repeated");
        };
        prop_assert!(wait >= Duration::from_millis(125) && wait <= Duration::from_secs(5));
    }

    #[test]
    fn jitter_stays_below_one(seed: u64) {
        let jitter = Jitter::seeded(seed);
        for _ in 0..8 {
            prop_assert!((0.0..1.0).contains(&jitter.fraction()));
        }
    }
}
