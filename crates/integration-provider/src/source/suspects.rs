//! Which recent commits may have caused what a frame shows: those that touched its file, the one that wrote its line first.

use std::collections::HashSet;

use bitbucket_api_paths::{CommitSha, DiffSpec, FilePath, RepoRef, Revision};
use bitbucket_http_client::{BitbucketApi, Commit, CommitRange, DiffOptions, FileVersion};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::SourceError;
use super::lines::{Change, changes, trace};
use super::link::{Frame, LinkOutcome, SourceLink};
use crate::integration::Integration;
use crate::ports::TrackedRepository;

/// How many commits of a file's history are looked at; more when the release that failed has more.
pub const MOST_SUSPECTS: usize = 10;

/// How many are looked at for the largest release: each costs two requests of the hourly allowance.
pub const MOST_SUSPECTS_OF_RELEASE: usize = 50;

/// Most bytes of one commit's diff of one file that are read.
const MOST_DIFF: usize = 1024 * 1024;

/// Most commits of a release among which a suspect is looked for.
const MOST_OF_RELEASE: usize = 1000;

/// The commits that may have caused what a frame shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspects {
    /// The file, in the version that was looked at.
    pub link: SourceLink,
    /// The likeliest first.
    pub commits: Vec<Suspect>,
    /// Whether these are all commits that touched the file; else the older ones were not looked at.
    pub complete: bool,
}

/// A commit that touched the file of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The commit.
    pub commit: Commit,
    /// The file's path in it.
    pub path: String,
    /// Why it is one, the weightiest reason first.
    pub reasons: Vec<Reason>,
}

/// Why a commit is suspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It wrote the line of the frame.
    WroteLine,
    /// It changed lines close to the line of the frame.
    ChangedNearby,
    /// It came with the release that failed.
    CameWithRelease,
    /// It changed the file.
    ChangedFile,
}

impl Reason {
    /// A stable name for clients.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WroteLine => "wrote_line",
            Self::ChangedNearby => "changed_nearby",
            Self::CameWithRelease => "came_with_release",
            Self::ChangedFile => "changed_file",
        }
    }
}

impl Integration {
    /// The commits that may have caused what a frame shows, the likeliest first. There is no blame at Bitbucket: the line is followed back
    /// through the history of its file.
    ///
    /// # Errors
    /// [`SourceError`]; [`SourceError::UnknownFile`] when the frame leads to no file.
    pub async fn suspects(&self, frame: &Frame) -> Result<Suspects, SourceError> {
        let link = match self.source_link(frame).await? {
            LinkOutcome::Found(link) => link,
            other => {
                return Err(SourceError::UnknownFile {
                    what: format!("file for this frame ({})", other.code()),
                });
            }
        };
        let found = self
            .ports
            .repositories
            .by_full_name(&link.repository)
            .await?;
        let repository = found.ok_or(SourceError::UnknownRepository)?;
        let client = self.client_of(&repository).await?;
        let released = self.released(client.as_ref(), &repository, frame).await?;
        let most = released
            .len()
            .clamp(MOST_SUSPECTS, MOST_SUSPECTS_OF_RELEASE);
        let seen = (frame.line, most);
        let (mut commits, complete) = history(client.as_ref(), &repository, &link, seen).await?;
        for suspect in &mut commits {
            if released.contains(&suspect.commit.sha) {
                suspect.reasons.push(Reason::CameWithRelease);
            }
            suspect.reasons.sort();
        }
        // Of those with the same reasons the newest stays first.
        commits.sort_by(|one, other| one.reasons.cmp(&other.reasons));
        Ok(Suspects {
            link,
            commits,
            complete,
        })
    }

    /// The commits of the release that failed; none without a release, or when it is not known where it begins.
    async fn released(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        frame: &Frame,
    ) -> Result<HashSet<CommitSha>, SourceError> {
        let Some(version) = &frame.release else {
            return Ok(HashSet::new());
        };
        let release = self.ports.releases.by_version(repository.id, version);
        let Some((commit, previous)) = release
            .await?
            .and_then(|release| Some((release.commit, release.previous?)))
        else {
            return Ok(HashSet::new());
        };
        let range = CommitRange {
            include: vec![Revision::from(commit)],
            exclude: vec![Revision::from(previous)],
            limit: MOST_OF_RELEASE,
        };
        let at = RepoRef::from(repository.uuid.clone());
        match client.commits(&at, &range).await {
            Ok(listing) => Ok(listing.commits.into_iter().map(|one| one.sha).collect()),
            Err(error) if error.status() == Some(404) => Ok(HashSet::new()),
            Err(error) => Err(SourceError::Bitbucket(error)),
        }
    }
}

/// The commits that touched a file, newest first, each with what it did to the line, which is followed back from one to the next.
async fn history(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    link: &SourceLink,
    (line, most): (Option<u32>, usize),
) -> Result<(Vec<Suspect>, bool), SourceError> {
    let at = RepoRef::from(repository.uuid.clone());
    let path = FilePath::parse(&link.path).map_err(|error| SourceError::Invalid {
        what: format!("field `path`: {error}"),
    })?;
    let listing = client
        .file_history(&at, &link.commit, &path, most)
        .await
        .map_err(SourceError::Bitbucket)?;
    let complete = listing.complete;
    // All are needed, and none waits for another; the diffs are asked for one by one, until one wrote the line.
    let wanted = listing.values.iter();
    let wanted: Vec<_> = wanted
        .map(|version| client.commit(&at, &version.commit))
        .collect();
    let commits: Vec<Commit> = stream::iter(wanted)
        .buffered(MOST_SUSPECTS)
        .try_collect()
        .await
        .map_err(SourceError::Bitbucket)?;
    let mut suspects = Vec::new();
    let mut line = line;
    for (FileVersion { path, .. }, commit) in listing.values.into_iter().zip(commits) {
        let mut reasons = Vec::new();
        if let Some(wanted) = line {
            let diff = diff_of(client, &at, &commit.sha, &path).await?;
            match diff.as_deref().map(|diff| trace(&changes(diff), wanted)) {
                Some(Change::Wrote) => {
                    reasons.push(Reason::WroteLine);
                    line = None;
                }
                Some(Change::Near(before)) => {
                    reasons.push(Reason::ChangedNearby);
                    line = Some(before);
                }
                Some(Change::Elsewhere(before)) => line = Some(before),
                // Without its diff nobody knows where the line was before.
                None => line = None,
            }
        }
        reasons.push(Reason::ChangedFile);
        suspects.push(Suspect {
            commit,
            path,
            reasons,
        });
    }
    Ok((suspects, complete))
}

/// What a commit did to one file; `None` when it is too large or Bitbucket can't say.
async fn diff_of(
    client: &dyn BitbucketApi,
    at: &RepoRef,
    commit: &CommitSha,
    path: &str,
) -> Result<Option<String>, SourceError> {
    let Ok(path) = FilePath::parse(path) else {
        return Ok(None);
    };
    let options = DiffOptions {
        paths: vec![path],
        context: Some(0),
        ..DiffOptions::default()
    };
    let answer = match client
        .diff(at, &DiffSpec::Commit(commit.clone()), &options)
        .await
    {
        Ok(answer) => answer,
        Err(error) if matches!(error.status(), Some(400 | 404 | 555)) => return Ok(None),
        Err(error) => return Err(SourceError::Bitbucket(error)),
    };
    let bytes = answer.collect_up_to(MOST_DIFF).await;
    Ok(bytes
        .ok()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
