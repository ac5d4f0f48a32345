//! What follows from a link between an issue of the error tracker and one at Bitbucket.

use bitbucket_api_paths::RepoRef;
use bitbucket_http_client::policy::Priority;

use super::{WorkError, text};
use crate::ids::LinkId;
use crate::integration::Integration;
use crate::issues::{created_before, stale};
use crate::ports::{Capability, IssueLink, NewJob};

/// Most comments of an issue among which ours is looked for.
const MOST_COMMENTS: usize = 1000;

impl Integration {
    /// Tells the error tracker's issue which one at Bitbucket belongs to it.
    pub(super) async fn tell_of_link(&self, id: LinkId) -> Result<Vec<NewJob>, WorkError> {
        let link = self.known_link(id).await?;
        let repository = self.followed_repository(link.repository).await?;
        let installation = self.active_installation(link.installation).await?;
        let tracker = self.tracker_of(&installation)?;
        if !tracker.capabilities().has(Capability::Comment) {
            return Ok(Vec::new());
        }
        let issue = self
            .permitted_issue(tracker.as_ref(), &link.short_id, &repository.projects)
            .await?;
        let issue = issue.ok_or(WorkError::Gone {
            what: "the tracker's issue",
        })?;
        let text = text::linked(&repository, &link);
        tracker.comment(&issue, &text).await?;
        Ok(Vec::new())
    }

    /// Says something on the issue at Bitbucket, unless it stands there: the answer to it may have been lost.
    pub(super) async fn comment_on_linked_issue(
        &self,
        id: LinkId,
        text: &str,
    ) -> Result<Vec<NewJob>, WorkError> {
        let link = self.known_link(id).await?;
        let repository = self.followed_repository(link.repository).await?;
        let installation = self.active_installation(link.installation).await?;
        let client = self.client(&installation, Priority::Normal).await?;
        let at = RepoRef::from(repository.uuid);
        let said = client.issue_comments(&at, link.number, MOST_COMMENTS).await;
        let said = said.map_err(WorkError::Bitbucket)?.values;
        if !said.iter().any(|comment| comment.raw.trim() == text.trim()) {
            let written = client.comment_on_issue(&at, link.number, text).await;
            written.map_err(WorkError::Bitbucket)?;
        }
        Ok(Vec::new())
    }

    /// Finds out what became of an issue that Bitbucket was asked to create, if whoever asked never learned it.
    pub(super) async fn settle_creation(&self, id: LinkId) -> Result<Vec<NewJob>, WorkError> {
        let links = &self.ports.issue_links;
        let Some(creation) = links.unfinished(id).await? else {
            return Ok(Vec::new());
        };
        let stale = stale(self.ports.clock.now());
        if creation.begun_at > stale {
            return Err(WorkError::Underway);
        }
        let repository = self.followed_repository(creation.repository).await?;
        let installation = self.active_installation(creation.installation).await?;
        let client = self.client(&installation, Priority::Normal).await?;
        let at = RepoRef::from(repository.uuid);
        let found = created_before(client.as_ref(), &at, id).await;
        match found.map_err(WorkError::Bitbucket)? {
            Some(made) => {
                self.finish_creation(&creation, made).await?;
            }
            None => {
                links.abandon(id, stale).await?;
            }
        }
        Ok(Vec::new())
    }

    async fn known_link(&self, id: LinkId) -> Result<IssueLink, WorkError> {
        let link = self.ports.issue_links.find(id).await?;
        link.ok_or(WorkError::Gone { what: "the link" })
    }
}
