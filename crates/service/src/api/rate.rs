//! How often a key may ask: the generic cell rate algorithm (ITU-T I.371), one time stamp for each key.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::access::Holder;

const MINUTE: Duration = Duration::from_secs(60);

/// A rate with bursts of a whole minute's requests. Only keys that exist are remembered.
#[derive(Debug)]
pub(super) struct RateLimit {
    /// The time between two requests at an even pace.
    interval: Duration,
    /// When the next request of each key would come at an even pace.
    even: Mutex<HashMap<Holder, Instant>>,
}

impl RateLimit {
    pub(super) fn per_minute(requests: u32) -> Self {
        Self {
            interval: MINUTE / requests.max(1),
            even: Mutex::default(),
        }
    }

    /// Counts one request; says how long to wait when it is one too many.
    pub(super) fn take(&self, holder: Holder) -> Result<(), Duration> {
        let now = Instant::now();
        let mut even = self.even.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = even.entry(holder).or_insert(now);
        let at = (*expected).max(now);
        let ahead = at.duration_since(now) + self.interval;
        if ahead > MINUTE {
            return Err(ahead.saturating_sub(MINUTE));
        }
        *expected = at + self.interval;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bitbucket_integration_provider::ApiKeyId;
    use tokio::time::advance;
    use uuid::Uuid;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_minute_holds_so_many_and_each_key_has_its_own() {
        let limit = RateLimit::per_minute(4);
        let other = Holder::Key(ApiKeyId::from_uuid(Uuid::nil()));
        for _ in 0..4 {
            assert_eq!(limit.take(Holder::Operator), Ok(()));
        }
        assert_eq!(
            limit.take(Holder::Operator),
            Err(Duration::from_secs(15)),
            "the fifth"
        );
        assert_eq!(limit.take(other), Ok(()));
        advance(Duration::from_secs(15)).await;
        assert_eq!(limit.take(Holder::Operator), Ok(()));
        assert_eq!(limit.take(Holder::Operator), Err(Duration::from_secs(15)));
    }
}
