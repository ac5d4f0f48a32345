//! Creating an issue at Bitbucket. Whoever did not get the answer asks again, and gets the same issue.

use std::time::Duration;

use bitbucket_api_paths::{Field, FilterText, RepoFullName, RepoRef};
use bitbucket_http_client::{ApiError, ApiErrorCause, BitbucketApi, Issue, NewIssue};
use jiff::Timestamp;

use super::{IssueError, IssueKind, IssuePriority, LinkedIssue, Subject};
use crate::digest;
use crate::ids::LinkId;
use crate::integration::Integration;
use crate::ports::{Begun, IssueCreation, IssueLink, Linked, StoreError, TrackerIssue, Work};

/// Longest title, in characters: Bitbucket takes no longer one.
pub const LONGEST_TITLE: usize = 255;

/// Longest description, in bytes.
pub const LONGEST_DESCRIPTION: usize = 32 * 1024;

/// Longest key of a request, in bytes.
pub const LONGEST_KEY: usize = 128;

/// Who has not heard from Bitbucket after this time won't: no call takes so long.
const LONGEST_CREATION: Duration = Duration::from_mins(5);

/// An issue that is to be created at Bitbucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateIssue {
    /// The short id of the error tracker's issue.
    pub issue: String,
    /// The repository whose tracker gets the issue.
    pub repository: RepoFullName,
    /// Its title; that of the error tracker's issue when there is none.
    pub title: Option<String>,
    /// Its text; one that leads to the error tracker's issue when there is none.
    pub description: Option<String>,
    /// What it is about.
    pub kind: IssueKind,
    /// How urgent it is.
    pub priority: IssuePriority,
    /// What makes a second request the same one. Without a key, whoever asks for the very same means the same.
    pub key: Option<String>,
}

/// What stands in the text of an issue that we created: by it the issue is found again when the answer was lost.
pub(super) fn marker(id: LinkId) -> String {
    format!("ref {id}")
}

impl Integration {
    /// Creates an issue at Bitbucket for one of the error tracker, and links the two.
    ///
    /// # Errors
    /// [`IssueError`]; after [`IssueError::Unfinished`] the same request finds out what became of it.
    pub async fn create_issue(&self, request: CreateIssue) -> Result<LinkedIssue, IssueError> {
        check(&request)?;
        let subject = self.subject(&request.repository, &request.issue).await?;
        let new = new_issue(&request, &subject.issue)?;
        let now = self.ports.clock.now();
        let creation = self.creation(&request, &subject, &new, now);
        let mut job = self.job(
            creation.installation,
            Work::SettleCreation { link: creation.id },
        );
        job.run_at = now.checked_add(LONGEST_CREATION).unwrap_or(now);
        let begun = self.ports.issue_links.begin(&creation, stale(now), &job);
        let (id, known) = match begun.await? {
            Begun::New => (creation.id, None),
            Begun::Resumed(id) => (
                id,
                created_before(subject.client.as_ref(), &subject.at(), id)
                    .await
                    .map_err(IssueError::of_bitbucket)?,
            ),
            Begun::Underway => return Err(IssueError::Underway),
            Begun::Done(link) => return Ok(LinkedIssue::known(*link)),
            Begun::OtherRequest => return Err(IssueError::KeyReused),
        };
        let made = match known {
            Some(made) => made,
            None => self.ask_for(&subject, new, id).await?,
        };
        let creation = IssueCreation { id, ..creation };
        let (link, created) = self.finish_creation(&creation, made).await?;
        Ok(LinkedIssue { link, created })
    }

    fn creation(
        &self,
        request: &CreateIssue,
        subject: &Subject,
        new: &NewIssue,
        now: Timestamp,
    ) -> IssueCreation {
        let fingerprint = digest::of_parts(&[
            &subject.issue.short_id,
            &subject.repository.id.to_string(),
            &new.title,
            &new.content,
            request.kind.as_str(),
            request.priority.as_str(),
        ]);
        IssueCreation {
            id: LinkId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
            installation: subject.installation.id,
            repository: subject.repository.id,
            short_id: subject.issue.short_id.clone(),
            project: subject.issue.project.clone(),
            title: new.title.clone(),
            key: request
                .key
                .as_ref()
                .map_or_else(|| format!("same:{fingerprint}"), |key| format!("key:{key}")),
            fingerprint,
            begun_at: now,
        }
    }

    async fn ask_for(
        &self,
        subject: &Subject,
        mut new: NewIssue,
        id: LinkId,
    ) -> Result<Issue, IssueError> {
        new.content = format!("{}\n\n({})", new.content, marker(id));
        let error = match subject.client.create_issue(&subject.at(), &new).await {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        let links = &self.ports.issue_links;
        if was_not_done(&error) {
            links.abandon(id, self.ports.clock.now()).await?;
            return Err(IssueError::of_bitbucket(error));
        }
        links.pause(id).await?;
        Err(IssueError::Unfinished(error))
    }

    /// Makes a link of what was created; says whether it was not one before.
    pub(crate) async fn finish_creation(
        &self,
        creation: &IssueCreation,
        made: Issue,
    ) -> Result<(IssueLink, bool), StoreError> {
        let link = IssueLink {
            id: creation.id,
            installation: creation.installation,
            repository: creation.repository,
            short_id: creation.short_id.clone(),
            project: creation.project.clone(),
            number: made.id,
            title: creation.title.clone(),
            web_url: made.html_url,
            linked_at: self.ports.clock.now(),
        };
        let tell = [self.job(link.installation, Work::TellOfLink { link: link.id })];
        match self.ports.issue_links.finish(&link, &tell).await {
            Ok(true) => Ok((link, true)),
            // Somebody else found it meanwhile.
            Ok(false) => {
                let known = self.ports.issue_links.find(link.id).await?;
                Ok((known.unwrap_or(link), false))
            }
            // Somebody linked the two by hand meanwhile.
            Err(StoreError::Conflict { .. }) => {
                let links = &self.ports.issue_links;
                links.abandon(link.id, self.ports.clock.now()).await?;
                match links.link(&link, &tell).await? {
                    Linked::New => Ok((link, true)),
                    Linked::Existing(known) => Ok((*known, false)),
                }
            }
            Err(error) => Err(error),
        }
    }
}

/// The issue that an earlier request created, if it did.
pub(crate) async fn created_before(
    client: &dyn BitbucketApi,
    at: &RepoRef,
    id: LinkId,
) -> Result<Option<Issue>, ApiError> {
    let marked = FilterText::parse(&marker(id));
    let (Ok(field), Ok(marked)) = (Field::parse("content.raw"), marked) else {
        return Ok(None);
    };
    let found = client
        .search_issues(at, &field.contains(&marked), 1)
        .await?;
    Ok(found.values.into_iter().next())
}

/// Whether the error itself says that nothing was created. A time-out (408) does not: what is in between may have stopped waiting for an
/// answer.
fn was_not_done(error: &ApiError) -> bool {
    matches!(error.status(), Some(400..=407 | 409..=499))
        || matches!(
            error.cause(),
            ApiErrorCause::Authorize(_)
                | ApiErrorCause::BudgetExhausted(_)
                | ApiErrorCause::Misuse(_)
        )
}

/// The time up to which a creation that nobody heard of any more counts as begun.
pub(crate) fn stale(now: Timestamp) -> Timestamp {
    now.checked_sub(LONGEST_CREATION).unwrap_or(Timestamp::MIN)
}

fn new_issue(request: &CreateIssue, issue: &TrackerIssue) -> Result<NewIssue, IssueError> {
    let title = request.title.as_deref().unwrap_or(&issue.title).trim();
    let title: String = match request.title {
        Some(_) => title.to_owned(),
        // What the tracker says is cut, what a person says is not.
        None => title.chars().take(LONGEST_TITLE).collect(),
    };
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(IssueError::Invalid {
            what: format!("field `title`: 1 to {LONGEST_TITLE} characters are expected"),
        });
    }
    let named = super::form::named(issue);
    let content = match request.description.as_deref().map(str::trim) {
        None | Some("") => named,
        // Both sides lead to each other, whatever a person writes.
        Some(text) if text.contains(&issue.short_id) => text.to_owned(),
        Some(text) => format!("{text}\n\n{named}"),
    };
    Ok(NewIssue {
        title,
        content,
        kind: Some(request.kind.to_string()),
        priority: Some(request.priority.to_string()),
    })
}

/// Whether a text can be the key of a request.
pub(crate) fn is_request_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check(request: &CreateIssue) -> Result<(), IssueError> {
    let long = request.description.as_ref();
    let wrong = if long.is_some_and(|text| text.len() > LONGEST_DESCRIPTION) {
        format!("field `description` is longer than {LONGEST_DESCRIPTION} bytes")
    } else if let Some(title) = &request.title
        && title.chars().any(char::is_control)
    {
        "field `title` holds a control character".to_owned()
    } else if let Some(key) = &request.key
        && !is_request_key(key)
    {
        format!("the key of the request: 1 to {LONGEST_KEY} visible ASCII characters are expected")
    } else {
        return Ok(());
    };
    Err(IssueError::Invalid { what: wrong })
}
