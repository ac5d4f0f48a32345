//! Linking an issue at Bitbucket that is there, and what is known of links.

use bitbucket_api_paths::{IssueId, RepoFullName};

use super::{IssueError, LONGEST_DESCRIPTION};
use crate::digest;
use crate::ids::LinkId;
use crate::integration::Integration;
use crate::ports::{IssueLink, Linked, NewJob, Work};

/// An issue at Bitbucket that is to be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkIssue {
    /// The short id of the error tracker's issue.
    pub issue: String,
    /// The repository whose tracker has the issue.
    pub repository: RepoFullName,
    /// The number of the issue there.
    pub number: IssueId,
    /// What is said on it.
    pub comment: Option<String>,
}

/// Two issues that are linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIssue {
    /// The link.
    pub link: IssueLink,
    /// Whether it is new.
    pub created: bool,
}

impl LinkedIssue {
    pub(super) const fn known(link: IssueLink) -> Self {
        Self {
            link,
            created: false,
        }
    }
}

impl Integration {
    /// Links an issue at Bitbucket with one of the error tracker. The comment, if there is one, is written by a job.
    ///
    /// # Errors
    /// [`IssueError`]; nothing was stored then.
    pub async fn link_issue(&self, request: LinkIssue) -> Result<LinkedIssue, IssueError> {
        let comment = request.comment.as_deref().map(str::trim);
        let comment = comment.filter(|text| !text.is_empty());
        if comment.is_some_and(|text| text.len() > LONGEST_DESCRIPTION) {
            return Err(IssueError::Invalid {
                what: format!("field `comment` is longer than {LONGEST_DESCRIPTION} bytes"),
            });
        }
        let subject = self.subject(&request.repository, &request.issue).await?;
        let shown = subject.client.issue(&subject.at(), request.number).await;
        let shown = shown.map_err(|error| match IssueError::of_bitbucket(error) {
            IssueError::Bitbucket(error) if error.status() == Some(404) => {
                IssueError::UnknownNumber
            }
            other => other,
        })?;
        let link = IssueLink {
            id: LinkId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
            installation: subject.installation.id,
            repository: subject.repository.id,
            short_id: subject.issue.short_id,
            project: subject.issue.project,
            number: shown.id,
            title: shown.title,
            web_url: shown.html_url,
            linked_at: self.ports.clock.now(),
        };
        let mut jobs = vec![self.job(link.installation, Work::TellOfLink { link: link.id })];
        jobs.extend(comment.map(|text| self.link_comment_job(&link, text)));
        match self.ports.issue_links.link(&link, &jobs).await? {
            Linked::New => Ok(LinkedIssue {
                link,
                created: true,
            }),
            Linked::Existing(known) => {
                // The same text on the same link is one job, so it is said once.
                if let Some(text) = comment {
                    let job = self.link_comment_job(&known, text);
                    self.ports.jobs.enqueue(&[job]).await?;
                }
                Ok(LinkedIssue::known(*known))
            }
        }
    }

    fn link_comment_job(&self, link: &IssueLink, text: &str) -> NewJob {
        let work = Work::CommentOnLinkedIssue {
            link: link.id,
            digest: digest::of_parts(&[text]),
            text: text.to_owned(),
        };
        self.job(link.installation, work)
    }

    /// Forgets a link. Nothing happens to the issues.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn unlink_issue(&self, id: LinkId) -> Result<(), IssueError> {
        if self.ports.issue_links.unlink(id).await? {
            Ok(())
        } else {
            Err(IssueError::UnknownLink)
        }
    }

    /// The link with this identifier.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn issue_link(&self, id: LinkId) -> Result<IssueLink, IssueError> {
        let found = self.ports.issue_links.find(id).await?;
        found.ok_or(IssueError::UnknownLink)
    }
}
