//! Time as it is spent: processor time of this process, and rates by it.
//!
//! Other programs on the machine hardly move processor time, while they halve whatever is measured by the wall.

use rustix::time::{ClockId, clock_gettime};

/// What runs before the measurement, as a part of its length.
const WARM_UP: f64 = 0.2;

/// The processor time that this process has used, all threads together, in seconds.
pub(crate) fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds and nanoseconds of a process are far below 2^52"
    )]
    let parts = (time.tv_sec as f64, time.tv_nsec as f64);
    parts.0 + parts.1 * 1e-9
}

/// The time of day, in seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the clock that the service would read"
)]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// How often `work` runs in a second of processor time, after a warm-up.
pub(crate) fn rate(seconds: f64, mut work: impl FnMut()) -> f64 {
    let batch = batch(seconds * WARM_UP, &mut work);
    let start = cpu_seconds();
    let mut runs = 0_u32;
    loop {
        for _ in 0..batch {
            work();
        }
        runs += batch;
        let spent = cpu_seconds() - start;
        if spent >= seconds {
            return f64::from(runs) / spent;
        }
    }
}

/// Runs `work` for a while and says how many runs take about a millisecond, so that reading the clock costs nothing.
fn batch(seconds: f64, work: &mut impl FnMut()) -> u32 {
    let start = cpu_seconds();
    let mut runs = 0_u32;
    loop {
        work();
        runs += 1;
        let spent = cpu_seconds() - start;
        if spent >= seconds {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a part of `runs`"
            )]
            return (f64::from(runs) * 0.001 / spent).max(1.0) as u32;
        }
    }
}

/// The processor seconds that one call takes: the least of `times` calls.
pub(crate) fn least_seconds<T>(times: u32, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut timed = || {
        let start = cpu_seconds();
        let result = work();
        (cpu_seconds() - start, result)
    };
    let first = timed();
    (1..times).fold(first, |least, _| {
        let next = timed();
        if next.0 < least.0 { next } else { least }
    })
}
