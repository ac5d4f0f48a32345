//! Counting within one process.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Counted, CounterError, RequestCounter};

/// How finely time is told, in seconds: an hour takes at most 61 entries per credential.
const SLOT: i64 = 60;
/// A slot counts until all of it lies more than an hour back, in seconds.
const COUNTS_FOR: i64 = 3_600 + SLOT;
/// Credentials without a request in the last hour are forgotten when more than these are kept.
const MOST_IDLE: usize = 1_000;

/// A [`RequestCounter`] in memory, to the minute and never too generous.
#[derive(Default)]
pub struct MemoryCounter {
    credentials: Mutex<HashMap<String, Slots>>,
}

/// Requests by the minute in which they were made, oldest first.
#[derive(Default)]
struct Slots(VecDeque<(i64, u32)>);

impl Slots {
    /// Forgets what lies more than an hour back.
    fn forget(&mut self, second: i64) {
        while self
            .0
            .front()
            .is_some_and(|(start, _)| *start + COUNTS_FOR <= second)
        {
            self.0.pop_front();
        }
    }

    fn used(&self) -> u32 {
        self.0
            .iter()
            .fold(0, |used, (_, count)| used.saturating_add(*count))
    }

    fn count(&mut self, second: i64) {
        let start = second - second.rem_euclid(SLOT);
        match self.0.back_mut() {
            // Also when the clock went back: the newest slot takes it.
            Some((newest, count)) if *newest >= start => *count = count.saturating_add(1),
            _ => self.0.push_back((start, 1)),
        }
    }

    /// The second in which fewer than `ceiling` will be left.
    fn free_at(&self, ceiling: u32) -> Option<i64> {
        let mut left = self.used();
        self.0.iter().find_map(|(start, count)| {
            left = left.saturating_sub(*count);
            (left < ceiling).then_some(start + COUNTS_FOR)
        })
    }
}

#[cfg(test)]
impl MemoryCounter {
    /// How many credentials are remembered.
    pub(super) fn kept(&self) -> usize {
        self.credentials.lock().map_or(0, |kept| kept.len())
    }
}

#[async_trait]
impl RequestCounter for MemoryCounter {
    async fn count(
        &self,
        credential: &str,
        now: Timestamp,
        ceiling: u32,
    ) -> Result<Counted, CounterError> {
        let second = now.as_second();
        let mut credentials = self
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if credentials.len() > MOST_IDLE && !credentials.contains_key(credential) {
            credentials.retain(|_, slots| {
                slots.forget(second);
                !slots.0.is_empty()
            });
        }
        let slots = credentials.entry(credential.to_owned()).or_default();
        slots.forget(second);
        if slots.used() < ceiling {
            slots.count(second);
            return Ok(Counted::Taken);
        }
        let free_at = slots.free_at(ceiling).unwrap_or(second + COUNTS_FOR);
        let free_at = Timestamp::from_second(free_at).unwrap_or(Timestamp::MAX);
        Ok(Counted::Full { free_at })
    }
}

impl fmt::Debug for MemoryCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCounter").finish_non_exhaustive()
    }
}
