//! What a scenario does to Bitbucket, and sees of it.

use bitbucket_simulator::control::Seed;
use bitbucket_simulator::world::Hook;
use bitbucket_simulator::{Control, Effect, Fault, Half};

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

    /// Nothing fails any more.
    pub async fn recovers(&self) {
        self.control.clear_faults().await.unwrap();
    }

    /// Puts something into the world.
    pub async fn seed(&self, seed: Seed) {
        self.control.seed([seed]).await.unwrap();
    }
}
