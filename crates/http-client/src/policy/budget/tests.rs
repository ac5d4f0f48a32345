//! What goes, what waits and what is refused; and what answers teach.

use std::sync::Mutex;

use async_trait::async_trait;
use futures_util::future::join_all;

use super::*;
use crate::policy::MockWait;

const START: i64 = 1_800_000_000;

/// A clock that waiting moves.
#[derive(Clone)]
struct Time(Arc<Mutex<i64>>);

impl Time {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(START)))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(*self.0.lock().unwrap()).unwrap()
    }

    fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += seconds;
    }

    async fn take(&self, budget: &Budget, priority: Priority) -> Result<(), BudgetExhausted> {
        let now = || self.now();
        budget.take(priority, &now, Some(self)).await
    }
}

#[async_trait]
impl Wait for Time {
    async fn wait(&self, duration: Duration) {
        self.pass(i64::try_from(duration.as_secs()).unwrap());
    }
}

fn budget(per_hour: u32) -> Budget {
    Budget::new("acme", Arc::new(MemoryCounter::default())).with_requests_per_hour(per_hour)
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(*name, http::HeaderValue::from_static(value));
    }
    headers
}

/// Calls of `priority` until one is refused: how many went, and what the refused one was told.
async fn spend(time: &Time, budget: &Budget, priority: Priority) -> (u32, BudgetExhausted) {
    let mut went = 0;
    loop {
        match time.take(budget, priority).await {
            Ok(()) => went += 1,
            Err(refused) => return (went, refused),
        }
    }
}

const HOUR_AND_SLOT: Duration = Duration::from_secs(3_660);

#[tokio::test]
async fn each_priority_reaches_further_into_the_hour() {
    let time = Time::new();
    let budget = budget(100);
    let refused = |priority| BudgetExhausted {
        priority,
        retry_after: HOUR_AND_SLOT,
    };
    for (priority, went) in [
        (Priority::Background, 70),
        (Priority::Normal, 20),
        (Priority::Interactive, 10),
        (Priority::Background, 0),
    ] {
        assert_eq!(
            spend(&time, &budget, priority).await,
            (went, refused(priority))
        );
    }
    // An hour on, everything is free again.
    time.pass(3_660);
    assert_eq!(spend(&time, &budget, Priority::Interactive).await.0, 100);
}

#[tokio::test]
async fn a_call_waits_for_a_share_that_is_near_and_background_work_does_not() {
    let time = Time::new();
    let budget = budget(10);
    spend(&time, &budget, Priority::Interactive).await;
    time.pass(3_656);
    let background = time.take(&budget, Priority::Background).await;
    assert_eq!(
        background,
        Err(BudgetExhausted {
            priority: Priority::Background,
            retry_after: Duration::from_secs(4)
        })
    );
    assert_eq!(time.take(&budget, Priority::Normal).await, Ok(()));
    assert_eq!(time.now().as_second(), START + 3_660);
}

#[tokio::test]
async fn without_a_timer_nothing_waits() {
    let time = Time::new();
    let budget = budget(10);
    spend(&time, &budget, Priority::Interactive).await;
    time.pass(3_659);
    let now = || time.now();
    let refused = budget.take(Priority::Interactive, &now, None).await;
    assert_eq!(refused.unwrap_err().retry_after, Duration::from_secs(1));
}

#[tokio::test]
async fn a_share_that_others_take_each_time_is_given_up() {
    let mut counter = MockRequestCounter::new();
    counter.expect_count().times(4).returning(|_, now, _| {
        let free_at = Timestamp::from_second(now.as_second() + 1).unwrap();
        Ok(Counted::Full { free_at })
    });
    let budget = Budget::new("acme", Arc::new(counter));
    let time = Time::new();
    assert_eq!(
        time.take(&budget, Priority::Normal).await,
        Err(BudgetExhausted {
            priority: Priority::Normal,
            retry_after: Duration::from_secs(1)
        })
    );
}

#[tokio::test]
async fn answers_say_how_many_requests_an_hour_has() {
    let time = Time::new();
    let budget = budget(10);
    budget.note(
        StatusCode::OK,
        &headers(&[("x-ratelimit-limit", "4200")]),
        time.now(),
    );
    assert_eq!(budget.requests_per_hour(), 4_200);
    for nonsense in ["0", "-1", "many", "99999999999"] {
        let headers = headers(&[("x-ratelimit-limit", nonsense)]);
        budget.note(StatusCode::OK, &headers, time.now());
        assert_eq!(budget.requests_per_hour(), 4_200, "{nonsense}");
    }
}

#[tokio::test]
async fn background_work_pauses_while_the_allowance_runs_out() {
    let time = Time::new();
    let budget = budget(100);
    let near = headers(&[("x-ratelimit-nearlimit", "true")]);
    budget.note(StatusCode::OK, &near, time.now());
    let refused = time.take(&budget, Priority::Background).await.unwrap_err();
    assert_eq!(refused.retry_after, Duration::from_secs(300));
    assert_eq!(time.take(&budget, Priority::Normal).await, Ok(()));
    time.pass(300);
    assert_eq!(time.take(&budget, Priority::Background).await, Ok(()));
}

#[tokio::test]
async fn a_refusal_for_the_rate_stops_everything_for_as_long_as_it_asks() {
    for (pairs, seconds) in [(&[][..], 60), (&[("retry-after", "17")], 17)] {
        let time = Time::new();
        let budget = budget(100);
        let status = StatusCode::TOO_MANY_REQUESTS;
        budget.note(status, &headers(pairs), time.now());
        let refused = time.take(&budget, Priority::Interactive).await.unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_secs(seconds));
        time.pass(i64::try_from(seconds).unwrap());
        assert_eq!(time.take(&budget, Priority::Interactive).await, Ok(()));
    }
}

#[tokio::test]
async fn a_counter_that_does_not_answer_stops_nothing() {
    let mut counter = MockRequestCounter::new();
    counter
        .expect_count()
        .returning(|_, _, _| Err(CounterError));
    let budget = Budget::new("acme", Arc::new(counter));
    let now = || Timestamp::UNIX_EPOCH;
    let wait = MockWait::new();
    let taken = budget.take(Priority::Background, &now, Some(&wait));
    assert_eq!(taken.await, Ok(()));
}

#[tokio::test]
async fn two_processes_on_one_counter_share_the_hour() {
    let time = Time::new();
    let counter = Arc::new(MemoryCounter::default());
    let process = || Budget::new("acme", counter.clone()).with_requests_per_hour(50);
    let (one, other) = (process(), process());
    let elsewhere = Budget::new("globex", counter.clone()).with_requests_per_hour(50);
    let calls = (0..100).map(|n| {
        time.take(
            if n % 2 == 0 { &one } else { &other },
            Priority::Interactive,
        )
    });
    let went = join_all(calls)
        .await
        .into_iter()
        .filter(Result::is_ok)
        .count();
    assert_eq!(went, 50);
    assert_eq!(time.take(&elsewhere, Priority::Normal).await, Ok(()));
}

#[tokio::test]
async fn the_memory_counter_forgets_idle_credentials_and_survives_a_clock_that_goes_back() {
    let counter = MemoryCounter::default();
    let at = |second| Timestamp::from_second(START + second).unwrap();
    for credential in 0..2_000 {
        let name = credential.to_string();
        assert_eq!(counter.count(&name, at(0), 1).await, Ok(Counted::Taken));
    }
    assert_eq!(
        counter.count("late", at(4_000), 1).await,
        Ok(Counted::Taken)
    );
    assert_eq!(counter.kept(), 1);
    let full = Counted::Full {
        free_at: at(4_000 - 4_000 % 60 + 3_660),
    };
    assert_eq!(counter.count("late", at(3_000), 1).await, Ok(full));
    assert_eq!(
        counter.count("late", at(3_000), 2).await,
        Ok(Counted::Taken)
    );
}
