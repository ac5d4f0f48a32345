//! The queue as the service's API shows it.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::World;

/// Longer than any job runs: one that still does was left behind by a worker that lost the database.
const LEFT_BEHIND: Duration = Duration::from_secs(3);

/// `GET /api/v1/status`.
pub struct Status(pub(super) Value);

/// How many jobs are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub ready: usize,
    pub running: usize,
    pub dead: usize,
}

/// A job that was given up.
pub struct Dead(pub(super) Value);

impl Status {
    pub fn jobs(&self) -> Counts {
        let count = |state: &str| usize::try_from(self.0["jobs"][state].as_u64().unwrap()).unwrap();
        Counts {
            ready: count("ready"),
            running: count("running"),
            dead: count("dead"),
        }
    }

    /// Deliveries since the service started: accepted, duplicate.
    pub fn deliveries(&self) -> (u64, u64) {
        let count = |what: &str| self.0["deliveries"][what].as_u64().unwrap();
        (count("accepted"), count("duplicate"))
    }

    /// Deliveries that needed no work since the service started: of a known kind, of an unknown one.
    pub fn left_alone(&self) -> (u64, u64) {
        let count = |what: &str| self.0["deliveries"][what].as_u64().unwrap();
        (count("ignored"), count("unknown"))
    }

    /// Deliveries refused with this code since the service started.
    pub fn refused(&self, code: &str) -> u64 {
        self.0["deliveries"]["refused"][code].as_u64().unwrap_or(0)
    }
}

impl Dead {
    pub fn failure_code(&self) -> &str {
        self.0["last_failure"]["code"].as_str().unwrap()
    }
}

impl World {
    pub async fn status(&self) -> Status {
        Status(self.api().get("/api/v1/status").await.good())
    }

    /// Waits until no job waits or runs.
    pub async fn settles(&self) {
        self.until("all jobs are settled", async || {
            let jobs = self.status().await.jobs();
            jobs.ready == 0 && jobs.running == 0
        })
        .await;
    }

    /// Lets time pass until no job waits or runs, however often one is put back or left behind meanwhile.
    pub async fn settles_in_time(&self) {
        let looked = Cell::new(Instant::now());
        self.until("all jobs are settled", async || {
            let jobs = self.status().await.jobs();
            // Not at once while one runs, or its lease would run out under it.
            let left_behind = looked.get().elapsed() > LEFT_BEHIND;
            if left_behind || (jobs.ready > 0 && jobs.running == 0) {
                looked.set(Instant::now());
                self.passes_the_longest_wait().await;
            }
            jobs.ready == 0 && jobs.running == 0
        })
        .await;
    }

    /// Waits until a job of this kind failed and waits for its next attempt.
    pub async fn waits_for_a_retry_of(&self, kind: &str) {
        self.until(&format!("a {kind} is put back"), async || {
            self.jobs("ready")
                .await
                .iter()
                .any(|job| job["kind"] == kind && !job["last_failure"].is_null())
        })
        .await;
    }

    /// Waits until this many jobs of a kind wait, for their time or for one before them.
    pub async fn waits_until_waiting(&self, kind: &str, count: usize) {
        self.until(&format!("{count} {kind} wait"), async || {
            let waiting = self.jobs("ready").await;
            waiting.iter().filter(|job| job["kind"] == kind).count() == count
        })
        .await;
    }

    /// What the jobs of this kind failed from that wait for their next attempt: codes, and messages for a person.
    pub async fn failures_of(&self, kind: &str) -> Vec<(String, String)> {
        let waiting = self.jobs("ready").await;
        let failed = waiting.iter().filter(|job| job["kind"] == kind);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        failed
            .map(|job| &job["last_failure"])
            .filter(|failure| !failure.is_null())
            .map(|failure| (text(&failure["code"]), text(&failure["message"])))
            .collect()
    }

    /// Waits until a job of this kind is given up.
    pub async fn waits_for_dead(&self, kind: &str) -> Dead {
        self.until(&format!("a {kind} is given up"), async || {
            self.jobs("dead")
                .await
                .iter()
                .any(|job| job["kind"] == kind)
        })
        .await;
        self.expected_dead.set(1);
        let dead = self
            .jobs("dead")
            .await
            .into_iter()
            .find(|job| job["kind"] == kind);
        Dead(dead.unwrap())
    }

    /// Lets time pass until a job of this kind is given up.
    pub async fn fails_until_dead(&self, kind: &str) -> Dead {
        self.fails_until(kind, "it is given up", async || {
            self.status().await.jobs().dead > 0
        })
        .await;
        self.waits_for_dead(kind).await
    }

    /// Lets time pass, while a job of this kind fails again and again, until something is so.
    pub async fn fails_until(&self, kind: &str, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let passed_after = Cell::new(0);
        self.until(&format!("a {kind} fails until {what}"), async || {
            let waiting = self.jobs("ready").await;
            let failed = waiting
                .iter()
                .filter(|job| job["kind"] == kind)
                .filter_map(|job| job["attempts"].as_u64())
                .max()
                .unwrap_or(0);
            // Time stands until one more attempt has failed, or a lease would run out under the one that is about to begin.
            if failed > passed_after.get() {
                passed_after.set(failed);
                self.passes_the_longest_wait().await;
            }
            holds().await
        })
        .await;
    }

    /// Puts a dead job back, as an operator does.
    pub async fn replay_job(&self, dead: &Dead) {
        let id = dead.0["id"].as_str().unwrap();
        self.api()
            .post(&format!("/api/v1/jobs/{id}/replay"), &Value::Null)
            .await
            .good();
        self.expected_dead.set(0);
    }

    /// This many dead letters are right at the end.
    pub fn expects_dead_jobs(&self, count: usize) {
        self.expected_dead.set(count);
    }

    async fn jobs(&self, state: &str) -> Vec<Value> {
        let listed = self
            .api()
            .get(&format!("/api/v1/jobs?state={state}"))
            .await
            .good();
        listed["jobs"].as_array().unwrap().clone()
    }
}
