//! `[pull_requests]`: what is done about pull requests, beside following them.

use bitbucket_integration_provider::PullRequestSettings;
use serde::Deserialize;

/// `[pull_requests]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PullRequestsConfig {
    /// Whether something is said on the pull request itself.
    pub comment: PullRequestComment,
}

/// What is said on a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullRequestComment {
    /// Nothing.
    #[default]
    Off,
    /// Which issues it will resolve; one comment, kept up to date.
    Issues,
}

impl PullRequestsConfig {
    /// The same for the integration.
    #[must_use]
    pub const fn settings(self) -> PullRequestSettings {
        PullRequestSettings {
            comment: matches!(self.comment, PullRequestComment::Issues),
        }
    }
}
