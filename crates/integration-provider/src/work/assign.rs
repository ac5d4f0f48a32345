//! Assigning an issue to the author of the commit that resolves it.

use super::WorkError;
use crate::integration::Integration;
use crate::ports::{Capability, IssueTracker, LoggedCommit, TrackerIssue};

/// Longest e-mail address that is asked for, in bytes (RFC 5321 §4.5.3.1.3, without the brackets).
const LONGEST_ADDRESS: usize = 254;

impl Integration {
    /// Assigns the issue to the commit's author, where that is wanted, nobody has the issue yet, and the tracker knows the author by the
    /// e-mail address that the commit says.
    pub(super) async fn assign_author(
        &self,
        tracker: &dyn IssueTracker,
        issue: &TrackerIssue,
        commit: &LoggedCommit,
    ) -> Result<(), WorkError> {
        let wanted = self.settings.authors.assign && !issue.assigned;
        if !wanted || !tracker.capabilities().has(Capability::Assign) {
            return Ok(());
        }
        let Some(address) = commit
            .author_email
            .as_deref()
            .filter(|text| is_address(text))
        else {
            return Ok(());
        };
        if !tracker.assign(issue, address).await? {
            tracing::info!(
                issue.short_id = issue.short_id,
                commit.sha = %commit.sha,
                "the issue stays without assignee: the tracker knows no person with the address of the commit's author"
            );
        }
        Ok(())
    }
}

/// Whether a commit's text can be an e-mail address, and nothing else that a tracker would take for an assignee, such as `team:7`.
fn is_address(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b":<>,;\"()[]\\".contains(&byte);
    text.len() <= LONGEST_ADDRESS
        && text.bytes().all(plain)
        && text.split_once('@').is_some_and(|(person, host)| {
            !person.is_empty() && !host.is_empty() && !host.contains('@')
        })
}
