//! How many calls with one credential may be under way at a time.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use async_lock::{Semaphore, SemaphoreGuardArc};

/// At most so many calls at a time. Shared by all calls with one credential.
#[derive(Clone)]
pub struct Concurrency {
    most: NonZeroUsize,
    places: Arc<Semaphore>,
}

/// A call's place; dropping it makes room for the next.
#[derive(Debug)]
pub struct Place {
    _guard: SemaphoreGuardArc,
}

impl Concurrency {
    /// At most `most` calls at a time.
    #[must_use]
    pub fn new(most: NonZeroUsize) -> Self {
        Self {
            most,
            places: Arc::new(Semaphore::new(most.get())),
        }
    }

    /// Returns when there is a place.
    pub async fn place(&self) -> Place {
        Place {
            _guard: self.places.acquire_arc().await,
        }
    }
}

impl fmt::Debug for Concurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Concurrency")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! Full, and free again.

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_call_waits_until_another_gives_its_place_up() {
        let concurrency = Concurrency::new(NonZeroUsize::MIN.saturating_add(1));
        let first = concurrency.place().await;
        let _second = concurrency.clone().place().await;
        let mut third = Box::pin(concurrency.place());
        assert!((&mut third).now_or_never().is_none());
        drop(first);
        assert!((&mut third).now_or_never().is_some());
    }
}
