//! What Bitbucket knows: workspaces, repositories with their history and hooks, users, credentials.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    access::{Grant, Membership},
    change::FileChange,
    insights::{BuildStatus, Report},
    label,
    oauth::{AuthorizationCode, OAuthConsumer, OAuthToken},
    pull_requests::{CommitLinks, PullRequest},
    tracker::TrackerIssue,
};

/// Everything on the Bitbucket side.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bitbucket {
    /// Workspaces.
    pub workspaces: Vec<Workspace>,
    /// Accounts; a commit whose author's mail is one of theirs carries `author.user`.
    pub users: Vec<User>,
    /// Repositories of all workspaces.
    pub repositories: Vec<Repository>,
    /// Repository and workspace access tokens.
    pub access_tokens: Vec<AccessToken>,
    /// Personal API tokens.
    pub api_tokens: Vec<ApiToken>,
    /// Connect installations.
    pub installations: Vec<Installation>,
    /// OAuth consumers.
    pub oauth_consumers: Vec<OAuthConsumer>,
    /// Codes that were not exchanged yet.
    pub authorization_codes: Vec<AuthorizationCode>,
    /// Every token that was granted.
    pub oauth_tokens: Vec<OAuthToken>,
    /// Uuid of the account that sits at the browser and agrees to whatever a consumer asks for; consent is refused without.
    pub person_at_browser: Option<String>,
    /// Hooks of workspaces, by slug; they hear of every repository of the workspace.
    pub workspace_hooks: BTreeMap<String, Vec<Hook>>,
    /// Pages never hold more than this, whatever `pagelen` asks for.
    pub page_cap: Option<usize>,
    /// Requests that a credential has per rolling hour; no limit if absent.
    pub rate_limit: Option<usize>,
    /// When each credential, by name, made its counted requests of the last hour.
    pub requests: BTreeMap<String, Vec<Timestamp>>,
    /// Who belongs to which workspace.
    pub memberships: Vec<Membership>,
    /// Who may do what in which repository, beyond the owners of its workspace, who may do all.
    pub grants: Vec<Grant>,
    /// Whether there still is an issue tracker; it was removed, so it is answered with 410 by default.
    pub issue_tracker: bool,
    /// Whether code search is switched on; it is answered with 404 by default.
    pub code_search: bool,
    /// The last number given to a comment or a task.
    pub last_id: u64,
}

impl Bitbucket {
    /// The hooks of a workspace itself.
    pub fn hooks_of_workspace(&self, slug: &str) -> &[Hook] {
        self.workspace_hooks.get(slug).map_or(&[], Vec::as_slice)
    }

    /// A number that no comment and no task had before.
    pub fn fresh_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Name in addresses.
    pub slug: String,
    /// `{…}`, in braces.
    pub uuid: String,
    /// Name for people.
    pub name: String,
}

/// An Atlassian account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// `{…}`, in braces.
    pub uuid: String,
    /// Atlassian account id.
    pub account_id: String,
    /// Short name, not unique.
    pub nickname: String,
    /// Full name.
    pub display_name: String,
    /// Mail addresses; the first one is the login of an API token.
    pub emails: Vec<String>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repository {
    /// `{…}`, in braces; survives renames.
    pub uuid: String,
    /// Slug of the workspace.
    pub workspace: String,
    /// Name in addresses.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Main branch; none in an empty repository.
    pub main_branch: Option<String>,
    /// Commits in the order they came to be; a parent stands before its children.
    #[serde(default)]
    pub commits: Vec<Commit>,
    /// Branch name to full hash.
    #[serde(default)]
    pub branches: BTreeMap<String, String>,
    /// Tag name to tag.
    #[serde(default)]
    pub tags: BTreeMap<String, Tag>,
    /// Hooks made through the REST API or seeded.
    #[serde(default)]
    pub hooks: Vec<Hook>,
    /// Pull requests into it.
    #[serde(default)]
    pub pull_requests: Vec<PullRequest>,
    /// Whether commits lead to their pull requests.
    #[serde(default)]
    pub commit_links: CommitLinks,
    /// Accounts (uuids) that are asked to review by default.
    #[serde(default)]
    pub default_reviewers: Vec<String>,
    /// Build statuses of commits.
    #[serde(default)]
    pub statuses: Vec<BuildStatus>,
    /// Code Insights reports of commits.
    #[serde(default)]
    pub reports: Vec<Report>,
    /// Issues of its tracker.
    #[serde(default)]
    pub issues: Vec<TrackerIssue>,
}

impl Repository {
    /// An empty repository `workspace/slug`; its uuid follows from the name.
    pub fn new(workspace: &str, slug: &str) -> Self {
        Self {
            uuid: label::uuid(&format!("repository {workspace}/{slug}")),
            workspace: workspace.to_owned(),
            slug: slug.to_owned(),
            name: slug.to_owned(),
            main_branch: None,
            commits: Vec::new(),
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            hooks: Vec::new(),
            pull_requests: Vec::new(),
            commit_links: CommitLinks::default(),
            default_reviewers: Vec::new(),
            statuses: Vec::new(),
            reports: Vec::new(),
            issues: Vec::new(),
        }
    }

    /// `workspace/slug`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.workspace, self.slug)
    }

    /// The commit with this full hash.
    pub fn commit(&self, sha: &str) -> Option<&Commit> {
        // From the end: what is asked for is mostly young.
        self.commits.iter().rfind(|commit| commit.sha == sha)
    }
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Full hash.
    pub sha: String,
    /// Whole message.
    pub message: String,
    /// `Name <mail>`, or whatever git was told.
    pub author: String,
    /// ISO 8601 with an offset, as Bitbucket prints it.
    pub date: String,
    /// Full hashes, first parent first.
    pub parents: Vec<String>,
    /// Changes against the first parent.
    pub files: Vec<FileChange>,
}

impl Commit {
    /// The commit's date as an instant; the epoch if the text is no date.
    pub fn instant(&self) -> Timestamp {
        self.date.parse().unwrap_or_default()
    }
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Full hash of the tagged commit.
    pub target: String,
    /// Message of an annotated tag; a lightweight tag has none.
    pub message: Option<String>,
}

/// A webhook subscription.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// `{…}`, in braces.
    pub uuid: String,
    /// Where deliveries go.
    pub url: String,
    /// Text for people.
    pub description: String,
    /// Whether deliveries are sent.
    pub active: bool,
    /// Event keys.
    pub events: Vec<String>,
    /// Key of the signature; deliveries are unsigned without.
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A repository or workspace access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// Name for people and records.
    pub name: String,
    /// The secret.
    pub token: String,
    /// OAuth style scopes (`repository`, `webhook`, …).
    pub scopes: Vec<String>,
    /// Slug of the workspace it belongs to.
    pub workspace: String,
    /// Full name of the only repository it reaches; the whole workspace if absent.
    #[serde(default)]
    pub repository: Option<String>,
}

/// A personal API token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Name for people and records.
    pub name: String,
    /// Login.
    pub email: String,
    /// The secret.
    pub token: String,
    /// Granular scopes (`read:repository:bitbucket`, …).
    pub scopes: Vec<String>,
    /// Slugs of the workspaces its owner is a member of.
    pub workspaces: Vec<String>,
}

/// A Connect app's installation in a workspace.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// Key of the app.
    pub app_key: String,
    /// Identifies the installation.
    pub client_key: String,
    /// Key of the tokens, both ways.
    pub shared_secret: String,
    /// Slug of the workspace.
    pub workspace: String,
    /// OAuth style scopes of the descriptor.
    pub scopes: Vec<String>,
    /// The app's base address; its path is left out of the query hash.
    #[serde(default)]
    pub base_url: String,
    /// Where the app's events go; no deliveries if absent.
    #[serde(default)]
    pub webhook_url: Option<String>,
    /// Event keys of the descriptor.
    #[serde(default)]
    pub events: Vec<String>,
}

impl Workspace {
    /// A workspace; uuid and name follow from the slug.
    pub fn new(slug: &str) -> Self {
        Self {
            slug: slug.to_owned(),
            uuid: label::uuid(&format!("workspace {slug}")),
            name: slug.to_owned(),
        }
    }
}

impl Hook {
    /// An active, unsigned hook; its uuid follows from its address.
    pub fn new(url: &str, events: &[&str]) -> Self {
        Self {
            uuid: label::uuid(&format!("hook {url}")),
            url: url.to_owned(),
            description: String::new(),
            active: true,
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            secret: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }
}

impl AccessToken {
    /// A workspace access token; its name is what records call it.
    pub fn new(name: &str, token: &str, workspace: &str, scopes: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            token: token.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            workspace: workspace.to_owned(),
            repository: None,
        }
    }
}

impl Installation {
    /// Path part of the app's base address, without a trailing slash; it is left out of the query hash.
    pub(crate) fn base_path(&self) -> String {
        let base: Option<http::Uri> = self.base_url.parse().ok();
        let path = base.as_ref().map_or("", |base| base.path());
        path.trim_end_matches('/').to_owned()
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Hook")
            .field("uuid", &self.uuid)
            .field("url", &self.url)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccessToken")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiToken")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Installation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Installation")
            .field("app_key", &self.app_key)
            .field("client_key", &self.client_key)
            .finish_non_exhaustive()
    }
}
