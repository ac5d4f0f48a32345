//! `[build_status]`: what is said on commits.

use bitbucket_integration_provider::BuildStatusSettings;
use serde::Deserialize;

/// `[build_status]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuildStatusConfig {
    /// Whether something is said on a commit.
    pub report: BuildStatusReport,
}

/// What is said on a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BuildStatusReport {
    /// Nothing.
    #[default]
    Off,
    /// Which issues it is about.
    Issues,
}

impl BuildStatusConfig {
    /// The same for the integration.
    #[must_use]
    pub const fn settings(self) -> BuildStatusSettings {
        BuildStatusSettings {
            report: matches!(self.report, BuildStatusReport::Issues),
        }
    }
}
