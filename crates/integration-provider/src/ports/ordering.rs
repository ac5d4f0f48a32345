//! Which jobs are done one after the other.

use std::fmt;
use std::time::Duration;

use bitbucket_api_paths::{PullRequestId, RepoUuid};

use super::Work;
use crate::ids::{InstallationId, RepositoryId};

/// The longest wait between two attempts for which a delivery keeps those behind it waiting.
pub const LONGEST_HOLD: Duration = Duration::from_mins(1);

/// How many failed attempts of a delivery keep those behind it waiting.
pub const MOST_HOLDS: u32 = 5;

/// Jobs with the same ordering key are done one after the other, in the order in which they were stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderingKey(String);

/// What becomes of the place in the order when a job is put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Those behind it wait until it is done or given up.
    Kept,
    /// It is done on its own from now on, and those behind it go on.
    Left,
}

impl OrderingKey {
    /// Deliveries of a followed repository.
    #[must_use]
    pub fn deliveries_of(repository: RepositoryId) -> Self {
        Self(format!("deliveries:{repository}"))
    }

    /// Deliveries of a repository that a workspace's app tells of, whether or not it is followed.
    #[must_use]
    pub fn deliveries_about(installation: InstallationId, repository: &RepoUuid) -> Self {
        Self(format!("deliveries:{installation}:{repository}"))
    }

    /// What is done to one issue of a tracker.
    #[must_use]
    pub fn issue(installation: InstallationId, short_id: &str) -> Self {
        Self(format!("issue:{installation}:{short_id}"))
    }

    /// What is said on one pull request.
    #[must_use]
    pub fn pull_request(repository: RepositoryId, id: PullRequestId) -> Self {
        Self(format!("pull_request:{repository}:{id}"))
    }

    /// The text that is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Work {
    /// The order that the work itself asks for: effects on one issue, and on one pull request, come one after the other. Which
    /// repository a delivery is about stands in the delivery.
    #[must_use]
    pub fn ordering_key(&self, installation: InstallationId) -> Option<OrderingKey> {
        match self {
            Self::CommentOnIssue { short_id, .. }
            | Self::ChangeIssue { short_id, .. }
            | Self::ResolveIssue { short_id, .. } => {
                Some(OrderingKey::issue(installation, short_id))
            }
            Self::CommentOnPullRequest {
                repository,
                pull_request,
                ..
            } => Some(OrderingKey::pull_request(*repository, *pull_request)),
            Self::ProcessDelivery { .. }
            | Self::PublishRelease { .. }
            | Self::RecordDeploy { .. }
            | Self::ReportStatus { .. }
            | Self::TellOfLink { .. }
            | Self::CommentOnLinkedIssue { .. }
            | Self::SettleCreation { .. }
            | Self::SyncRepositories { .. }
            | Self::CheckRepository { .. } => None,
        }
    }

    /// Whether those behind it wait when it is tried again after `wait`, its attempt (from 1) having failed. A delivery must not hold up its repository for long: others may well
    /// succeed. Effects on one issue keep their order until each is done or given up: the last one says how the issue stays.
    #[must_use]
    pub fn place_after(&self, attempt: u32, wait: Duration) -> Place {
        let held = wait <= LONGEST_HOLD && attempt <= MOST_HOLDS;
        match self {
            Self::ProcessDelivery { .. } if !held => Place::Left,
            _ => Place::Kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::DeliveryId;

    fn installation() -> InstallationId {
        InstallationId::from_uuid(Uuid::from_u128(1))
    }

    fn comment(short_id: &str) -> Work {
        Work::CommentOnIssue {
            repository: RepositoryId::from_uuid(Uuid::from_u128(2)),
            commit: "a".repeat(40).parse().unwrap(),
            short_id: short_id.to_owned(),
        }
    }

    #[test]
    fn effects_on_one_issue_come_one_after_the_other() {
        let key = comment("ROCKET-1A").ordering_key(installation()).unwrap();
        assert_eq!(
            key.as_str(),
            "issue:00000000-0000-0000-0000-000000000001:ROCKET-1A"
        );
        assert_ne!(Some(key), comment("ROCKET-2B").ordering_key(installation()));
    }

    #[test]
    fn a_delivery_leaves_the_order_when_it_would_hold_others_up_for_long() {
        let delivery = Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(Uuid::from_u128(3)),
        };
        assert_eq!(delivery.ordering_key(installation()), None);
        let (short, long) = (LONGEST_HOLD, LONGEST_HOLD + Duration::from_millis(1));
        assert_eq!(delivery.place_after(MOST_HOLDS, short), Place::Kept);
        assert_eq!(delivery.place_after(1, long), Place::Left);
        assert_eq!(delivery.place_after(MOST_HOLDS + 1, short), Place::Left);
        assert_eq!(comment("ROCKET-1A").place_after(19, long), Place::Kept);
    }
}
