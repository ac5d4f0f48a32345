//! Replicas of the service on one database: what comes round again is done by one of them, and work that one takes in wakes the others.

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bitbucket_integration::config::{self, Environment};
use bitbucket_integration::{Clock, Deps, RunningService, Service, SystemClock, SystemEntropy};
use bitbucket_test_postgres::{Binaries, Database};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::world::Api;

/// How long anything may take to become so.
const PATIENCE: Duration = Duration::from_secs(60);

/// The clock of all.
struct Standing(Mutex<Timestamp>);

impl Standing {
    fn passes(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Replicas on one database.
struct Replicas {
    all: Vec<RunningService>,
    clock: Arc<Standing>,
    database: Database,
    _folder: TempDir,
}

impl Replicas {
    async fn start(count: usize) -> Self {
        let (database, folder) = (
            Database::create_for_test().unwrap(),
            TempDir::new().unwrap(),
        );
        let file = folder.path().join("bitbucket-integration.toml");
        let path = folder.path().join("data/service.sqlite");
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[metrics]\nlisten = \"127.0.0.1:0\"\n[storage]\npath = \"{}\"\n",
            path.display()
        );
        std::fs::write(&file, text).unwrap();
        let clock = Arc::new(Standing(Mutex::new(SystemClock.now())));
        let mut all = Vec::new();
        for _ in 0..count {
            let url = database.url();
            let environment = Environment::of([("DATABASE_URL", url.as_str())]);
            let loaded = config::load(Some(&file), &environment).unwrap();
            let deps = Deps {
                clock: Arc::clone(&clock) as Arc<dyn Clock>,
                entropy: Arc::new(SystemEntropy::default()),
            };
            all.push(Service::start(loaded.config, deps).await.unwrap());
        }
        Self {
            all,
            clock,
            database,
            _folder: folder,
        }
    }

    /// How many rounds of a schedule all of them did.
    async fn rounds(&self, schedule: &str) -> u64 {
        let line = format!(
            r#"bitbucket_integration_schedule_seconds_count{{schedule="{schedule}",outcome="done"}} "#
        );
        let mut rounds = 0;
        for service in &self.all {
            let address = service.metrics_address().unwrap();
            let shown = Api::new(&format!("http://{address}"), None);
            let shown = shown.get("/metrics").await;
            let text = shown.text();
            let count = text.lines().find_map(|one| one.strip_prefix(&line));
            rounds += count.map_or(0, |count| count.parse::<u64>().unwrap());
        }
        rounds
    }

    /// Says this to the database, as another process might.
    fn tell(&self, statement: &str) {
        let psql = Binaries::find().unwrap().program("psql");
        let told = Command::new(psql)
            .args(["-X", "-q", "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-d"])
            .arg(self.database.name())
            .arg("-h")
            .arg(self.database.folder())
            .args(["-c", statement])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success(), "{said}");
    }

    /// Stores a job that is given up as soon as somebody looks at it.
    fn store_job(&self, n: u32, and: &str) {
        let id = format!("0190a5c2-0000-7000-8000-{n:012x}");
        let now = self.clock.now().as_millisecond();
        self.tell(&format!(
            r#"INSERT INTO jobs (id, key, installation, work, state, run_at, due_at)
            VALUES ('{id}', '{n}', '{id}', '{{"work":"process_delivery","delivery":"{id}"}}', 'ready', {now}, {now}); {and}"#
        ));
    }

    /// Waits until so many jobs were given up; says how long that took.
    async fn until_dead(&self, count: u64) -> Duration {
        let service = &self.all[0];
        let api = Api::new(&service.url(), Some(service.api_key().expose_secret()));
        let begun = Instant::now();
        loop {
            let status = api.get("/api/v1/status").await.good();
            let dead = status["jobs"]["dead"].as_u64().unwrap();
            if dead == count {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "{dead} of {count} given up");
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn stop(self) {
        for service in self.all {
            service.shutdown().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_replicas_do_each_round_once_on_postgres() {
    let replicas = Replicas::start(3).await;
    for round in 1..=4 {
        replicas.clock.passes(60);
        let begun = Instant::now();
        for schedule in ["repository_sync", "job_order"] {
            while replicas.rounds(schedule).await < round {
                assert!(begun.elapsed() < PATIENCE, "{schedule}: no round {round}");
                replicas.all.iter().for_each(RunningService::wake);
                sleep(Duration::from_millis(20)).await;
            }
        }
        // However often they look, no round is done twice.
        for _ in 0..3 {
            replicas.all.iter().for_each(RunningService::wake);
            sleep(Duration::from_millis(20)).await;
        }
        let done = [
            replicas.rounds("repository_sync").await,
            replicas.rounds("job_order").await,
            replicas.rounds("retention").await,
        ];
        assert_eq!(done, [round, round, 0]);
    }
    replicas.clock.passes(600);
    let begun = Instant::now();
    while replicas.rounds("retention").await < 1 {
        assert!(begun.elapsed() < PATIENCE, "nothing is forgotten");
        replicas.all.iter().for_each(RunningService::wake);
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(replicas.rounds("retention").await, 1);
    replicas.stop().await;
}

/// They look for themselves every half minute: what is done much sooner was told.
#[tokio::test]
async fn work_that_another_process_took_in_wakes_an_idle_one_on_postgres() {
    const HINT: &str = "SELECT pg_notify('bitbucket_integration_jobs', 'another')";
    let replicas = Replicas::start(1).await;
    replicas.all[0].quiet().await;
    replicas.store_job(1, HINT);
    let took = replicas.until_dead(1).await;
    assert!(took < Duration::from_secs(10), "{took:?}");

    // The listening connection is lost: it is made anew, and what was missed is looked for.
    let listening = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    replicas.tell(listening);
    replicas.store_job(2, "");
    replicas.until_dead(2).await;
    replicas.store_job(3, HINT);
    let took = replicas.until_dead(3).await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    replicas.stop().await;
}

/// Nobody is told of it: it is found at the next look.
#[tokio::test]
async fn work_that_nobody_told_of_is_done_all_the_same_on_postgres() {
    let replicas = Replicas::start(1).await;
    replicas.all[0].quiet().await;
    replicas.store_job(1, "");
    replicas.until_dead(1).await;
    replicas.stop().await;
}
