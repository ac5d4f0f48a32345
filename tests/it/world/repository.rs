//! A followed repository, and what happens in it.

use bitbucket_simulator::control::{NewCommit, Push, RefChange};
use bitbucket_simulator::{Control, Delivery, acme, sha};

use super::World;
use super::release::Releasing;
use super::verbs::Sent;

/// A repository. Pushes go to its branch `main` unless a branch is named.
pub struct Repository<'a> {
    world: &'a World,
    name: String,
}

impl<'a> Repository<'a> {
    pub(super) fn new(world: &'a World, name: &str) -> Self {
        Self {
            world,
            name: name.to_owned(),
        }
    }

    pub(super) const fn world(&self) -> &'a World {
        self.world
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn control(&self) -> &Control {
        &self.world.control
    }

    fn pushing(&self) -> Push {
        Push::to(&self.name)
    }

    async fn sent(&self, push: Push) -> Sent {
        let pushed = self.control().push(&push).await.unwrap();
        Sent::of(pushed)
    }

    /// Somebody pushes commits, oldest first.
    pub async fn push(&self, commits: impl IntoIterator<Item = NewCommit>) -> Sent {
        self.push_to("main", commits).await
    }

    pub async fn push_to(
        &self,
        branch: &str,
        commits: impl IntoIterator<Item = NewCommit>,
    ) -> Sent {
        self.sent(self.pushing().commits(branch, commits)).await
    }

    /// One push that changes two branches.
    pub async fn push_to_both(
        &self,
        (one, commits): (&str, impl IntoIterator<Item = NewCommit>),
        (other, more): (&str, impl IntoIterator<Item = NewCommit>),
    ) -> Sent {
        self.sent(self.pushing().commits(one, commits).commits(other, more))
            .await
    }

    /// Somebody throws a branch back to `onto` and pushes other commits.
    pub async fn force_push(
        &self,
        branch: &str,
        onto: &str,
        commits: impl IntoIterator<Item = NewCommit>,
    ) -> Sent {
        let commits = commits.into_iter().collect();
        let change = RefChange::Branch {
            name: branch.to_owned(),
            commits,
            onto: Some(onto.to_owned()),
        };
        self.sent(self.pushing().change(change)).await
    }

    pub async fn delete_branch(&self, branch: &str) -> Sent {
        self.sent(self.pushing().delete_branch(branch)).await
    }

    pub async fn tag(&self, name: &str, label: &str) -> Sent {
        self.sent(self.pushing().tag(name, label)).await
    }

    /// Somebody pushes, but the delivery is handed over instead of sent.
    pub async fn push_held(&self, commits: impl IntoIterator<Item = NewCommit>) -> Delivery {
        self.held(commits, |delivery| {
            delivery.header("X-Hub-Signature").is_some()
        })
        .await
    }

    /// Somebody pushes, and only the Connect app is told.
    pub async fn push_to_app(&self, commits: impl IntoIterator<Item = NewCommit>) -> Sent {
        let delivery = self.push_to_app_held(commits).await;
        self.world.deliver(&delivery).await
    }

    /// Somebody pushes, and the delivery to the Connect app is handed over instead of sent.
    pub async fn push_to_app_held(&self, commits: impl IntoIterator<Item = NewCommit>) -> Delivery {
        self.held(commits, |delivery| {
            delivery.header("Authorization").is_some()
        })
        .await
    }

    async fn held(
        &self,
        commits: impl IntoIterator<Item = NewCommit>,
        wanted: impl Fn(&Delivery) -> bool,
    ) -> Delivery {
        let pushed = self
            .control()
            .push_held(&self.pushing().commits("main", commits))
            .await
            .unwrap();
        pushed
            .deliveries
            .into_iter()
            .find(wanted)
            .expect("somebody listens")
    }

    /// The address that its hook calls.
    pub async fn hook_url(&self) -> String {
        self.hook().await.url
    }

    /// The secret of its hook.
    pub async fn hook_secret(&self) -> String {
        self.hook().await.secret.expect("our hooks have a secret")
    }

    async fn hook(&self) -> bitbucket_simulator::world::Hook {
        let mut hooks = self.control().hooks(&self.name).await.unwrap();
        assert_eq!(hooks.len(), 1, "{} has one hook", self.name);
        hooks.remove(0)
    }

    /// Where Bitbucket is asked for the changed files of a commit of `acme/rocket`.
    pub fn diffstat_path(&self, label: &str) -> String {
        let uuid = acme::REPOSITORY_UUID
            .replace('{', "%7B")
            .replace('}', "%7D");
        format!("/2.0/repositories/%7B%7D/{uuid}/diffstat/{}", sha(label))
    }

    /// A pipeline asks for a release.
    pub fn releases(&self, version: &str) -> Releasing<'a> {
        Releasing::new(self.world, &self.name, version)
    }
}
