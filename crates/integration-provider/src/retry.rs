//! When a failed job is tried again.

use std::time::Duration;

use crate::ports::Entropy;

/// Waiting times between attempts: they double from `first` up to `longest`, each shortened by a random part of up to one half so
/// that jobs that failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// How often a job is tried before it is given up.
    pub max_attempts: u32,
}

impl Default for RetryPolicy {
    /// 5 s to 1 h, 20 attempts: the last one comes some ten hours after the first.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            longest: Duration::from_hours(1),
            max_attempts: 20,
        }
    }
}

impl RetryPolicy {
    /// Whether a job that failed at this attempt (from 1) is tried again.
    #[must_use]
    pub const fn allows_another(&self, attempt: u32) -> bool {
        attempt < self.max_attempts
    }

    /// How long to wait after the failure of this attempt (from 1).
    #[must_use]
    pub fn wait(&self, attempt: u32, entropy: &dyn Entropy) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        let mut random = [0_u8; 2];
        entropy.fill(&mut random);
        full - full / 2 * u32::from(u16::from_be_bytes(random)) / u32::from(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::MockEntropy;

    fn entropy(byte: u8) -> MockEntropy {
        let mut entropy = MockEntropy::new();
        entropy
            .expect_fill()
            .returning(move |bytes| bytes.fill(byte));
        entropy
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let waits: Vec<u64> = (1..=12)
            .map(|attempt| policy.wait(attempt, &entropy(0)).as_secs())
            .collect();
        assert_eq!(
            waits,
            [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
        );
    }

    #[test]
    fn chance_shortens_a_wait_by_up_to_one_half() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(2, &entropy(0xff)), Duration::from_secs(5));
        assert_eq!(
            policy.wait(u32::MAX, &entropy(0xff)),
            Duration::from_mins(30)
        );
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        let policy = RetryPolicy {
            max_attempts: 3,
            ..RetryPolicy::default()
        };
        assert!(policy.allows_another(2));
        assert!(!policy.allows_another(3));
    }
}
