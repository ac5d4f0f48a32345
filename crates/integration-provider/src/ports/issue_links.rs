//! Which issues of Bitbucket's own tracker belong to which issues of the error tracker.

use async_trait::async_trait;
use bitbucket_api_paths::IssueId;
use jiff::Timestamp;

use super::{Listed, NewJob, Page, ProjectSlug, StoreError};
use crate::ids::{InstallationId, LinkId, RepositoryId};

/// An issue of the error tracker and the issue at Bitbucket that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueLink {
    /// Our identifier.
    pub id: LinkId,
    /// The installation it belongs to.
    pub installation: InstallationId,
    /// The repository whose tracker has the issue.
    pub repository: RepositoryId,
    /// The short id of the error tracker's issue, as that tracker spells it.
    pub short_id: String,
    /// The project of that issue.
    pub project: ProjectSlug,
    /// The number of the issue at Bitbucket.
    pub number: IssueId,
    /// Its title when it was linked.
    pub title: String,
    /// Where a person sees it.
    pub web_url: Option<String>,
    /// When the two were linked.
    pub linked_at: Timestamp,
}

/// An issue that Bitbucket is about to be asked to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueCreation {
    /// The identifier that the link will have. It also stands in the text of the issue, so that it is found there.
    pub id: LinkId,
    /// The installation it belongs to.
    pub installation: InstallationId,
    /// The repository whose tracker gets the issue.
    pub repository: RepositoryId,
    /// The short id of the error tracker's issue.
    pub short_id: String,
    /// The project of that issue.
    pub project: ProjectSlug,
    /// Its title.
    pub title: String,
    /// What makes a second request the same one, unique within an installation.
    pub key: String,
    /// Tells whether a second request with this key asks for the same: a digest of what is asked for.
    pub fingerprint: String,
    /// Since when somebody asks Bitbucket for it.
    pub begun_at: Timestamp,
}

/// What became of a creation that was to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is stored now, with its job: Bitbucket may be asked.
    New,
    /// An earlier request began it under this identifier and did not learn its end; it is the caller's now.
    Resumed(LinkId),
    /// Somebody else is asking Bitbucket right now.
    Underway,
    /// It was done before.
    Done(Box<IssueLink>),
    /// The key was used for something else.
    OtherRequest,
}

/// What became of a link that was to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// It is stored now, with its jobs.
    New,
    /// The two issues are linked already: so. Nothing was stored.
    Existing(Box<IssueLink>),
}

/// Which links are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinksOf {
    /// All of them.
    All,
    /// Those of the error tracker's issue with this short id.
    Issue(String),
    /// Those to issues of this repository.
    Repository(RepositoryId),
    /// Those to this issue of a repository.
    Number(RepositoryId, IssueId),
}

/// Remembers which issues belong together.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait IssueLinks: Send + Sync {
    /// Stores a creation with the job that settles it, unless there is one with its key. One that somebody began before `stale_before` and
    /// did not end is taken over.
    async fn begin(
        &self,
        creation: &IssueCreation,
        stale_before: Timestamp,
        job: &NewJob,
    ) -> Result<Begun, StoreError>;

    /// The creation with this identifier, while Bitbucket has not said that it is done.
    async fn unfinished(&self, id: LinkId) -> Result<Option<IssueCreation>, StoreError>;

    /// Lets the next request take a creation over at once, for Bitbucket did not say what became of it.
    async fn pause(&self, id: LinkId) -> Result<(), StoreError>;

    /// Forgets a creation that nobody began after `begun_until`, and that it is to be settled; says whether there was one.
    async fn abandon(&self, id: LinkId, begun_until: Timestamp) -> Result<bool, StoreError>;

    /// Makes a link of a creation, which need not be settled then, and stores what follows from it, all or nothing; says whether it was
    /// unfinished until now. The repository becomes the project's usual one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the two issues are linked already.
    async fn finish(&self, link: &IssueLink, jobs: &[NewJob]) -> Result<bool, StoreError>;

    /// Stores a link and what follows from it, all or nothing, unless the two issues are linked already. The repository becomes the
    /// project's usual one.
    async fn link(&self, link: &IssueLink, jobs: &[NewJob]) -> Result<Linked, StoreError>;

    /// Forgets a link; says whether there was one. Nothing happens to the issues.
    async fn unlink(&self, id: LinkId) -> Result<bool, StoreError>;

    /// The link with this identifier.
    async fn find(&self, id: LinkId) -> Result<Option<IssueLink>, StoreError>;

    /// Links, the newest first.
    async fn list(&self, of: LinksOf, page: Page) -> Result<Listed<IssueLink>, StoreError>;

    /// The repository that a project's issues went to last.
    async fn usual_repository(
        &self,
        installation: InstallationId,
        project: &ProjectSlug,
    ) -> Result<Option<RepositoryId>, StoreError>;
}
