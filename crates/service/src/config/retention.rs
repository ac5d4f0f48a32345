//! `[retention]`: how long what is old is kept.

use serde::Deserialize;

use super::value;

/// `[retention]`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionConfig {
    /// How long deliveries are kept, in days; also how long the same delivery is recognised.
    #[serde(deserialize_with = "value::positive")]
    pub deliveries_days: u32,
    /// How long jobs are kept that are done, in days. Dead ones stay until they are purged.
    #[serde(deserialize_with = "value::positive")]
    pub jobs_days: u32,
    /// How long pull requests are kept that are merged, declined or superseded, in days.
    #[serde(deserialize_with = "value::positive")]
    pub pull_requests_days: u32,
    /// How long deploys are kept, in days, but for the last one of each environment; as long as jobs at least.
    #[serde(deserialize_with = "value::positive")]
    pub deploys_days: u32,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            deliveries_days: 90,
            jobs_days: 30,
            pull_requests_days: 365,
            deploys_days: 365,
        }
    }
}
