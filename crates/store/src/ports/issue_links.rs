//! Which issues at Bitbucket belong to those of the error tracker.

use async_trait::async_trait;
use bitbucket_api_paths::IssueId;
use bitbucket_integration_provider::ports::{
    Begun, IssueCreation, IssueLink, IssueLinks, Linked, LinksOf, Listed, NewJob, Page,
    ProjectSlug, StoreError, Work,
};
use bitbucket_integration_provider::{InstallationId, LinkId, RepositoryId};
use jiff::Timestamp;

use super::jobs;
use super::listings::{listed, within};
use crate::Store;
use crate::columns::{Columns, Row, integer};
use crate::error::unreadable;
use crate::statement::{Statement, Steps};

/// A creation that nobody works on any more is taken over, and keeps its identifier.
const BEGIN: &str = "
    INSERT INTO issue_links (id, installation, repository, short_id, project, title, request_key, fingerprint, begun_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (installation, request_key) DO UPDATE SET begun_at = excluded.begun_at
    WHERE issue_links.number IS NULL AND issue_links.fingerprint = excluded.fingerprint AND issue_links.begun_at <= ?";
/// The job of a creation that is taken over is there already; this one would settle what does not exist.
const NOT_NEW: &str =
    "DELETE FROM jobs WHERE key = ? AND NOT EXISTS (SELECT 1 FROM issue_links WHERE id = ?)";
pub(crate) const BY_KEY: &str =
    "SELECT * FROM issue_links WHERE installation = ? AND request_key = ?";
pub(crate) const FIND: &str = "SELECT * FROM issue_links WHERE id = ?";
const PAUSE: &str = "UPDATE issue_links SET begun_at = 0 WHERE id = ? AND number IS NULL";
const ABANDON: &str = "DELETE FROM issue_links WHERE id = ? AND number IS NULL AND begun_at <= ?";
const FINISH: &str = "
    UPDATE issue_links SET number = ?, title = ?, web_url = ?, linked_at = ? WHERE id = ? AND number IS NULL";
const LINK: &str = "
    INSERT INTO issue_links (number, title, web_url, linked_at, id, installation, repository, short_id, project)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (repository, number, short_id) DO NOTHING";
pub(crate) const EXACT: &str =
    "SELECT * FROM issue_links WHERE repository = ? AND number = ? AND short_id = ?";
const UNLINK: &str = "DELETE FROM issue_links WHERE id = ? AND number IS NOT NULL";
/// A repository that is not followed any more can't become the usual one.
const SET_USUAL: &str = "
    INSERT INTO usual_repositories (installation, project, repository)
    SELECT ?, ?, id FROM repositories WHERE id = ?
    ON CONFLICT (installation, project) DO UPDATE SET repository = excluded.repository";
pub(crate) const USUAL: &str =
    "SELECT repository FROM usual_repositories WHERE installation = ? AND project = ?";
pub(crate) const LIST: &str =
    "SELECT * FROM issue_links WHERE number IS NOT NULL AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const OF_ISSUE: &str = "
    SELECT * FROM issue_links WHERE short_id = ? AND number IS NOT NULL AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const OF_REPOSITORY: &str = "
    SELECT * FROM issue_links WHERE repository = ? AND number IS NOT NULL AND seq < ? ORDER BY seq DESC LIMIT ?";
pub(crate) const OF_NUMBER: &str = "
    SELECT * FROM issue_links WHERE repository = ? AND number = ? AND seq < ? ORDER BY seq DESC LIMIT ?";

#[async_trait]
impl IssueLinks for Store {
    async fn begin(
        &self,
        creation: &IssueCreation,
        stale_before: Timestamp,
        job: &NewJob,
    ) -> Result<Begun, StoreError> {
        let begin = Statement::new(BEGIN)
            .with(creation.id.as_uuid())
            .with(creation.installation.as_uuid())
            .with(creation.repository.as_uuid())
            .with(&creation.short_id)
            .with(creation.project.to_string())
            .with(&creation.title)
            .with(&creation.key)
            .with(&creation.fingerprint)
            .with(creation.begun_at.as_millisecond())
            .with(stale_before.as_millisecond());
        let by_key = Statement::new(BY_KEY)
            .with(creation.installation.as_uuid())
            .with(&creation.key);
        let not_new = Statement::new(NOT_NEW)
            .with(job.work.key())
            .with(creation.id.as_uuid());
        let steps = Steps::new()
            .then_or_stop(begin)
            .then_all(self.inserts(std::slice::from_ref(job))?)
            .then(not_new);
        let done = self.transact(steps).await?;
        let begun = done.first().is_some_and(|begin| begin.changed > 0);
        let found = self.one(by_key, Found::read).await?;
        let found =
            found.ok_or_else(|| unreadable("the creation: it was there and is not any more"))?;
        if begun && found.id == creation.id {
            return Ok(Begun::New);
        }
        Ok(match found.link {
            _ if begun => Begun::Resumed(found.id),
            _ if found.fingerprint.as_ref() != Some(&creation.fingerprint) => Begun::OtherRequest,
            Some(link) => Begun::Done(Box::new(link)),
            None => Begun::Underway,
        })
    }

    async fn unfinished(&self, id: LinkId) -> Result<Option<IssueCreation>, StoreError> {
        let found = self.one(Statement::new(FIND).with(id.as_uuid()), creation);
        Ok(found.await?.flatten())
    }

    async fn pause(&self, id: LinkId) -> Result<(), StoreError> {
        self.change(Statement::new(PAUSE).with(id.as_uuid()))
            .await
            .map(drop)
    }

    async fn abandon(&self, id: LinkId, begun_until: Timestamp) -> Result<bool, StoreError> {
        let abandon = Statement::new(ABANDON)
            .with(id.as_uuid())
            .with(begun_until.as_millisecond());
        let steps = Steps::new()
            .then_or_stop(abandon)
            .then(settled(id, begun_until));
        let done = self.transact(steps).await?;
        Ok(done.first().is_some_and(|abandon| abandon.changed > 0))
    }

    async fn finish(&self, link: &IssueLink, jobs: &[NewJob]) -> Result<bool, StoreError> {
        let finish = shown(FINISH, link).with(link.id.as_uuid());
        self.stored(finish, link, jobs).await
    }

    async fn link(&self, link: &IssueLink, jobs: &[NewJob]) -> Result<Linked, StoreError> {
        let insert = shown(LINK, link)
            .with(link.id.as_uuid())
            .with(link.installation.as_uuid())
            .with(link.repository.as_uuid())
            .with(&link.short_id)
            .with(link.project.to_string());
        if self.stored(insert, link, jobs).await? {
            return Ok(Linked::New);
        }
        let exact = Statement::new(EXACT)
            .with(link.repository.as_uuid())
            .with(integer(link.number.value()))
            .with(&link.short_id);
        let known = self.one(exact, read).await?.flatten();
        known
            .map(|known| Linked::Existing(Box::new(known)))
            .ok_or_else(|| unreadable("the link: it was there and is not any more"))
    }

    async fn unlink(&self, id: LinkId) -> Result<bool, StoreError> {
        let removed = self.change(Statement::new(UNLINK).with(id.as_uuid()));
        Ok(removed.await? > 0)
    }

    async fn find(&self, id: LinkId) -> Result<Option<IssueLink>, StoreError> {
        let found = self.one(Statement::new(FIND).with(id.as_uuid()), read);
        Ok(found.await?.flatten())
    }

    async fn list(&self, of: LinksOf, page: Page) -> Result<Listed<IssueLink>, StoreError> {
        let query = match of {
            LinksOf::All => Statement::new(LIST),
            LinksOf::Issue(short_id) => Statement::new(OF_ISSUE).with(short_id),
            LinksOf::Repository(id) => Statement::new(OF_REPOSITORY).with(id.as_uuid()),
            LinksOf::Number(id, number) => Statement::new(OF_NUMBER)
                .with(id.as_uuid())
                .with(integer(number.value())),
        };
        let rows = self.rows(within(query, page)).await?;
        let entry = |row: &Row| read(row)?.ok_or_else(|| unreadable("issue_links.number"));
        listed("issue_links", &rows, page, entry)
    }

    async fn usual_repository(
        &self,
        installation: InstallationId,
        project: &ProjectSlug,
    ) -> Result<Option<RepositoryId>, StoreError> {
        let usual = Statement::new(USUAL)
            .with(installation.as_uuid())
            .with(project.to_string());
        self.one(usual, |row| {
            Columns::new("usual_repositories", row).id("repository", RepositoryId::from_uuid)
        })
        .await
    }
}

impl Store {
    /// Carries out a change that makes a link, with what follows from it; says whether it made one.
    async fn stored(
        &self,
        change: Statement,
        link: &IssueLink,
        jobs: &[NewJob],
    ) -> Result<bool, StoreError> {
        let usual = Statement::new(SET_USUAL)
            .with(link.installation.as_uuid())
            .with(link.project.to_string())
            .with(link.repository.as_uuid());
        let steps = Steps::new()
            .then_or_stop(change)
            .then(usual)
            .then(settled(link.id, link.linked_at))
            .then_all(self.inserts(jobs)?);
        let done = self.transact(steps).await?;
        Ok(done.first().is_some_and(|change| change.changed > 0))
    }
}

/// What became of the creation is known: nobody need find it out.
fn settled(id: LinkId, now: Timestamp) -> Statement {
    jobs::needless(&Work::SettleCreation { link: id }, now)
}

/// A change with what Bitbucket shows of an issue.
fn shown(statement: &'static str, link: &IssueLink) -> Statement {
    Statement::new(statement)
        .with(integer(link.number.value()))
        .with(&link.title)
        .with(link.web_url.clone())
        .with(link.linked_at.as_millisecond())
}

/// A row of which it is not known whether it is a link already.
struct Found {
    id: LinkId,
    fingerprint: Option<String>,
    link: Option<IssueLink>,
}

impl Found {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns::new("issue_links", row);
        Ok(Self {
            id: columns.id("id", LinkId::from_uuid)?,
            fingerprint: columns.optional_text("fingerprint")?.map(str::to_owned),
            link: read(row)?,
        })
    }
}

fn creation(row: &Row) -> Result<Option<IssueCreation>, StoreError> {
    let columns = Columns::new("issue_links", row);
    if columns.optional_integer("number")?.is_some() {
        return Ok(None);
    }
    Ok(Some(IssueCreation {
        id: columns.id("id", LinkId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        short_id: columns.text("short_id")?.to_owned(),
        project: columns.parsed("project")?,
        title: columns.text("title")?.to_owned(),
        key: columns.text("request_key")?.to_owned(),
        fingerprint: columns.text("fingerprint")?.to_owned(),
        begun_at: columns.time("begun_at")?,
    }))
}

fn read(row: &Row) -> Result<Option<IssueLink>, StoreError> {
    let columns = Columns::new("issue_links", row);
    let Some(number) = columns.optional_integer("number")? else {
        return Ok(None);
    };
    let number = u64::try_from(number).map_err(|_| columns.unreadable("number"))?;
    Ok(Some(IssueLink {
        id: columns.id("id", LinkId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        short_id: columns.text("short_id")?.to_owned(),
        project: columns.parsed("project")?,
        number: IssueId::new(number).map_err(|_| columns.unreadable("number"))?,
        title: columns.text("title")?.to_owned(),
        web_url: columns.optional_text("web_url")?.map(str::to_owned),
        linked_at: columns.time("linked_at")?,
    }))
}
