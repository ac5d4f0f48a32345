//! Where the randomness of a back-off comes from.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of numbers in `0.0..1.0` that spreads the attempts of many callers.
#[derive(Clone)]
pub struct Jitter {
    source: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl Jitter {
    /// Takes each number from `source`, which should use all 64 bits evenly.
    #[must_use]
    pub fn from_source(source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self {
            source: Arc::new(source),
        }
    }

    /// A sequence that `seed` decides. Give every process another seed, for example from its start time.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let state = AtomicU64::new(seed);
        Self::from_source(move || {
            split_mix(
                state
                    .fetch_add(GOLDEN, Ordering::Relaxed)
                    .wrapping_add(GOLDEN),
            )
        })
    }

    /// The next number in `0.0..1.0`.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        let high = u32::try_from((self.source)() >> 32).unwrap_or(u32::MAX);
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jitter").finish_non_exhaustive()
    }
}

/// The increment of SplitMix64 (Steele, Lea, Flood 2014).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn split_mix(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
