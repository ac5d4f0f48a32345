//! What a host application registers: a provider of an integration, described as data.

mod bitbucket;
mod built;

pub use bitbucket::BitbucketProvider;
pub use built::{BuildError, BuiltIntegration, KnownRepository, RepositoryMigration, SetupState};

/// An integration that a host application can offer to its users: what it is, how it is set up, what is kept of it, and what
/// follows. All of it is data and pure functions; the host stores, shows and does.
pub trait IntegrationProvider: Send + Sync {
    /// The word by which the host stores and routes it.
    fn key(&self) -> &str;

    /// What a person reads.
    fn name(&self) -> &str;

    /// The rights that it needs, in the forge's own words.
    fn scopes(&self) -> &[&'static str];

    /// What it does.
    fn features(&self) -> &[Feature];

    /// What a person goes through to set it up, in order. A later step is shown when the one before it is done.
    fn setup(&self) -> &[SetupStep];

    /// What is kept of a finished setup.
    ///
    /// # Errors
    /// [`BuildError`] names the field of `state` that is missing or wrong; nothing may be kept then.
    fn build_integration(&self, state: &SetupState) -> Result<BuiltIntegration, BuildError>;

    /// What is to be done once the integration belongs to an organization: which of its repositories move to it.
    fn post_install(
        &self,
        built: &BuiltIntegration,
        repositories: &[KnownRepository],
    ) -> Vec<RepositoryMigration>;
}

/// One thing that an integration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// The host's word for it.
    pub key: &'static str,
    /// What a person reads before installing.
    pub description: &'static str,
}

/// One step of a setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetupStep {
    /// The host's word for it.
    pub key: &'static str,
    /// What a person does.
    pub description: &'static str,
    /// What the step leaves in the [`SetupState`].
    pub gives: &'static [&'static str],
}

#[cfg(test)]
mod tests;
