//! When rounds are done, kept and ended.

use std::sync::Mutex;

use bitbucket_integration_provider::ports::{MockRetention, MockSchedules, ScheduleStanding};
use tokio::sync::mpsc;

use super::*;
use crate::config::RetentionConfig;
use crate::testing::{Mocks, StandingClock, now, store_away};

fn rounds(schedules: MockSchedules, mocks: Mocks) -> Rounds {
    let forgetting = Forgetting {
        store: Arc::new(MockRetention::new()),
        clock: StandingClock::new(),
        kept: RetentionConfig::default(),
    };
    Rounds {
        schedules: Arc::new(schedules),
        integration: mocks.integration(),
        forgetting,
        waker: Waker::default(),
        metrics: Arc::new(Metrics::new()),
        moved: Arc::default(),
    }
}

fn round(token: i64) -> Round {
    Round {
        schedule: What::Order.schedule().name.to_owned(),
        token,
        due_at: now(),
    }
}

fn standing(due_in: u64, leased_for: Option<u64>) -> ScheduleStanding {
    ScheduleStanding {
        name: What::Order.schedule().name.to_owned(),
        due_at: now() + Duration::from_secs(due_in),
        leased_until: leased_for.map(|seconds| now() + Duration::from_secs(seconds)),
        done_at: None,
    }
}

/// A schedule that is planned once, and stands like this afterwards.
fn schedules(claimed: Option<Round>, standing: ScheduleStanding) -> MockSchedules {
    let mut schedules = MockSchedules::new();
    let expected =
        |all: &[Schedule], at: &Timestamp| all == [What::Order.schedule()] && *at == now();
    let plan = schedules.expect_plan().withf(expected);
    plan.times(1).returning(|_, _| Ok(()));
    schedules
        .expect_claim_round()
        .withf(|schedule, at, lease| {
            (*schedule, *at, *lease) == (What::Order.schedule(), now(), LEASE)
        })
        .returning(move |_, _, _| Ok(claimed.clone()));
    schedules
        .expect_standings()
        .returning(move || Ok(vec![standing.clone()]));
    schedules
}

#[tokio::test]
async fn a_round_that_is_due_is_done_and_ended() {
    let mut schedules = schedules(Some(round(3)), standing(42, None));
    schedules
        .expect_finish_round()
        .withf(|ended, at| (ended, *at) == (&round(3), now()))
        .times(1)
        .returning(|_, _| Ok(()));
    let mut mocks = Mocks::new();
    let mut stranded = [2, 0].into_iter();
    let order = mocks.jobs.expect_release_stranded().times(2);
    order.returning(move |_| Ok(stranded.next().unwrap_or(0)));
    let rounds = rounds(schedules, mocks);
    let mut planned = false;
    let rest = rounds.look(What::Order, &mut planned).await.unwrap();
    assert_eq!((rest, planned), (Duration::from_secs(42), true));
    assert_eq!(rounds.waker.wake(), 2, "the workers were told once");
}

#[tokio::test]
async fn while_another_process_is_at_it_nothing_is_done() {
    let schedules = schedules(None, standing(0, Some(30)));
    let rounds = rounds(schedules, Mocks::new());
    let rest = rounds.look(What::Order, &mut false).await.unwrap();
    assert_eq!(rest, Duration::from_secs(30));
}

#[tokio::test]
async fn a_round_that_failed_is_over_as_well() {
    let mut schedules = schedules(Some(round(3)), standing(60, None));
    schedules
        .expect_finish_round()
        .times(1)
        .returning(|_, _| Ok(()));
    let mut mocks = Mocks::new();
    let order = mocks.jobs.expect_release_stranded().times(1);
    order.returning(|_| Err(store_away()));
    let rounds = rounds(schedules, mocks);
    rounds.look(What::Order, &mut false).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_long_round_keeps_its_lease_and_stops_when_it_is_lost() {
    let mut schedules = MockSchedules::new();
    let (tell, mut told) = mpsc::unbounded_channel();
    let answers = Mutex::new(vec![Err(StoreError::LeaseLost), Ok(()), Err(store_away())]);
    schedules.expect_keep_round().returning(move |_, _, _| {
        tell.send(Instant::now()).ok();
        answers.lock().unwrap().pop().unwrap()
    });
    let rounds = rounds(schedules, Mocks::new());
    let began = Instant::now();
    // Nothing is finished, which the mocks watch over.
    rounds
        .hold(What::Order, &round(3), std::future::pending())
        .await
        .unwrap();
    for seconds in [20, 40, 60] {
        let at = told.recv().await.unwrap();
        assert_eq!((at - began).as_secs(), seconds);
    }
}
