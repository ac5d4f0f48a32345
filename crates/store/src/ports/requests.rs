//! The requests that each credential made in the last hour, counted for all processes together.
//!
//! A call must not cost a write each, so a process reserves a few requests at once and spends them without asking: one, then twice as
//! many each time within the same minute, up to a fiftieth of the ceiling. What is left of them when the minute ends is given up, so of
//! the requests that are counted fewer than half were never made, and none is made uncounted. The count is exact on SQLite. On
//! PostgreSQL, processes that reserve the last ones at the same moment may all get them: together they go beyond the ceiling by one
//! reservation for each further process at most.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bitbucket_http_client::policy::{Counted, CounterError, RequestCounter};
use bitbucket_integration_provider::ports::StoreError;
use jiff::Timestamp;

use crate::Store;
use crate::columns::Columns;
use crate::statement::{Sql, Statement, Steps};

/// How finely time is told, in seconds.
const MINUTE: i64 = 60;
/// A minute's requests count until all of it lies more than an hour back, in seconds.
const COUNTS_FOR: i64 = 3_600 + MINUTE;
/// A reservation is at most this part of the ceiling.
const PART: u32 = 50;
/// Credentials that reserved nothing in this minute are forgotten when more than these are kept.
const MOST_IDLE: usize = 1_000;

/// Reserves `?3` requests if that does not exceed the ceiling.
pub(crate) const RESERVE: Sql = Sql::each(
    "
    INSERT INTO request_counts (credential, minute, taken)
    SELECT ?1, ?2, ?3 WHERE
        (SELECT COALESCE(SUM(taken), 0) FROM request_counts WHERE credential = ?1 AND minute > ?4) + ?3 <= ?5
    ON CONFLICT (credential, minute) DO UPDATE SET taken = request_counts.taken + excluded.taken",
    "
    INSERT INTO request_counts (credential, minute, taken)
    SELECT $1::text, $2::bigint, $3::bigint WHERE
        (SELECT COALESCE(SUM(taken), 0) FROM request_counts WHERE credential = $1 AND minute > $4) + $3 <= $5
    ON CONFLICT (credential, minute) DO UPDATE SET taken = request_counts.taken + excluded.taken",
);
pub(crate) const TAKEN: &str = "
    SELECT minute, taken FROM request_counts WHERE credential = ? AND minute > ? ORDER BY minute";
const FORGET: &str = "DELETE FROM request_counts WHERE minute <= ?";

/// Adds a count of no credential and takes it away again.
pub(crate) fn probe() -> Steps {
    const ADD: &str = "INSERT INTO request_counts (credential, minute, taken) VALUES ('', 0, 0) ON CONFLICT DO NOTHING";
    const TAKE_AWAY: &str = "DELETE FROM request_counts WHERE credential = ''";
    Steps::new()
        .then(Statement::new(ADD))
        .then(Statement::new(TAKE_AWAY))
}

/// What this process reserved and has not spent.
#[derive(Debug, Default)]
pub(crate) struct Reserved {
    credentials: Mutex<Held>,
    /// Held by the one who reserves; what the last one who failed ran into.
    turn: tokio::sync::Mutex<Option<StoreError>>,
    /// How many reservations failed.
    failures: AtomicU64,
}

#[derive(Debug, Default)]
struct Held {
    /// By credential and ceiling: what was reserved under a high ceiling is not for calls with a low one.
    shares: HashMap<(String, u32), Share>,
    /// The hour in which what is old was forgotten last.
    tidied: i64,
}

#[derive(Debug)]
struct Share {
    minute: i64,
    left: u32,
    /// How many to reserve next.
    next: u32,
}

/// What to do for one request.
#[derive(Debug, PartialEq, Eq)]
enum Draw {
    Spent,
    Reserve { wanted: u32, tidy: bool },
}

impl Reserved {
    /// Spends one of the reserved requests, or says how many to reserve.
    fn draw(&self, credential: &str, minute: i64, ceiling: u32) -> Draw {
        let mut held = self
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if held.shares.len() > MOST_IDLE {
            held.shares.retain(|_, share| share.minute == minute);
        }
        let key = (credential.to_owned(), ceiling);
        let wanted = match held.shares.get_mut(&key) {
            Some(share) if share.minute == minute && share.left > 0 => {
                share.left -= 1;
                return Draw::Spent;
            }
            Some(share) if share.minute == minute => share.next,
            Some(_) | None => 1,
        };
        let hour = minute.div_euclid(60);
        let tidy = held.tidied < hour;
        held.tidied = held.tidied.max(hour);
        Draw::Reserve { wanted, tidy }
    }

    /// One after the other: whoever waited may spend what the one before reserved, instead of leaving it to lapse. Where the one before
    /// failed, those who wait fail with it, for their waits would add up while the database is away.
    async fn in_turn<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let before = self.failures.load(Ordering::Relaxed);
        let mut turn = self.turn.lock().await;
        if self.failures.load(Ordering::Relaxed) != before
            && let Some(error) = turn.as_ref()
        {
            return Err(error.clone());
        }
        let outcome = work.await;
        if let Err(error) = &outcome {
            *turn = Some(error.clone());
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    /// Keeps all but the one of `got` requests that is spent at once.
    fn keep(&self, credential: &str, minute: i64, ceiling: u32, got: u32) {
        let mut held = self
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (credential.to_owned(), ceiling);
        let share = held.shares.entry(key).or_insert(Share {
            minute,
            left: 0,
            next: 1,
        });
        if share.minute != minute {
            *share = Share {
                minute,
                left: 0,
                next: 1,
            };
        }
        share.left = share.left.saturating_add(got.saturating_sub(1));
        let most = (ceiling / PART).max(1);
        share.next = share.next.max(got.saturating_mul(2)).min(most);
    }
}

#[async_trait]
impl RequestCounter for Store {
    async fn count(
        &self,
        credential: &str,
        now: Timestamp,
        ceiling: u32,
    ) -> Result<Counted, CounterError> {
        let counted = self.count_request(credential, now, ceiling).await;
        counted.map_err(|_| CounterError)
    }
}

impl Store {
    async fn count_request(
        &self,
        credential: &str,
        now: Timestamp,
        ceiling: u32,
    ) -> Result<Counted, StoreError> {
        let second = now.as_second();
        let minute = second.div_euclid(MINUTE);
        let past = (second - COUNTS_FOR).div_euclid(MINUTE);
        match self.reserved.draw(credential, minute, ceiling) {
            Draw::Spent => return Ok(Counted::Taken),
            Draw::Reserve { tidy: true, .. } => {
                self.change(Statement::new(FORGET).with(past)).await?;
            }
            Draw::Reserve { tidy: false, .. } => {}
        }
        let reserve = self.reserve(credential, (minute, past), second, ceiling);
        self.reserved.in_turn(reserve).await
    }

    async fn reserve(
        &self,
        credential: &str,
        (minute, past): (i64, i64),
        second: i64,
        ceiling: u32,
    ) -> Result<Counted, StoreError> {
        let wanted = match self.reserved.draw(credential, minute, ceiling) {
            Draw::Spent => return Ok(Counted::Taken),
            Draw::Reserve { wanted, .. } => wanted,
        };
        // Where there is no room for several there may be for one.
        let tries: &[u32] = if wanted > 1 { &[wanted, 1] } else { &[1] };
        for wanted in tries {
            let reserve = Statement::new(RESERVE)
                .with(credential.to_owned())
                .with(minute)
                .with(i64::from(*wanted))
                .with(past)
                .with(i64::from(ceiling));
            if self.change(reserve).await? > 0 {
                self.reserved.keep(credential, minute, ceiling, *wanted);
                return Ok(Counted::Taken);
            }
        }
        let taken = Statement::new(TAKEN).with(credential.to_owned()).with(past);
        let taken = self.all(taken, |row| {
            let columns = Columns::new("request_counts", row);
            Ok((columns.integer("minute")?, columns.integer("taken")?))
        });
        let free_at = free_at(&taken.await?, i64::from(ceiling));
        let free_at = free_at.unwrap_or(second + COUNTS_FOR);
        Ok(Counted::Full {
            free_at: Timestamp::from_second(free_at).unwrap_or(Timestamp::MAX),
        })
    }
}

/// The second in which fewer than `ceiling` will count.
fn free_at(taken: &[(i64, i64)], ceiling: i64) -> Option<i64> {
    let mut left: i64 = taken.iter().map(|(_, count)| count).sum();
    taken.iter().find_map(|(minute, count)| {
        left -= count;
        (left < ceiling).then_some(minute * MINUTE + COUNTS_FOR)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::error::{Closed, unavailable};

    /// While the database is away, twenty calls wait as long as one does.
    #[tokio::test(start_paused = true)]
    async fn who_waits_for_one_that_fails_fails_with_it() {
        let (reserved, begun) = (Reserved::default(), Instant::now());
        let away = || async {
            sleep(Duration::from_secs(10)).await;
            Err::<(), _>(unavailable(Closed))
        };
        let all = futures_util::future::join_all((0..20).map(|_| reserved.in_turn(away()))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(begun.elapsed(), Duration::from_secs(10));
        // Who comes later tries anew.
        assert_eq!(reserved.in_turn(async { Ok(7) }).await.ok(), Some(7));
    }

    fn reserve(wanted: u32) -> Draw {
        Draw::Reserve {
            wanted,
            tidy: false,
        }
    }

    #[test]
    fn reservations_grow_within_a_minute_and_end_with_it() {
        let reserved = Reserved::default();
        let first = reserved.draw("acme", 60, 500);
        assert_eq!(
            first,
            Draw::Reserve {
                wanted: 1,
                tidy: true
            }
        );
        let mut asked = vec![1];
        reserved.keep("acme", 60, 500, 1);
        for _ in 1..40 {
            if let Draw::Reserve { wanted, tidy } = reserved.draw("acme", 60, 500) {
                assert!(!tidy);
                asked.push(wanted);
                reserved.keep("acme", 60, 500, wanted);
            }
        }
        assert_eq!(asked, [1, 2, 4, 8, 10, 10, 10]);
        // Another ceiling and another credential have their own; five are left of this one.
        assert_eq!(reserved.draw("acme", 60, 450), reserve(1));
        assert_eq!(reserved.draw("other", 60, 500), reserve(1));
        for _ in 0..5 {
            assert_eq!(reserved.draw("acme", 60, 500), Draw::Spent);
        }
        reserved.keep("acme", 60, 500, 10);
        assert_eq!(reserved.draw("acme", 61, 500), reserve(1));
    }

    #[test]
    fn a_share_is_free_when_enough_has_passed() {
        let taken = [(10, 3), (11, 2), (20, 4)];
        assert_eq!(free_at(&taken, 9), Some(10 * 60 + 3_660));
        assert_eq!(free_at(&taken, 5), Some(11 * 60 + 3_660));
        assert_eq!(free_at(&taken, 1), Some(20 * 60 + 3_660));
        assert_eq!(free_at(&[], 1), None);
    }
}
