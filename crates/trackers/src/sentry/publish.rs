//! Giving a release with its commits to Sentry.

use std::collections::BTreeMap;

use bitbucket_http_client::policy::Repeat;
use bitbucket_http_client::{ChangeKind, FileChange};
use bitbucket_integration_provider::ports::{
    ProjectSlug, PublishedRelease, ReleasedCommit, TrackerError, TrackerRelease,
};

use super::client::{Client, misuse};
use super::limits::{
    LONGEST_AUTHOR_EMAIL, LONGEST_AUTHOR_NAME, LONGEST_PATH, LONGEST_URL, MOST_CHANGES,
    MOST_COMMITS, WAIT_FOR_OTHER_WRITER, author_name, check_version, repository_name,
};
use super::wire::{NewCommit, NewRelease, Patch, PatchKind};

const TEMPLATE: &str = "/api/0/organizations/{org}/releases/";

/// Posts the release. Sentry replaces the whole list of commits, so that a repeated call changes nothing. Without commits the list that
/// is there stays.
pub(super) async fn publish(
    client: &Client,
    release: &TrackerRelease,
) -> Result<PublishedRelease, TrackerError> {
    check_version(&release.version).map_err(|error| misuse(error.to_string()))?;
    if release.projects.is_empty() {
        return Err(misuse("a release belongs to one project at least"));
    }
    let mut fitting = Fitting::default();
    let names = names(release, &mut fitting);
    let body = fitting.release(release, &names);
    let answer = client
        .send(("POST", TEMPLATE), &["releases"], &body, Repeat::Safe)
        .await?;
    match answer.status() {
        201 => Ok(PublishedRelease {
            created: true,
            warnings: fitting.warnings(),
        }),
        200 | 208 => Ok(PublishedRelease {
            created: false,
            warnings: fitting.warnings(),
        }),
        409 => Err(TrackerError::Unavailable {
            reason: "HTTP 409: another request is setting this release's commits".to_owned(),
            retry_after: Some(answer.wait().unwrap_or(WAIT_FOR_OTHER_WRITER)),
        }),
        _ => Err(answer.error("the organization or one of the projects")),
    }
}

/// What each repository is called there.
fn names<'a>(release: &'a TrackerRelease, fitting: &mut Fitting) -> BTreeMap<&'a str, String> {
    let mut names = BTreeMap::new();
    for commit in &release.commits {
        names.entry(commit.repository.as_str()).or_insert_with(|| {
            let (name, aliased) = repository_name(&commit.repository);
            if aliased {
                fitting.warn(format!(
                    "the repository is called `{name}` there, because its name is too long"
                ));
            }
            name
        });
    }
    names
}

/// Makes a release fit Sentry's limits and counts what that cost.
#[derive(Default)]
struct Fitting {
    changes: usize,
    long_paths: usize,
    left_out_changes: usize,
    cut_names: usize,
    long_emails: usize,
    others: Vec<String>,
}

impl Fitting {
    fn warn(&mut self, text: String) {
        self.others.push(text);
    }

    fn release<'a>(
        &mut self,
        release: &'a TrackerRelease,
        names: &'a BTreeMap<&'a str, String>,
    ) -> NewRelease<'a> {
        if release.commits.len() > MOST_COMMITS {
            self.warn(format!(
                "only the newest {MOST_COMMITS} of {} commits were sent",
                release.commits.len()
            ));
        }
        NewRelease {
            version: &release.version,
            projects: release.projects.iter().map(ProjectSlug::as_str).collect(),
            url: self.url(release.web_url.as_deref()),
            date_released: release.released_at,
            commits: release
                .commits
                .iter()
                .take(MOST_COMMITS)
                .map(|commit| {
                    let name = names.get(commit.repository.as_str());
                    self.commit(
                        commit,
                        name.map_or(commit.repository.as_str(), String::as_str),
                    )
                })
                .collect(),
        }
    }

    fn url<'a>(&mut self, url: Option<&'a str>) -> Option<&'a str> {
        let fits = |url: &&str| is_web_address(url) && url.chars().count() <= LONGEST_URL;
        let fitting = url.filter(fits);
        if fitting.is_none() && url.is_some() {
            self.warn(format!(
                "the release's address was left out: it is no web address of at most {LONGEST_URL} characters"
            ));
        }
        fitting
    }

    fn commit<'a>(&mut self, commit: &'a ReleasedCommit, repository: &'a str) -> NewCommit<'a> {
        NewCommit {
            id: commit.sha.as_str(),
            repository,
            message: &commit.message,
            author_name: self.author_name(commit.author_name.as_deref()),
            author_email: self.author_email(commit.author_email.as_deref()),
            timestamp: commit.committed_at,
            patch_set: commit
                .changes
                .as_deref()
                .map(|changes| self.patch_set(changes)),
        }
    }

    fn author_name(&mut self, name: Option<&str>) -> Option<String> {
        let fitting = author_name(name?);
        self.cut_names +=
            usize::from(name.is_some_and(|name| name.trim().chars().count() > LONGEST_AUTHOR_NAME));
        fitting
    }

    /// An address is kept whole or left out: a part of it may be another person's.
    fn author_email<'a>(&mut self, email: Option<&'a str>) -> Option<&'a str> {
        let email = email.map(str::trim).filter(|email| !email.is_empty())?;
        let fits = email.chars().count() <= LONGEST_AUTHOR_EMAIL;
        self.long_emails += usize::from(!fits);
        fits.then_some(email)
    }

    fn patch_set<'a>(&mut self, changes: &'a [FileChange]) -> Vec<Patch<'a>> {
        let mut patches = Vec::new();
        for patch in changes
            .iter()
            .flat_map(patches_of)
            .filter(|patch| !patch.path.is_empty())
        {
            if patch.path.chars().count() > LONGEST_PATH {
                self.long_paths += 1;
            } else if self.changes == MOST_CHANGES {
                self.left_out_changes += 1;
            } else {
                self.changes += 1;
                patches.push(patch);
            }
        }
        patches
    }

    fn warnings(self) -> Vec<String> {
        let Self {
            long_paths,
            left_out_changes,
            cut_names,
            long_emails,
            others,
            changes: _,
        } = self;
        let counted = [
            (
                long_paths,
                format!(
                    "{long_paths} changed files were left out: their paths are longer than {LONGEST_PATH} characters"
                ),
            ),
            (
                left_out_changes,
                format!(
                    "{left_out_changes} changed files were left out: more than {MOST_CHANGES} in one release"
                ),
            ),
            (
                cut_names,
                format!(
                    "{cut_names} names of authors were cut to {LONGEST_AUTHOR_NAME} characters"
                ),
            ),
            (
                long_emails,
                format!(
                    "{long_emails} e-mail addresses of authors were left out: longer than {LONGEST_AUTHOR_EMAIL} characters"
                ),
            ),
        ];
        others
            .into_iter()
            .chain(
                counted
                    .into_iter()
                    .filter(|(count, _)| *count > 0)
                    .map(|(_, text)| text),
            )
            .collect()
    }
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A change in Sentry's terms: a rename is a deletion and an addition.
fn patches_of(change: &FileChange) -> Vec<Patch<'_>> {
    let patch = |path, kind| Patch { path, kind };
    match &change.kind {
        ChangeKind::Added => vec![patch(&change.path, PatchKind::Added)],
        ChangeKind::Modified => vec![patch(&change.path, PatchKind::Modified)],
        ChangeKind::Removed => vec![patch(&change.path, PatchKind::Deleted)],
        ChangeKind::Renamed { from } => vec![
            patch(from, PatchKind::Deleted),
            patch(&change.path, PatchKind::Added),
        ],
    }
}
