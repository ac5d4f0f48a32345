//! Pull requests of a repository, and what is told of them.

use bitbucket_simulator::control::Seed;
use bitbucket_simulator::sha;
use bitbucket_simulator::world::{self, PullRequestState};
use serde_json::{Value, json};

use super::World;
use super::repository::Repository;
use super::verbs::Sent;

/// A pull request.
pub struct PullRequest<'a> {
    world: &'a World,
    repository: String,
    id: u64,
}

impl<'a> Repository<'a> {
    /// Somebody opens a pull request from a branch to `main`; the hook is told by [`PullRequest::tells`].
    pub async fn proposes(&self, title: &str, branch: &str) -> PullRequest<'a> {
        let (world, name) = (self.world(), self.name().to_owned());
        let mut shown = world.control.repository(&name).await.unwrap();
        let now = world.control.now().await.unwrap();
        let ends = (branch, "main");
        let made = world::PullRequest::between(&shown, "ada", title, ends, now).unwrap();
        let id = made.id;
        shown.pull_requests.push(made);
        world.bitbucket.seed(Seed::Repository(shown)).await;
        PullRequest {
            world,
            repository: name,
            id,
        }
    }
}

impl PullRequest<'_> {
    async fn shown(&self) -> world::PullRequest {
        let shown = self.world.control.repository(&self.repository).await;
        let mut all = shown.unwrap().pull_requests.into_iter();
        all.find(|one| one.id == self.id).unwrap()
    }

    /// Something about it changes at Bitbucket, a second after the last change.
    pub async fn becomes(&self, change: impl FnOnce(&mut world::PullRequest)) {
        let mut shown = self
            .world
            .control
            .repository(&self.repository)
            .await
            .unwrap();
        let mut all = shown.pull_requests.iter_mut();
        let own = all.find(|one| one.id == self.id).unwrap();
        change(own);
        own.updated_on += std::time::Duration::from_secs(1);
        self.world.bitbucket.seed(Seed::Repository(shown)).await;
    }

    /// It is merged by this commit, which was pushed before or is pushed after.
    pub async fn is_merged_by(&self, label: &str) {
        let merge = sha(label);
        self.becomes(|own| {
            own.state = PullRequestState::Merged;
            own.merge_commit = Some(merge);
        })
        .await;
    }

    /// Bitbucket tells the hooks of it, as it is now.
    pub async fn tells(&self, event: &str) -> Sent {
        let payload = self.payload().await;
        self.world.tells(&self.repository, event, &payload).await
    }

    async fn payload(&self) -> Value {
        let own = self.shown().await;
        // Bitbucket abbreviates the hashes of a pull request.
        let short = |sha: &str| json!({"hash": sha[..12]});
        json!({"pullrequest": {
            "type": "pullrequest", "id": own.id, "title": own.title, "description": own.description,
            "state": own.state.as_str(), "draft": own.draft, "updated_on": own.updated_on.to_string(),
            "source": {"branch": {"name": own.source.branch}, "commit": short(&own.source.commit)},
            "destination": {"branch": {"name": own.destination.branch}, "commit": short(&own.destination.commit)},
            "merge_commit": own.merge_commit.as_deref().map(short),
            "author": {"display_name": "Ada Lovelace"}
        }})
    }

    /// What is said on it, oldest first.
    pub async fn comments(&self) -> Vec<String> {
        let own = self.shown().await;
        own.comments
            .into_iter()
            .map(|comment| comment.raw)
            .collect()
    }
}
