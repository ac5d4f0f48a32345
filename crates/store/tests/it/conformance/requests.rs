//! Counting the requests of the last hour.

use bitbucket_http_client::policy::{Counted, CounterError};
use jiff::Timestamp;

use super::Ports;
use super::fixtures::at;

/// Counts up to `times` requests at a second; says how many were taken.
async fn take(
    store: Ports<'_>,
    credential: &str,
    second: i64,
    (ceiling, times): (u32, u32),
) -> u32 {
    let mut taken = 0;
    for _ in 0..times {
        let counted = store.requests.count(credential, at(second), ceiling).await;
        if counted.unwrap() == Counted::Taken {
            taken += 1;
        }
    }
    taken
}

/// The start of the minute in which all of these begin.
fn minute(number: i64) -> i64 {
    let start = at(0).as_second();
    60 * number - start.rem_euclid(60)
}

/// The answer that there is no share before a second; times are told in whole ones.
fn free_when(second: i64) -> Result<Counted, CounterError> {
    let free_at = Timestamp::from_second(at(second).as_second()).unwrap();
    Ok(Counted::Full { free_at })
}

pub(crate) async fn requests_are_counted_up_to_the_ceiling(store: Ports<'_>) {
    assert_eq!(take(store, "acme", minute(1), (10, 30)).await, 10);
    let full = store.requests.count("acme", at(minute(5)), 10).await;
    assert_eq!(full, free_when(minute(1) + 3_660));
    assert_eq!(take(store, "other", minute(5), (3, 9)).await, 3);
}

pub(crate) async fn what_lies_more_than_an_hour_back_does_not_count(store: Ports<'_>) {
    assert_eq!(take(store, "acme", minute(1), (10, 6)).await, 6);
    assert_eq!(take(store, "acme", minute(30), (10, 9)).await, 4);
    assert_eq!(take(store, "acme", minute(62) - 1, (10, 9)).await, 0);
    assert_eq!(take(store, "acme", minute(62), (10, 9)).await, 6);
    let full = store.requests.count("acme", at(minute(62)), 10).await;
    assert_eq!(full, free_when(minute(30) + 3_660));
}

pub(crate) async fn who_may_reach_less_far_stops_earlier(store: Ports<'_>) {
    assert_eq!(take(store, "acme", minute(1), (700, 2_000)).await, 700);
    assert_eq!(take(store, "acme", minute(1), (700, 1)).await, 0);
    assert_eq!(take(store, "acme", minute(1), (1_000, 2_000)).await, 300);
}

pub(crate) async fn of_what_is_counted_half_was_made_at_least(store: Ports<'_>) {
    // Each minute ends with as much left over as there can be.
    let mut made = 0;
    for number in 1..=60 {
        made += take(store, "acme", minute(number), (1_000, 16)).await;
    }
    assert!((500..=1_000).contains(&made), "{made}");
}
