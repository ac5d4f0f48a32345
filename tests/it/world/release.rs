//! Releases, as a pipeline asks for them.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bitbucket_simulator::sha;
use serde_json::{Value, json};

use super::World;
use super::api::Api;

/// A release that is being described; awaiting it asks for it and waits for its end.
pub struct Releasing<'a> {
    world: &'a World,
    body: Value,
}

/// A release as the service showed it last.
pub struct Release {
    api: Api,
    shown: Value,
}

impl<'a> Releasing<'a> {
    pub(super) fn new(world: &'a World, repository: &str, version: &str) -> Self {
        Self {
            world,
            body: json!({"version": version, "repository": repository}),
        }
    }

    /// Its newest commit, by label.
    pub fn at(self, label: &str) -> Self {
        self.at_sha(&sha(label))
    }

    /// Its newest commit, as it is written.
    pub fn at_sha(mut self, sha: &str) -> Self {
        self.body["commit"] = json!(sha);
        self
    }

    /// The newest commit that is not in it, by label.
    pub fn since(mut self, label: &str) -> Self {
        self.body["previous"] = json!(sha(label));
        self
    }

    /// Deployed to an environment at once.
    pub fn to(mut self, environment: &str) -> Self {
        self.body["environment"] = json!(environment);
        self
    }

    /// Built from these repositories instead of one, each with its newest commit, by label.
    pub fn from(mut self, refs: &[(&str, &str)]) -> Self {
        let refs: Vec<Value> = refs
            .iter()
            .map(|(repository, label)| json!({"repository": repository, "commit": sha(label)}))
            .collect();
        self.body = json!({"version": self.body["version"], "refs": refs});
        self
    }

    /// Asks for it without waiting for its end.
    pub async fn unwaited(self) -> Release {
        let api = self.world.api();
        let shown = api.post("/api/v1/releases", &self.body).await.good();
        Release { api, shown }
    }

    /// Asks for it and is refused.
    pub async fn gets_refused(self, status: u16, code: &str) {
        let answer = self.world.api().post("/api/v1/releases", &self.body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{}",
            answer.message()
        );
    }
}

impl<'a> IntoFuture for Releasing<'a> {
    type Output = Release;
    type IntoFuture = Pin<Box<dyn Future<Output = Release> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let world = self.world;
            let release = self.unwaited().await;
            world
                .until("the release is done", async || {
                    release.now().await.shown["state"] != "pending"
                })
                .await;
            release.now().await
        })
    }
}

impl Release {
    /// The same release as it is now.
    pub async fn now(&self) -> Self {
        let shown = self
            .api
            .get(&format!("/api/v1/releases/{}", self.id()))
            .await
            .good();
        Self {
            api: self.api.clone(),
            shown,
        }
    }

    /// Where it begins, by label.
    #[track_caller]
    pub fn begins_at(&self, label: &str) {
        assert_eq!(self.shown["previous"], json!(sha(label)), "{}", self.shown);
    }

    /// Where it was deployed, in this order.
    #[track_caller]
    pub fn is_deployed_to(&self, environments: &[&str]) {
        let deploys = self.shown["deploys"].as_array().unwrap();
        let shown: Vec<&str> = deploys
            .iter()
            .map(|deploy| deploy["environment"].as_str().unwrap())
            .collect();
        assert_eq!(shown, environments);
    }

    /// Which other repositories are in its version.
    #[track_caller]
    pub fn has_parts(&self, repositories: &[&str]) {
        let parts = self.shown["parts"].as_array().unwrap();
        let shown: Vec<&str> = parts
            .iter()
            .map(|part| part["repository"].as_str().unwrap())
            .collect();
        assert_eq!(shown, repositories);
    }

    pub fn id(&self) -> &str {
        self.shown["id"].as_str().unwrap()
    }

    #[track_caller]
    pub fn is_published_with(&self, commits: u64) {
        assert_eq!(
            (
                self.shown["state"].as_str(),
                self.shown["commit_count"].as_u64()
            ),
            (Some("published"), Some(commits)),
            "{}",
            self.shown
        );
    }

    #[track_caller]
    pub fn names(&self, issues: &[&str]) {
        assert_eq!(self.shown["issues"], json!(issues));
    }

    #[track_caller]
    pub fn warns(&self, part: &str) {
        let warnings = self.shown["warnings"].to_string();
        assert!(warnings.contains(part), "{warnings} does not say `{part}`");
    }

    #[track_caller]
    pub fn failed(&self, code: &str, part: &str) {
        assert_eq!(
            (
                self.shown["state"].as_str(),
                self.shown["failure"]["code"].as_str()
            ),
            (Some("failed"), Some(code)),
            "{}",
            self.shown
        );
        let message = self.shown["failure"]["message"].as_str().unwrap();
        assert!(message.contains(part), "`{message}` does not say `{part}`");
    }
}
