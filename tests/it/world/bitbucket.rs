//! What a scenario does to Bitbucket, and sees of it.

use bitbucket_simulator::control::Seed;
use bitbucket_simulator::world::{AccessToken, Hook, TrackerIssue};
use bitbucket_simulator::{Control, Effect, Fault, Half, acme};

/// The stand-in Bitbucket.
pub struct Bitbucket {
    control: Control,
}

impl Bitbucket {
    pub fn new(control: Control) -> Self {
        Self { control }
    }

    /// The hooks of a repository.
    pub async fn hooks(&self, repository: &str) -> Vec<Hook> {
        self.control.hooks(repository).await.unwrap()
    }

    /// From now on every request fails like this.
    pub async fn fails(&self, fault: super::faults::Failing) {
        self.control.fail(&fault.on(Half::Bitbucket)).await.unwrap();
    }

    /// From now on requests of one kind are refused with a status.
    pub async fn refuses(&self, method: &str, path_prefix: &str, status: u16) {
        let fault = Fault::status(Half::Bitbucket, status)
            .for_method(method)
            .at(path_prefix);
        self.control.fail(&fault).await.unwrap();
    }

    /// The next listing's link to its next page points to another host.
    pub async fn links_its_next_page_to(&self, origin: &str) {
        let fault = Fault::on(
            Half::Bitbucket,
            Effect::ForeignNext {
                origin: origin.to_owned(),
            },
        );
        self.control.fail(&fault.once()).await.unwrap();
    }

    /// From now on every request is sent to another host.
    pub async fn redirects_to(&self, status: u16, origin: &str) {
        let origin = origin.to_owned();
        let fault = Fault::on(Half::Bitbucket, Effect::Redirect { status, origin });
        self.control.fail(&fault).await.unwrap();
    }

    /// The next request of one kind is carried out, but its answer never comes.
    pub async fn loses_the_answer_to(&self, method: &str, path_prefix: &str) {
        let fault = Fault::on(Half::Bitbucket, Effect::CloseAfter)
            .for_method(method)
            .at(path_prefix)
            .once();
        self.control.fail(&fault).await.unwrap();
    }

    /// It still has its issue trackers, and acme's token may write there.
    pub async fn has_issue_trackers(&self) {
        self.seed(Seed::IssueTracker(true)).await;
        let scopes = [
            "account",
            "repository",
            "pullrequest",
            "webhook",
            "issue:write",
        ];
        let token = AccessToken::new(
            "acme access token",
            acme::ACCESS_TOKEN,
            acme::WORKSPACE,
            &scopes,
        );
        self.seed(Seed::AccessToken(token)).await;
    }

    /// The build statuses in a repository: commit, key, state, description.
    pub async fn statuses(&self, repository: &str) -> Vec<[String; 4]> {
        let shown = self.control.repository(repository).await.unwrap();
        let status = |one: bitbucket_simulator::world::BuildStatus| {
            let description = one.description.unwrap_or_default();
            [one.commit, one.key, one.state, description]
        };
        shown.statuses.into_iter().map(status).collect()
    }

    /// The issues in a repository's tracker.
    pub async fn issues(&self, repository: &str) -> Vec<TrackerIssue> {
        self.control.repository(repository).await.unwrap().issues
    }

    /// Nothing fails any more.
    pub async fn recovers(&self) {
        self.control.clear_faults().await.unwrap();
    }

    /// Puts something into the world.
    pub async fn seed(&self, seed: Seed) {
        self.control.seed([seed]).await.unwrap();
    }
}
