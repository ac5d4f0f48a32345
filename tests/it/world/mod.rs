//! The language of the scenarios: a world with a Bitbucket, a tracker and the service between them.
//!
//! A scenario states only what differs from the default world (`bitbucket_simulator::acme`). Nothing in it sleeps: it waits for something to
//! be so, within a bound. When it ends, well or not, the world is checked and taken down; when it failed, all traffic is shown.

mod api;
mod bitbucket;
mod check;
mod faults;
mod jobs;
mod logs;
mod pull_request;
mod release;
mod report;
mod repository;
mod stack;
mod stranger;
mod tracker;
mod verbs;
mod wire;

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use bitbucket_simulator::Control;
use bitbucket_simulator::control::NewCommit;
use futures_util::FutureExt as _;

pub use api::{Answer, Api};
pub use faults::status;
pub use stack::OTHER_SENTRY_TOKEN;
pub use stack::{Peers, configure, free_port};
pub use wire::{statuses, until_closed};

use bitbucket::Bitbucket;
use stack::Stack;
use tracker::Tracker;

/// Everything that a scenario can see and touch.
pub struct World {
    /// The Bitbucket that the service talks to.
    pub bitbucket: Bitbucket,
    /// The tracker that the service reports to.
    pub tracker: Tracker,
    control: Control,
    stack: Stack,
    expected_dead: Cell<usize>,
    expects_errors: Cell<bool>,
}

/// Runs one scenario in a fresh world and checks the world afterwards.
pub async fn scenario(story: impl AsyncFnOnce(&World)) {
    scenario_with("", story).await;
}

/// The same with more in the service's configuration (TOML tables).
pub async fn scenario_with(configuration: &str, story: impl AsyncFnOnce(&World)) {
    let name = name();
    let started = Instant::now();
    let logs = logs::Logs::capture();
    let stack = Stack::start(configuration).await;
    let control = stack.control();
    let world = World {
        bitbucket: Bitbucket::new(control.clone()),
        tracker: Tracker::new(control.clone()),
        control,
        stack,
        expected_dead: Cell::new(0),
        expects_errors: Cell::new(false),
    };
    let told = AssertUnwindSafe(async {
        story(&world).await;
        world.check().await;
    });
    let told = told.catch_unwind().await;
    let transcript = check::transcript(&world.control).await;
    let secrets = world.secrets().await;
    let expects_errors = world.expects_errors.get();
    let output = world.stack.stop(&logs).await;
    let checked = || check::logs(&output, &secrets, expects_errors);
    let told = told.and_then(|()| std::panic::catch_unwind(checked));
    report::write(&name, started.elapsed(), told.as_ref().err());
    if let Err(panic) = told {
        eprintln!(
            "── traffic of `{name}`, credentials masked\n{transcript}── log of the service\n{output}"
        );
        std::panic::resume_unwind(panic);
    }
}

/// The same for a story that moves the service's clock, which nobody can do to a process: there it is left out, and reported so.
pub async fn scenario_with_clock(configuration: &str, story: impl AsyncFnOnce(&World)) {
    if stack::is_of_processes() {
        report::left_out(&name(), "it moves the clock");
        return;
    }
    scenario_with(configuration, story).await;
}

fn name() -> String {
    let thread = std::thread::current();
    thread.name().unwrap_or("scenario").to_owned()
}

/// A commit by Ada that adds one file named after `label`.
pub fn commit(label: &str, message: &str) -> NewCommit {
    NewCommit::new(label, message)
}
