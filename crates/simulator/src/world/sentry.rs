//! What Sentry knows: organizations, projects, issues, releases, repositories, commits, tokens.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Everything on the Sentry side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sentry {
    /// Organizations.
    pub organizations: Vec<Organization>,
    /// Bearer tokens.
    pub tokens: Vec<SentryToken>,
    /// Whether posting a release resolves the issues that its commits' messages name, as Sentry does and other trackers do not.
    pub resolves_from_messages: bool,
}

impl Default for Sentry {
    fn default() -> Self {
        Self {
            organizations: Vec::new(),
            tokens: Vec::new(),
            resolves_from_messages: true,
        }
    }
}

/// An organization with all it owns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organization {
    /// Number in texts like `organization-1`.
    pub id: u64,
    /// Name in addresses.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Projects.
    pub projects: Vec<Project>,
    /// Members.
    pub members: Vec<Member>,
    /// Issues of all projects.
    pub issues: Vec<Issue>,
    /// Releases, oldest first.
    pub releases: Vec<Release>,
    /// Repositories that commits belong to.
    pub repositories: Vec<TrackedRepository>,
    /// Commits of all repositories.
    pub commits: Vec<TrackedCommit>,
}

impl Organization {
    /// The issue with this short id, by Sentry's tolerant spelling.
    pub fn issue(&self, short_id: &str) -> Option<&Issue> {
        let wanted = crate::sentry::short_id::canonical(short_id)?;
        self.issues.iter().find(|issue| issue.short_id == wanted)
    }

    /// The release with this version.
    pub fn release(&self, version: &str) -> Option<&Release> {
        self.releases
            .iter()
            .find(|release| release.version == version)
    }
}

/// A person who belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Number of the user.
    pub id: u64,
    /// Name for people.
    pub name: String,
    /// The primary e-mail address.
    pub email: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Number.
    pub id: u64,
    /// Name in addresses and, in upper case, in short ids.
    pub slug: String,
    /// Name for people.
    pub name: String,
}

/// An issue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Number.
    pub id: u64,
    /// E.g. `ROCKET-1A`.
    pub short_id: String,
    /// Slug of the project.
    pub project: String,
    /// First line for people.
    pub title: String,
    /// `unresolved`, `resolved` or `ignored`.
    pub status: String,
    /// As Sentry prints it, e.g. `{"inRelease": "rocket@1.4.0"}`.
    pub status_details: Value,
    /// Number of the user whom it is assigned to.
    #[serde(default)]
    pub assigned_to: Option<u64>,
    /// Comments, oldest first.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Full hashes of commits whose messages name the issue.
    #[serde(default)]
    pub commits: Vec<String>,
    /// How often it became resolved.
    #[serde(default)]
    pub times_resolved: u32,
}

impl Issue {
    /// An unresolved issue.
    pub fn unresolved(id: u64, short_id: &str, project: &str, title: &str) -> Self {
        Self {
            id,
            short_id: short_id.to_owned(),
            project: project.to_owned(),
            title: title.to_owned(),
            status: "unresolved".to_owned(),
            status_details: json!({}),
            assigned_to: None,
            notes: Vec::new(),
            commits: Vec::new(),
            times_resolved: 0,
        }
    }

    /// The version it is resolved in, if it is resolved in a release.
    pub fn resolved_in_release(&self) -> Option<&str> {
        self.status_details["inRelease"].as_str()
    }

    /// Makes it resolved; an issue resolved already only changes its details.
    pub(crate) fn resolve(&mut self, details: Value) {
        if self.status != "resolved" {
            self.times_resolved += 1;
        }
        "resolved".clone_into(&mut self.status);
        self.status_details = details;
    }
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Number.
    pub id: u64,
    /// Text.
    pub text: String,
    /// Name of the token that wrote it.
    pub author: String,
    /// When.
    pub created_at: Timestamp,
}

/// A release; organization-wide by version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Number.
    pub id: u64,
    /// Version.
    pub version: String,
    /// Slugs of the projects it is tied to.
    pub projects: Vec<String>,
    /// A commit or other reference.
    pub git_ref: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// When it was first posted.
    pub created_at: Timestamp,
    /// When it was finalized.
    pub released_at: Option<String>,
    /// Its commits, newest first.
    #[serde(default)]
    pub commits: Vec<ReleaseCommit>,
    /// Its deploys, oldest first.
    #[serde(default)]
    pub deploys: Vec<Deploy>,
}

impl Release {
    /// Hashes of its commits, newest first.
    pub fn shas(&self) -> Vec<&str> {
        self.commits
            .iter()
            .map(|commit| commit.sha.as_str())
            .collect()
    }
}

/// The tie between a release and a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseCommit {
    /// Name of the repository.
    pub repository: String,
    /// Hash.
    pub sha: String,
}

/// A deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deploy {
    /// Number.
    pub id: u64,
    /// Environment.
    pub environment: String,
    /// Name for people.
    pub name: Option<String>,
    /// A page about it.
    pub url: Option<String>,
    /// When it began.
    pub started_at: Option<String>,
    /// When it was done.
    pub finished_at: String,
}

/// A repository that commits belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedRepository {
    /// Number.
    pub id: u64,
    /// Exact name.
    pub name: String,
    /// `integrations:bitbucket` for the first-party integration's; none for one that commits made.
    #[serde(default)]
    pub provider: Option<String>,
}

/// A commit as Sentry keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedCommit {
    /// Name of the repository.
    pub repository: String,
    /// Hash.
    pub sha: String,
    /// Whole message.
    pub message: Option<String>,
    /// Author's name.
    pub author_name: Option<String>,
    /// Author's mail, lower case, at most 75 characters.
    pub author_email: Option<String>,
    /// When, as it was sent.
    pub timestamp: Option<String>,
    /// Changed files: path and `A`, `M` or `D`.
    pub patch_set: Vec<(String, String)>,
}

/// A Bearer token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentryToken {
    /// Name for people and records; also the author of its notes.
    pub name: String,
    /// The secret.
    pub token: String,
    /// Scopes (`project:releases`, `event:write`, …).
    pub scopes: Vec<String>,
    /// Slug of the organization.
    pub organization: String,
}

impl fmt::Debug for SentryToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SentryToken")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
