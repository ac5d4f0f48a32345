//! Keys that are fetched now and then, however many tokens come.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::keys::{FetchKeys, KeySet, KeySetError, PublicKey, parse_key_set};
use crate::UnixTime;

/// Shortest time between two fetches, in seconds: tokens with invented `kid`s can't make this side flood Atlassian's.
pub const REFRESH_SECONDS: i64 = 60;

/// Longest time that keys are believed without asking again, in seconds. A key that Atlassian withdraws is refused after this time at the latest, unless the
/// set can't be fetched; then the last one goes on.
pub const MAX_AGE_SECONDS: i64 = 6 * 3_600;

/// A [`KeySet`] that keeps what it fetched. It asks again for a `kid` it doesn't know, and when what it has is old, each time at most once in
/// [`REFRESH_SECONDS`].
pub struct CachedKeySet {
    fetch: Arc<dyn FetchKeys>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, PublicKey>,
    /// When the last fetch began.
    asked: Option<UnixTime>,
    /// When the fetch began that brought the keys.
    fetched: Option<UnixTime>,
}

impl CachedKeySet {
    /// An empty set; the first look-up fetches.
    #[must_use]
    pub fn new(fetch: Arc<dyn FetchKeys>) -> Self {
        Self {
            fetch,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(&self, began: UnixTime) -> Result<(), KeySetError> {
        let keys = parse_key_set(&self.fetch.fetch().await?)?;
        let mut state = self.state();
        state.keys = keys;
        state.fetched = Some(began);
        Ok(())
    }
}

impl State {
    /// Whether a fetch is due for `kid`. If so, it counts as begun, so that of many callers one fetches.
    fn begins_fetch(&mut self, kid: &str, now: UnixTime) -> bool {
        let wanted = !self.keys.contains_key(kid) || older(self.fetched, now, MAX_AGE_SECONDS);
        let due = wanted && older(self.asked, now, REFRESH_SECONDS);
        if due {
            self.asked = Some(now);
        }
        due
    }

    fn answer(&self, kid: &str) -> Result<Option<PublicKey>, KeySetError> {
        match self.keys.get(kid) {
            Some(key) => Ok(Some(key.clone())),
            // The last fetch came back, and this key was not in it.
            None if self.fetched == self.asked => Ok(None),
            None => Err(KeySetError::Unavailable),
        }
    }
}

/// Whether `then` was at least `seconds` ago. A clock that was set back counts too, or it would stop every fetch until it catches up.
fn older(then: Option<UnixTime>, now: UnixTime, seconds: i64) -> bool {
    then.is_none_or(|then| !(0..seconds).contains(&now.seconds_since(then)))
}

#[async_trait]
impl KeySet for CachedKeySet {
    async fn key(&self, kid: &str, now: UnixTime) -> Result<Option<PublicKey>, KeySetError> {
        let due = self.state().begins_fetch(kid, now);
        let refreshed = if due { self.refresh(now).await } else { Ok(()) };
        let answer = self.state().answer(kid);
        match (answer, refreshed) {
            (Ok(found), _) => Ok(found),
            (Err(_), Err(cause)) | (Err(cause), Ok(())) => Err(cause),
        }
    }
}

impl fmt::Debug for CachedKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("CachedKeySet")
            .field("keys", &state.keys.len())
            .field("fetched", &state.fetched)
            .finish_non_exhaustive()
    }
}
