//! Schedules: one holder a round, in a rhythm, whatever the clock does.

use std::time::Duration;

use bitbucket_integration_provider::ports::{Round, Schedule};
use futures_util::future::join_all;
use jiff::Timestamp;

use super::Ports;
use super::fixtures::{LEASE, assert_lease_lost, at};

const MINUTELY: Schedule = Schedule {
    name: "look",
    every: Duration::from_secs(60),
};

async fn planned(store: Ports<'_>) {
    store.schedules.plan(&[MINUTELY], at(0)).await.unwrap();
}

async fn claim(store: Ports<'_>, second: i64) -> Option<Round> {
    let claim = store.schedules.claim_round(MINUTELY, at(second), LEASE);
    claim.await.unwrap()
}

async fn finish(store: Ports<'_>, round: &Round, second: i64) {
    let finish = store.schedules.finish_round(round, at(second));
    finish.await.unwrap();
}

pub(crate) async fn a_round_is_due_after_its_interval_and_in_its_rhythm(store: Ports<'_>) {
    planned(store).await;
    assert_eq!(claim(store, 59).await, None);
    let round = claim(store, 61).await.unwrap();
    assert_eq!(round.due_at, at(60));
    finish(store, &round, 65).await;
    assert_eq!(claim(store, 119).await, None);
    let second = claim(store, 120).await.unwrap();
    assert!(second.token > round.token);
    finish(store, &second, 120).await;
    // Those that were missed are one.
    let late = claim(store, 500).await.unwrap();
    assert_eq!(late.due_at, at(180));
    finish(store, &late, 501).await;
    assert_eq!(claim(store, 539).await, None);
    assert!(claim(store, 540).await.is_some());
}

pub(crate) async fn of_many_that_claim_a_round_one_gets_it(store: Ports<'_>) {
    planned(store).await;
    for round in 1..=5 {
        let claims = join_all((0..12).map(|_| claim(store, 60 * round))).await;
        let won: Vec<Round> = claims.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?}");
        finish(store, &won[0], 60 * round).await;
        assert_eq!(claim(store, 60 * round).await, None);
    }
}

pub(crate) async fn a_round_whose_holder_is_gone_is_taken_over(store: Ports<'_>) {
    planned(store).await;
    let lost = claim(store, 60).await.unwrap();
    assert_eq!(claim(store, 89).await, None);
    let taken = claim(store, 90).await.unwrap();
    assert_eq!(taken.due_at, at(60));
    assert_lease_lost(store.schedules.keep_round(&lost, at(91), LEASE).await);
    assert_lease_lost(store.schedules.finish_round(&lost, at(91)).await);
    let kept = store.schedules.keep_round(&taken, at(91), LEASE);
    kept.await.unwrap();
    assert_eq!(claim(store, 120).await, None);
    finish(store, &taken, 120).await;
    assert_lease_lost(store.schedules.finish_round(&taken, at(121)).await);
    assert_lease_lost(store.schedules.keep_round(&taken, at(121), LEASE).await);
    assert_eq!(claim(store, 179).await, None);
    assert!(claim(store, 180).await.is_some());
}

pub(crate) async fn a_clock_that_goes_back_stops_nothing(store: Ports<'_>) {
    const DAY: i64 = 24 * 3600;
    store.schedules.plan(&[MINUTELY], at(DAY)).await.unwrap();
    let first = claim(store, 0).await.unwrap();
    finish(store, &first, 0).await;
    assert_eq!(claim(store, 59).await, None);
    let ahead = claim(store, DAY).await.unwrap();
    // Back again: neither the lease of the other day counts nor the time of its round.
    let back = claim(store, 70).await.unwrap();
    assert_lease_lost(store.schedules.finish_round(&ahead, at(70)).await);
    finish(store, &back, 70).await;
    assert_eq!(claim(store, 100).await, None);
    assert!(claim(store, 130).await.is_some());
}

async fn due(store: Ports<'_>) -> Timestamp {
    store.schedules.standings().await.unwrap()[0].due_at
}

pub(crate) async fn planning_again_keeps_the_rhythm_unless_it_changed(store: Ports<'_>) {
    planned(store).await;
    store.schedules.plan(&[MINUTELY], at(50)).await.unwrap();
    assert_eq!(due(store).await, at(60));
    let rarer = Schedule {
        every: Duration::from_secs(3600),
        ..MINUTELY
    };
    store.schedules.plan(&[rarer], at(50)).await.unwrap();
    assert_eq!(due(store).await, at(60));
    let round = store.schedules.claim_round(rarer, at(60), LEASE).await;
    finish(store, &round.unwrap().unwrap(), 60).await;
    assert_eq!(due(store).await, at(3660));
    store.schedules.plan(&[MINUTELY], at(70)).await.unwrap();
    assert_eq!(due(store).await, at(130));
}

pub(crate) async fn standings_show_who_is_at_it_and_what_was_done(store: Ports<'_>) {
    assert_eq!(store.schedules.standings().await.unwrap(), []);
    planned(store).await;
    let round = claim(store, 60).await.unwrap();
    let standing = store.schedules.standings().await.unwrap().remove(0);
    assert_eq!(
        (
            standing.name.as_str(),
            standing.leased_until,
            standing.done_at
        ),
        ("look", Some(at(90)), None)
    );
    finish(store, &round, 61).await;
    let standing = store.schedules.standings().await.unwrap().remove(0);
    assert_eq!(
        (standing.due_at, standing.leased_until, standing.done_at),
        (at(120), None, Some(at(61)))
    );
}
