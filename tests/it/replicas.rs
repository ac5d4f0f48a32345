//! Two replicas of the service on one database: what one of them was told, the other one knows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitbucket_integration::config::{self, Environment};
use bitbucket_integration::{Clock, Deps, RunningService, Service, SystemClock, SystemEntropy};
use bitbucket_simulator::control::{Lifecycle, NewCommit, Push};
use bitbucket_simulator::{Control, Delivery, Simulator, SimulatorConfig, acme};
use bitbucket_test_postgres::Database;
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{Answer, Api, Peers, configure};

const INSTALLED: &str = "/extensions/bitbucket/installed/";
const UNINSTALLED: &str = "/extensions/bitbucket/uninstalled/";

/// The clock of both.
struct Standing(Mutex<Timestamp>);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Two replicas, between the same Bitbucket and the same tracker.
struct Replicas {
    one: RunningService,
    other: RunningService,
    simulator: Simulator,
    _database: Database,
    _folder: TempDir,
}

impl Replicas {
    async fn start() -> Self {
        let (database, folder) = (
            Database::create_for_test().unwrap(),
            TempDir::new().unwrap(),
        );
        let simulator = Simulator::start(SimulatorConfig::acme()).await.unwrap();
        let peers = Peers {
            bitbucket: simulator.bitbucket_url().to_owned(),
            sentry: simulator.sentry_url().to_owned(),
        };
        // Both read one file, and each takes a port that is free.
        let file = configure(&folder, &peers, 0, ("", ""));
        let clock = Arc::new(Standing(Mutex::new(SystemClock.now())));
        let serve = async || {
            let url = database.url();
            let environment = Environment::of([("DATABASE_URL", url.as_str())]);
            let loaded = config::load(Some(&file), &environment).unwrap();
            let deps = Deps {
                clock: Arc::clone(&clock) as Arc<dyn Clock>,
                entropy: Arc::new(SystemEntropy::default()),
            };
            Service::start(loaded.config, deps).await.unwrap()
        };
        Self {
            one: serve().await,
            other: serve().await,
            simulator,
            _database: database,
            _folder: folder,
        }
    }

    fn control(&self) -> Control {
        self.simulator.control()
    }

    async fn stop(self) {
        self.one.shutdown().await;
        self.other.shutdown().await;
        self.simulator.shutdown().await;
    }
}

fn api(service: &RunningService) -> Api {
    Api::new(&service.url(), Some(service.api_key().expose_secret()))
}

/// Sends what was meant for one of them to this one: signatures and tokens cover the path, not the host.
async fn to(service: &RunningService, delivery: &Delivery) -> Answer {
    let mut delivery = delivery.clone();
    let path = delivery.url.splitn(4, '/').nth(3).unwrap();
    delivery.url = format!("{}/{path}", service.url());
    api(service).send(&delivery).await
}

async fn told(replicas: &Replicas, lifecycle: Lifecycle) -> Delivery {
    replicas.control().tell_held(&lifecycle).await.unwrap()
}

/// Deliveries that this one accepted, and those that it knew.
async fn deliveries(service: &RunningService) -> (Option<u64>, Option<u64>) {
    let status = api(service).get("/api/v1/status").await.good();
    let count = |what: &str| status["deliveries"][what].as_u64();
    (count("accepted"), count("duplicate"))
}

async fn is_active(service: &RunningService) -> bool {
    let list = api(service).get("/api/v1/installations").await.good();
    list["installations"][0]["state"] == "active"
}

#[tokio::test]
async fn a_call_that_one_replica_took_is_refused_by_the_other_one_on_postgres() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let key = acme::CONNECT_CLIENT_KEY;
    let secret = acme::CONNECT_SHARED_SECRET;
    let url = |path: &str| format!("{}{path}", one.url());

    let install = told(&replicas, Lifecycle::installed(key, url(INSTALLED))).await;
    assert_eq!(to(one, &install).await.status, 200);
    let link = json!({"workspace": "acme", "credential": {"kind": "installed_app"}});
    api(one).post("/api/v1/installations", &link).await.good();

    let gone = told(
        &replicas,
        Lifecycle::uninstalled(key, url(UNINSTALLED), secret),
    )
    .await;
    assert_eq!(to(one, &gone).await.status, 200);
    assert!(!is_active(other).await);
    let back = Lifecycle::installed(key, url(INSTALLED)).signed_with(secret);
    let back = told(&replicas, back).await;
    assert_eq!(to(other, &back).await.status, 200);

    // Whoever recorded the calls sends them again.
    for (service, call) in [(other, &gone), (one, &gone), (one, &back), (other, &back)] {
        let refused = to(service, call).await;
        let refused = (refused.status, refused.code());
        assert_eq!(refused, (401, "lifecycle_untrusted".to_owned()));
    }
    assert!(is_active(one).await);
    replicas.stop().await;
}

#[tokio::test]
async fn a_delivery_that_both_replicas_get_has_one_effect_on_postgres() {
    let replicas = Replicas::start().await;
    let (one, other) = (&replicas.one, &replicas.other);
    let credential = json!({"kind": "access_token", "token": acme::ACCESS_TOKEN});
    let body = json!({"workspace": "acme", "credential": credential});
    api(one).post("/api/v1/installations", &body).await.good();
    let body = json!({"repository": "acme/rocket", "projects": ["rocket"]});
    api(other).post("/api/v1/repositories", &body).await.good();

    let commit = NewCommit::new("a1", "Fixes ROCKET-1A");
    let push = Push::to("acme/rocket").commits("main", [commit]);
    let held = replicas.control().push_held(&push).await.unwrap();
    let signed = |one: &&Delivery| one.header("X-Hub-Signature").is_some();
    let push = held.deliveries.iter().find(signed).unwrap();
    let (first, second) = tokio::join!(to(one, push), to(other, push));
    assert_eq!((first.status, second.status), (204, 204));
    let counted = (deliveries(one).await, deliveries(other).await);
    let new_and_known = [
        ((Some(1), Some(0)), (Some(0), Some(1))),
        ((Some(0), Some(1)), (Some(1), Some(0))),
    ];
    assert!(new_and_known.contains(&counted), "{counted:?}");

    tokio::time::timeout(Duration::from_secs(60), async {
        one.quiet().await;
        other.quiet().await;
    })
    .await
    .unwrap();
    let jobs = api(one).get("/api/v1/jobs").await.good();
    let kinds: Vec<&Value> = jobs["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| &job["kind"])
        .collect();
    let of = |kind: &str| kinds.iter().filter(|own| ***own == kind).count();
    let counts = (of("process_delivery"), of("comment_on_issue"));
    assert_eq!(counts, (1, 1), "{jobs}");
    replicas.stop().await;
}
