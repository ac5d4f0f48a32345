//! A stand-in Bitbucket of its own for each test, and clients of it that wait without time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, RepoFullName, RepoRef, Revision, UserRef, Workspace};
use bitbucket_http_client::policy::{Jitter, Retry, RetryPolicy, Wait};
use bitbucket_http_client::{
    AccessToken, ApiToken, Authorize, BaseUrl, BitbucketClient, Clock, HyperTransport,
};
use bitbucket_simulator::world::{self, World};
use bitbucket_simulator::{
    Clock as StoppedClock, Fault, Record, Simulator, SimulatorConfig, acme, sha as hash,
};
use secrecy::SecretString;

use super::offered;

/// A wait that takes no time and is remembered.
#[derive(Default)]
pub struct Waits(Mutex<Vec<Duration>>);

#[async_trait]
impl Wait for Waits {
    async fn wait(&self, duration: Duration) {
        self.0.lock().unwrap().push(duration);
    }
}

pub struct Peer {
    pub simulator: Simulator,
    waits: Arc<Waits>,
}

impl Peer {
    /// Its clock stands still, and is the clients' too.
    pub async fn start() -> Self {
        let mut config = SimulatorConfig::acme();
        config.world.clock = StoppedClock::Stopped(now());
        Self {
            simulator: Simulator::start(config).await.unwrap(),
            waits: Arc::default(),
        }
    }

    /// A client with the workspace's access token.
    pub fn client(&self) -> BitbucketClient {
        self.client_as(Arc::new(AccessToken::new(&acme::ACCESS_TOKEN.into())))
    }

    /// A client of Ada, a person with an API token.
    pub fn ada(&self) -> BitbucketClient {
        let token = SecretString::from(acme::API_TOKEN);
        self.client_as(Arc::new(ApiToken::new(acme::API_EMAIL, &token)))
    }

    /// A client with an access token that holds just these scopes.
    pub fn client_with(&self, scopes: &[&str]) -> BitbucketClient {
        let token = format!("token with {}", scopes.join(" ")).replace(' ', "-");
        let made = world::AccessToken::new("special token", &token, acme::WORKSPACE, scopes);
        self.change(|world| world.bitbucket.access_tokens.push(made));
        self.client_as(Arc::new(AccessToken::new(&token.into())))
    }

    pub fn client_as(&self, auth: Arc<dyn Authorize>) -> BitbucketClient {
        let transport = HyperTransport::builder()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        self.client_over(transport, auth)
    }

    pub fn client_over(
        &self,
        transport: HyperTransport,
        auth: Arc<dyn Authorize>,
    ) -> BitbucketClient {
        let base = BaseUrl::parse(self.simulator.bitbucket_url()).unwrap();
        let clock: Clock = Arc::new(now);
        let retry = Retry::new(
            RetryPolicy::default(),
            Arc::clone(&self.waits) as Arc<dyn Wait>,
            Jitter::seeded(1),
        );
        BitbucketClient::new(base, Arc::new(transport), auth, clock).with_retry(retry)
    }

    pub fn change(&self, change: impl FnOnce(&mut World)) {
        self.simulator.change_world(change);
    }

    /// Changes `acme/rocket`.
    pub fn change_rocket(&self, change: impl FnOnce(&mut world::Repository)) {
        self.change(|world| change(&mut world.bitbucket.repositories[0]));
    }

    pub async fn push(&self, push: bitbucket_simulator::control::Push) {
        self.simulator.control().push(&push).await.unwrap();
    }

    pub fn fail(&self, fault: Fault) {
        self.simulator.fail(fault);
    }

    /// The waits since the last asking.
    pub fn waits(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.waits.0.lock().unwrap())
    }

    /// What was asked since the last asking.
    pub fn asked(&self) -> Vec<Record> {
        let records = self.simulator.records();
        offered::check(&records);
        self.simulator.clear_records();
        records
    }
}

impl Drop for Peer {
    /// Whatever a test asked is compared with what the paths say of it.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            offered::check(&self.simulator.records());
        }
    }
}

/// Runs `check` with pages of one entry, of two, and as long as the client asks for; gives how many requests each took.
pub async fn in_pages_of_every_length(peer: &Peer, check: impl AsyncFn()) -> [usize; 3] {
    let mut requests = [0; 3];
    for (count, cap) in requests.iter_mut().zip([Some(1), Some(2), None]) {
        peer.change(|world| world.bitbucket.page_cap = cap);
        peer.asked();
        check().await;
        *count = peer.asked().len();
    }
    requests
}

/// When all of this happens.
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_795_341_600).unwrap()
}

pub fn rocket() -> RepoRef {
    RepoRef::from(RepoFullName::parse(acme::REPOSITORY).unwrap())
}

pub fn workspace() -> Workspace {
    Workspace::parse(acme::WORKSPACE).unwrap()
}

/// The commit that the stand-in knows by a short name.
pub fn sha(label: &str) -> CommitSha {
    CommitSha::parse(&hash(label)).unwrap()
}

pub fn revision(text: &str) -> Revision {
    Revision::parse(text).unwrap()
}

pub fn ada() -> UserRef {
    UserRef::parse(acme::ADA_UUID).unwrap()
}
