//! The system's clock and randomness, behind the ports that the integration takes them from.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use bitbucket_integration_provider::ports::{Clock, Entropy};
use jiff::Timestamp;

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one clock that the service reads"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Random bytes of the operating system.
#[derive(Debug, Clone, Default)]
pub struct SystemEntropy {
    source: SystemRandom,
}

impl Entropy for SystemEntropy {
    #[expect(
        clippy::panic,
        reason = "a process without randomness must not make secrets; there is nothing to go on with"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if self.source.fill(bytes).is_err() {
            panic!("the operating system gives no randomness");
        }
    }
}
