//! From a frame of a stack trace to the line at Bitbucket, in the version that failed.

use std::fmt::Write as _;

use bitbucket_api_paths::{CommitSha, FilePath, RepoFullName, RepoRef};
use bitbucket_http_client::BitbucketApi;
use bitbucket_http_client::policy::Priority;

use super::{SourceError, main_head};
use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{InstallationState, ProjectSlug, TrackedRepository};

/// A frame of a stack trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The tracker's project, when it is known.
    pub project: Option<ProjectSlug>,
    /// The connected workspace, when it is known; must be given when repositories of several fit.
    pub installation: Option<InstallationId>,
    /// The repository, when it is known; else those of the project are tried whose path rules fit.
    pub repository: Option<RepoFullName>,
    /// The file's path as the stack trace has it.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The commit that failed.
    pub commit: Option<CommitSha>,
    /// The release that failed, which leads to its commit.
    pub release: Option<String>,
}

/// What became of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The file is there.
    Found(SourceLink),
    /// No version of it has the file.
    NotFound {
        /// The address that was tried last.
        tried: String,
    },
    /// No repository of the project has a path rule that fits.
    NoMapping,
    /// The credential may not read the source.
    Forbidden,
    /// The workspace is not connected any more.
    Disconnected,
}

/// A line at Bitbucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLink {
    /// Where a person sees it.
    pub url: String,
    /// The repository.
    pub repository: RepoFullName,
    /// The path in it.
    pub path: String,
    /// The commit that is shown.
    pub commit: CommitSha,
    /// The branch, when the version that failed is not known or has no such file.
    pub branch: Option<String>,
}

/// A version of a repository in which the file is looked for.
struct Version {
    commit: CommitSha,
    branch: Option<String>,
}

impl LinkOutcome {
    /// A stable name for clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::NotFound { .. } => "file_not_found",
            Self::NoMapping => "stack_root_mismatch",
            Self::Forbidden => "integration_link_forbidden",
            Self::Disconnected => "integration_not_found",
        }
    }
}

impl Integration {
    /// The line at Bitbucket that a frame means: in the version that failed, else on the main branch.
    ///
    /// # Errors
    /// [`SourceError`] when it can't be found out.
    pub async fn source_link(&self, frame: &Frame) -> Result<LinkOutcome, SourceError> {
        if frame.path.trim().is_empty() {
            return Err(SourceError::Invalid {
                what: "field `path`: a file's path is expected".to_owned(),
            });
        }
        let mut outcome = LinkOutcome::NoMapping;
        for (repository, paths) in self.candidates(frame).await? {
            match self.link_in(&repository, &paths, frame).await? {
                found @ LinkOutcome::Found(_) => return Ok(found),
                LinkOutcome::NoMapping => {}
                other => outcome = other,
            }
        }
        Ok(outcome)
    }

    async fn link_in(
        &self,
        repository: &TrackedRepository,
        paths: &[FilePath],
        frame: &Frame,
    ) -> Result<LinkOutcome, SourceError> {
        let installation = self.ports.installations.find(repository.installation);
        let installation = installation.await?;
        let Some(installation) = installation.filter(|one| one.state == InstallationState::Active)
        else {
            return Ok(LinkOutcome::Disconnected);
        };
        let client = self.client(&installation, Priority::Interactive).await?;
        let at = RepoRef::from(repository.uuid.clone());
        let mut outcome = LinkOutcome::NoMapping;
        for version in self.versions(client.as_ref(), repository, frame).await? {
            for path in paths {
                let link = link(repository, path, frame.line, &version);
                match client.source_exists(&at, &version.commit, path).await {
                    Ok(true) => return Ok(LinkOutcome::Found(link)),
                    Ok(false) => outcome = LinkOutcome::NotFound { tried: link.url },
                    Err(error) => match error.status() {
                        // A commit that is gone answers like a file that is not there.
                        Some(400 | 404) => outcome = LinkOutcome::NotFound { tried: link.url },
                        Some(403) => return Ok(LinkOutcome::Forbidden),
                        _ => return Err(SourceError::Bitbucket(error)),
                    },
                }
            }
        }
        Ok(outcome)
    }

    /// The version that failed, if it is known, then the main branch.
    async fn versions(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        frame: &Frame,
    ) -> Result<Vec<Version>, SourceError> {
        let mut failed = frame.commit.clone();
        if let (None, Some(version)) = (&failed, &frame.release) {
            let release = self.ports.releases.by_version(repository.id, version);
            failed = release.await?.map(|release| release.commit);
        }
        let mut versions: Vec<Version> = Vec::new();
        versions.extend(failed.map(|commit| Version {
            commit,
            branch: None,
        }));
        match main_head(client, repository).await {
            Ok((name, commit)) => versions.push(Version {
                commit,
                branch: Some(name),
            }),
            Err(SourceError::UnknownRevision { .. }) => {}
            Err(SourceError::Bitbucket(error)) if error.status() == Some(403) => {}
            Err(error) => return Err(error),
        }
        Ok(versions)
    }
}

/// The address names the commit, for the name of a branch may hold a `/`; the branch is told beside it.
fn link(
    repository: &TrackedRepository,
    path: &FilePath,
    line: Option<u32>,
    version: &Version,
) -> SourceLink {
    let base = repository.web_url.clone();
    let base = base.unwrap_or_else(|| format!("https://bitbucket.org/{}", repository.full_name));
    let encoded: Vec<String> = path.segments().map(encode).collect();
    let mut url = format!("{base}/src/{}/{}", version.commit, encoded.join("/"));
    // Writing to a string never fails.
    if let Some(branch) = &version.branch {
        let _ = write!(url, "?at={}", encode(branch));
    }
    if let Some(line) = line.filter(|line| *line > 0) {
        let _ = write!(url, "#lines-{line}");
    }
    SourceLink {
        url,
        repository: repository.full_name.clone(),
        path: path.to_string(),
        commit: version.commit.clone(),
        branch: version.branch.clone(),
    }
}

/// All but the unreserved characters of RFC 3986 §2.3 and `@`.
fn encode(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
