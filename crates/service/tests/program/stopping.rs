//! Stopping: what runs is finished or comes up again, everything that uses the database ends before it is closed, and a second signal
//! waits for nothing.

use std::time::{Duration, Instant};

use bitbucket_simulator::{Effect, Fault, Half};

use super::beside::Beside;
use super::{PATIENCE, Serving};

/// The tracker takes requests and does this.
fn tracker(beside: &Beside, effect: Effect) {
    beside.simulator.fail(Fault::on(Half::Sentry, effect));
}

/// Waits until the process has ended; gives its exit code and how long that took.
fn ended(serving: &mut Serving) -> (Option<i32>, Duration) {
    let begun = Instant::now();
    loop {
        if let Some(status) = serving.child.try_wait().unwrap() {
            return (status.code(), begun.elapsed());
        }
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn log_of(beside: &Beside) -> String {
    std::fs::read_to_string(beside.path().join("serve.log")).unwrap()
}

/// The last connection to the file takes the log away when it is closed, so a log that is there was left behind.
fn is_closed(beside: &Beside) -> bool {
    let log = beside.path().join("data/bitbucket-integration.sqlite-wal");
    !log.exists()
}

/// A service with a job that is in the middle of asking the tracker.
async fn asking(beside: &Beside) -> Serving {
    let serving = Serving::start_logging(beside.path());
    beside.follow(&serving);
    beside.wait_for(&serving, "running", 0);
    beside.push("a1").await;
    beside.wait_for(&serving, "running", 1);
    serving
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_is_finished_before_the_end() {
    let beside = Beside::start("").await;
    tracker(&beside, Effect::Delay { milliseconds: 700 });
    let mut serving = asking(&beside).await;
    assert!(!is_closed(&beside), "the file is in use");
    serving.signal();
    let (code, _) = ended(&mut serving);
    let log = log_of(&beside);
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("the service has stopped"), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
    assert_eq!(beside.notes().await, 1);
    assert!(is_closed(&beside), "{log}");

    beside.simulator.clear_faults();
    let serving = Serving::start(beside.path());
    let status = beside.told(&serving, "status");
    assert!(
        status.contains("0 ready, 0 running, 2 done, 0 dead"),
        "{status}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_does_not_end_in_time_is_cut_off_and_done_after_the_next_start() {
    let beside =
        Beside::start("[server]\ndrain_timeout = \"300ms\"\n[jobs]\nlease = \"1s\"\n").await;
    tracker(&beside, Effect::Hang);
    let mut serving = asking(&beside).await;
    serving.signal();
    let (code, took) = ended(&mut serving);
    let log = log_of(&beside);
    assert_eq!(code, Some(0), "{log}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(log.contains("running jobs were cut off"), "{log}");
    assert!(!log.contains("ERROR"), "{log}");
    assert!(is_closed(&beside), "{log}");
    assert_eq!(beside.notes().await, 0);

    beside.simulator.clear_faults();
    let serving = Serving::start(beside.path());
    beside.wait_for(&serving, "done", 2);
    assert_eq!(beside.notes().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_waits_for_nothing() {
    let beside = Beside::start("[jobs]\nlease = \"1s\"\n").await;
    tracker(&beside, Effect::Hang);
    let mut serving = asking(&beside).await;
    serving.signal();
    let begun = Instant::now();
    while !log_of(&beside).contains("a second signal stops at once") {
        assert!(begun.elapsed() < PATIENCE, "{}", log_of(&beside));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(
        serving.child.try_wait().unwrap().is_none(),
        "it waits for the job"
    );
    serving.signal();
    let (code, took) = ended(&mut serving);
    let log = log_of(&beside);
    assert_eq!(code, Some(1), "{log}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert!(
        log.contains("stopped at once; work that was cut off is done again"),
        "{log}"
    );

    beside.simulator.clear_faults();
    let serving = Serving::start(beside.path());
    beside.wait_for(&serving, "done", 2);
    assert_eq!(beside.notes().await, 1);
}
