//! What a scenario does: connect, follow, deliver, wait.

use std::time::Duration;

use bitbucket_simulator::control::{Emit, Lifecycle, Pushed, Seed};
use bitbucket_simulator::{Delivery, acme};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::World;
use super::api::{Answer, Api};
use super::repository::Repository;
use super::stranger::Stranger;

/// How long anything may take to become so.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(5);

/// Deliveries that were sent.
pub struct Sent {
    deliveries: Vec<Delivery>,
    payload: Value,
}

impl Sent {
    pub(super) fn of(pushed: Pushed) -> Self {
        Self {
            deliveries: pushed.deliveries,
            payload: pushed.payload,
        }
    }

    #[track_caller]
    fn one(&self) -> &Delivery {
        assert_eq!(self.deliveries.len(), 1, "deliveries");
        &self.deliveries[0]
    }

    #[track_caller]
    fn last(&self) -> (u16, Value) {
        let attempt = self.one().attempts.last().expect("it was sent");
        let status = attempt
            .status
            .unwrap_or_else(|| panic!("no answer: {:?}", attempt.error));
        (
            status,
            serde_json::from_str(&attempt.answer).unwrap_or_default(),
        )
    }

    #[track_caller]
    pub fn was_answered(&self, status: u16) {
        let (answered, body) = self.last();
        assert_eq!(answered, status, "{body}");
    }

    #[track_caller]
    pub fn is_answered(&self, status: u16) -> bool {
        self.last().0 == status
    }

    #[track_caller]
    pub fn was_refused(&self, status: u16, code: &str, what: &str) {
        let (answered, body) = self.last();
        assert_eq!(
            (answered, body["code"].as_str()),
            (status, Some(code)),
            "{what}: {body}"
        );
    }

    #[track_caller]
    pub fn was_truncated(&self) {
        assert_eq!(self.payload["push"]["changes"][0]["truncated"], true);
    }

    /// `detail` of the answer.
    #[track_caller]
    pub fn message(&self) -> String {
        self.last().1["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

impl World {
    /// The operator's key.
    pub fn api_key(&self) -> &str {
        self.stack.api_key()
    }

    /// The service's API with its key.
    pub fn api(&self) -> Api {
        self.api_with_key(Some(self.stack.api_key()))
    }

    pub fn api_with_key(&self, key: Option<&str>) -> Api {
        Api::new(self.stack.service_url(), key)
    }

    pub fn service_url(&self, path: &str) -> String {
        format!("{}{path}", self.stack.service_url())
    }

    pub async fn try_connect(&self, workspace: &str, token: &str) -> Answer {
        let credential = json!({"kind": "access_token", "token": token});
        self.api()
            .post(
                "/api/v1/installations",
                &json!({"workspace": workspace, "credential": credential}),
            )
            .await
    }

    /// Connects a workspace with its access token; gives the installation's id.
    pub async fn connect(&self, workspace: &str) -> String {
        let installation = self.try_connect(workspace, acme::ACCESS_TOKEN).await.good();
        installation["id"].as_str().unwrap().to_owned()
    }

    pub async fn connect_with_api_token(&self, workspace: &str) {
        let credential =
            json!({"kind": "api_token", "email": acme::API_EMAIL, "token": acme::API_TOKEN});
        self.api()
            .post(
                "/api/v1/installations",
                &json!({"workspace": workspace, "credential": credential}),
            )
            .await
            .good();
    }

    /// Connects a workspace by its Connect installation, and lets that installation's hook call the service.
    pub async fn connect_as_app(&self, workspace: &str) {
        let mut installations = self.control.world().await.unwrap().bitbucket.installations;
        let mut app = installations.remove(0);
        app.webhook_url = Some(self.service_url("/webhooks/bitbucket/connect"));
        app.base_url = self.service_url("");
        let credential = json!({
            "kind": "connect", "app_key": app.app_key, "client_key": app.client_key, "shared_secret": app.shared_secret
        });
        self.bitbucket.seed(Seed::Installation(app)).await;
        self.api()
            .post(
                "/api/v1/installations",
                &json!({"workspace": workspace, "credential": credential}),
            )
            .await
            .good();
    }

    /// The workspace installs the Connect app, or installs it again: signed with a secret, or with none.
    pub async fn installs_the_app(&self, signed_with: Option<&str>) -> Sent {
        let url = self.service_url("/extensions/bitbucket/installed/");
        let installed = Lifecycle::installed(acme::CONNECT_CLIENT_KEY, url);
        let installed = match signed_with {
            Some(secret) => installed.signed_with(secret),
            None => installed,
        };
        self.told(&installed).await
    }

    /// The workspace removes the Connect app.
    pub async fn removes_the_app(&self, signed_with: &str) -> Sent {
        let url = self.service_url("/extensions/bitbucket/uninstalled/");
        let gone = Lifecycle::uninstalled(acme::CONNECT_CLIENT_KEY, url, signed_with);
        self.told(&gone).await
    }

    /// The call by which the app is installed, handed over instead of sent.
    pub async fn install_call(&self) -> Delivery {
        let url = self.service_url("/extensions/bitbucket/installed/");
        let installed = Lifecycle::installed(acme::CONNECT_CLIENT_KEY, url);
        self.control.tell_held(&installed).await.unwrap()
    }

    /// Bitbucket tells the app that it was installed or removed.
    pub async fn told(&self, lifecycle: &Lifecycle) -> Sent {
        Sent {
            deliveries: vec![self.control.tell(lifecycle).await.unwrap()],
            payload: Value::Null,
        }
    }

    /// Such a call, handed over instead of sent.
    pub async fn told_held(&self, lifecycle: &Lifecycle) -> Delivery {
        self.control.tell_held(lifecycle).await.unwrap()
    }

    /// Links a workspace that has installed the app to the tracker.
    pub async fn link_the_app(&self, workspace: &str) -> Answer {
        let body = json!({"workspace": workspace, "credential": {"kind": "installed_app"}});
        self.api().post("/api/v1/installations", &body).await
    }

    /// The only followed repository, as the API shows it.
    pub async fn followed(&self) -> Value {
        let list = self.api().get("/api/v1/repositories").await.good();
        assert_eq!(list["repositories"].as_array().unwrap().len(), 1, "{list}");
        list["repositories"][0].clone()
    }

    /// The only installation, as the API shows it.
    pub async fn installation(&self) -> Value {
        let list = self.api().get("/api/v1/installations").await.good();
        assert_eq!(list["installations"].as_array().unwrap().len(), 1, "{list}");
        list["installations"][0].clone()
    }

    /// Somebody deletes the hooks of a repository at Bitbucket.
    pub async fn loses_its_hooks(&self, repository: &str) {
        let mut shown = self.control.repository(repository).await.unwrap();
        shown.hooks.clear();
        self.bitbucket.seed(Seed::Repository(shown)).await;
    }

    /// Somebody renames a repository at Bitbucket.
    pub async fn renames(&self, repository: &str, slug: &str) {
        self.control.rename(repository, slug).await.unwrap();
    }

    pub async fn try_follow(&self, repository: &str) -> Answer {
        self.api()
            .post(
                "/api/v1/repositories",
                &json!({"repository": repository, "projects": ["rocket"]}),
            )
            .await
    }

    /// Follows a repository of a connected workspace.
    pub async fn follow(&self, repository: &str) -> Repository<'_> {
        self.try_follow(repository).await.good();
        self.repository(repository)
    }

    /// A repository that may or may not be followed.
    pub fn repository(&self, repository: &str) -> Repository<'_> {
        Repository::new(self, repository)
    }

    /// Bitbucket tells of something that happened to a repository, whatever it is.
    pub async fn tells(&self, repository: &str, event: &str, payload: &Value) -> Sent {
        let payload = payload.as_object().cloned().unwrap_or_default();
        let emit = Emit {
            repository: repository.to_owned(),
            event: event.to_owned(),
            payload,
        };
        let sent = self.control.emit(&emit).await.unwrap();
        Sent {
            deliveries: sent.deliveries,
            payload: Value::Null,
        }
    }

    /// The hook of a repository is told of every event there is.
    pub async fn hears_everything(&self, repository: &str) {
        let mut shown = self.control.repository(repository).await.unwrap();
        for hook in &mut shown.hooks {
            hook.events = vec!["*".to_owned()];
        }
        self.bitbucket.seed(Seed::Repository(shown)).await;
    }

    /// Sends a delivery exactly as it is.
    pub async fn deliver(&self, delivery: &Delivery) -> Sent {
        let sent = self.control.deliver(delivery).await.unwrap();
        Sent {
            deliveries: vec![sent],
            payload: Value::Null,
        }
    }

    /// Sends copies of a delivery at the same time; each is answered 204.
    pub async fn deliver_at_once(&self, delivery: &Delivery, copies: usize) {
        let sent =
            futures_util::future::join_all((0..copies).map(|_| self.deliver(delivery))).await;
        for one in sent {
            one.was_answered(204);
        }
    }

    /// Bitbucket sends a delivery again, with the same request UUID.
    pub async fn redeliver(&self, sent: &Sent) -> Sent {
        let again = self.control.redeliver(sent.one().id).await.unwrap();
        Sent {
            deliveries: vec![again.last_attempt_only()],
            payload: Value::Null,
        }
    }

    /// Somebody sends a delivery again under a new request UUID.
    pub async fn replay(&self, sent: &Sent) -> Sent {
        let again = self.control.replay(sent.one().id).await.unwrap();
        Sent {
            deliveries: vec![again.last_attempt_only()],
            payload: Value::Null,
        }
    }

    /// Nothing was accepted and nothing waits.
    pub async fn has_stored_nothing(&self) {
        let status = self.status().await;
        assert_eq!(
            status.deliveries(),
            (0, 0),
            "accepted and repeated deliveries"
        );
        let jobs = self.api().get("/api/v1/jobs").await.good();
        assert_eq!(jobs["jobs"], json!([]));
    }

    /// So many deliveries were refused with this code.
    pub async fn has_counted(&self, code: &str, count: u64) {
        assert_eq!(
            self.status().await.refused(code),
            count,
            "refused as {code}"
        );
    }

    /// Waits until an issue of the tracker has this many notes, whatever else is still to be done.
    pub async fn until_the_issue_has_notes(&self, short_id: &str, count: usize) {
        self.until(&format!("{short_id} has {count} notes"), async || {
            self.tracker.issue(short_id).await.notes() == count
        })
        .await;
    }

    /// Whether the service says that it can do its work.
    pub async fn becomes_ready(&self, ready: bool) {
        let status = if ready { 200 } else { 503 };
        self.until(&format!("/readyz answers {status}"), async || {
            self.api_with_key(None).get("/readyz").await.status == status
        })
        .await;
    }

    /// Somebody else writes to the service's SQLite file, and does not come to an end.
    pub fn locks_the_database(&self) -> rusqlite::Connection {
        self.expects_errors.set(true);
        let other = rusqlite::Connection::open(self.stack.database()).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    }

    /// Its database fails it, and it says so in its log.
    pub fn expects_errors(&self) {
        self.expects_errors.set(true);
    }

    /// A host that has nothing to do with any of this.
    pub async fn stranger(&self) -> Stranger {
        Stranger::start().await
    }

    /// Somebody sets the clock of the service's machine.
    pub async fn clock_jumps_ahead(&self, by: Duration) {
        self.stack.jump(by.try_into().unwrap());
    }

    /// Somebody sets it back.
    pub async fn clock_jumps_back(&self, by: Duration) {
        let by: jiff::SignedDuration = by.try_into().unwrap();
        self.stack.jump(-by);
    }

    /// Time passes until every job that was put back is due.
    pub async fn passes_the_longest_wait(&self) {
        self.stack.pass_the_longest_wait();
    }

    /// The service stops and starts again on the same data.
    pub async fn restarts(&self) {
        self.stack.restart().await;
    }

    /// Waits until something is so.
    pub(super) async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds().await {
            assert!(
                Instant::now() < end,
                "{what}: not so after {} s",
                PATIENCE.as_secs()
            );
            sleep(GLANCE).await;
        }
    }
}

/// A delivery reduced to its last sending.
trait LastAttempt {
    fn last_attempt_only(self) -> Self;
}

impl LastAttempt for Delivery {
    fn last_attempt_only(mut self) -> Self {
        let last = self.attempts.pop();
        self.attempts = last.into_iter().collect();
        self
    }
}
