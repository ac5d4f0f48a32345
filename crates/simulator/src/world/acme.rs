//! The default world: one company, one repository, one tracker project, three open issues.

use super::{
    AccessToken, ApiToken, Bitbucket, Commit, FileChange, Installation, Issue, Member, Membership,
    OAuthConsumer, Organization, Project, Repository, Sentry, SentryToken, User, Workspace, World,
    label::sha,
};
use crate::clock::Clock;

/// Slug of the workspace.
pub const WORKSPACE: &str = "acme";
/// Uuid of the workspace.
pub const WORKSPACE_UUID: &str = "{ac3e0000-0000-4000-8000-000000000001}";
/// Full name of the repository with history.
pub const REPOSITORY: &str = "acme/rocket";
/// Its uuid.
pub const REPOSITORY_UUID: &str = "{ac3e0000-0000-4000-8000-000000000002}";
/// Full name of an empty second repository.
pub const EMPTY_REPOSITORY: &str = "acme/launchpad";
/// Labels of the commits on `main` of [`REPOSITORY`], oldest first; `sha(label)` is the hash.
pub const HISTORY: [&str; 3] = ["r1", "r2", "r3"];
/// Workspace access token (Bearer) with scopes `account`, `repository`, `pullrequest`, `webhook`.
pub const ACCESS_TOKEN: &str = "ATCTT3xFfGF0-acme-workspace-token";
/// Login of the API token (Basic).
pub const API_EMAIL: &str = "ada@acme.example";
/// The API token (Basic).
pub const API_TOKEN: &str = "ATATT3xFfGF0-ada-api-token";
/// Key of the Connect app.
pub const CONNECT_APP_KEY: &str = "bitbucket-integration";
/// Client key of the installation in [`WORKSPACE`].
pub const CONNECT_CLIENT_KEY: &str =
    "ari:cloud:bitbucket::app/{ac3e0000-0000-4000-8000-000000000001}/bitbucket-integration";
/// Shared secret of the installation.
pub const CONNECT_SHARED_SECRET: &str = "acme-connect-shared-secret-0123456789abcdef";
/// Key of the OAuth consumer, which acts as Ada by its own credentials.
pub const OAUTH_KEY: &str = "acme-oauth-consumer-key";
/// Secret of the OAuth consumer.
pub const OAUTH_SECRET: &str = "acme-oauth-consumer-secret-0123456789abcdef";
/// Callback address of the OAuth consumer.
pub const OAUTH_CALLBACK: &str = "https://integration.acme.example/callback";
/// Slug of the Sentry organization.
pub const SENTRY_ORGANIZATION: &str = "acme";
/// Slug of the Sentry project.
pub const SENTRY_PROJECT: &str = "rocket";
/// Sentry token with all scopes the integration needs.
pub const SENTRY_TOKEN: &str = "sntryi_acme-integration-token";
/// Short ids of the unresolved issues.
pub const ISSUES: [&str; 3] = ["ROCKET-1A", "ROCKET-2B", "ROCKET-3C"];
/// Author with an account: commits carry `author.user`.
pub const ADA: &str = "Ada Lovelace <ada@acme.example>";
/// Uuid of Ada's account.
pub const ADA_UUID: &str = "{ac3e0000-0000-4000-8000-000000000003}";
/// Author without an account: commits carry `author.raw` only.
pub const STRANGER: &str = "Sam Stranger <sam@elsewhere.example>";

impl World {
    /// The default world, the same in every run; its clock is the machine's.
    pub fn acme() -> Self {
        Self {
            clock: Clock::Wall,
            bitbucket: bitbucket(),
            sentry: sentry(),
        }
    }
}

fn bitbucket() -> Bitbucket {
    Bitbucket {
        workspaces: vec![Workspace {
            slug: WORKSPACE.to_owned(),
            uuid: WORKSPACE_UUID.to_owned(),
            name: "Acme Corporation".to_owned(),
        }],
        users: vec![ada()],
        repositories: vec![rocket(), Repository::new(WORKSPACE, "launchpad")],
        access_tokens: vec![AccessToken {
            name: "acme access token".to_owned(),
            token: ACCESS_TOKEN.to_owned(),
            scopes: owned(&["account", "repository", "pullrequest", "webhook"]),
            workspace: WORKSPACE.to_owned(),
            repository: None,
        }],
        api_tokens: vec![api_token()],
        installations: vec![installation()],
        oauth_consumers: vec![OAuthConsumer::new(
            OAUTH_KEY,
            OAUTH_SECRET,
            OAUTH_CALLBACK,
            ADA_UUID,
            &["account", "repository", "pullrequest", "webhook"],
        )],
        person_at_browser: Some(ADA_UUID.to_owned()),
        memberships: vec![Membership::new(WORKSPACE, ADA_UUID, "owner")],
        ..Bitbucket::default()
    }
}

fn ada() -> User {
    User {
        uuid: ADA_UUID.to_owned(),
        account_id: "712020:ac3e0000-0000-4000-8000-000000000004".to_owned(),
        nickname: "ada".to_owned(),
        display_name: "Ada Lovelace".to_owned(),
        emails: owned(&[API_EMAIL]),
    }
}

fn api_token() -> ApiToken {
    ApiToken {
        name: "ada's API token".to_owned(),
        email: API_EMAIL.to_owned(),
        token: API_TOKEN.to_owned(),
        scopes: owned(&[
            "read:user:bitbucket",
            "read:workspace:bitbucket",
            "read:repository:bitbucket",
            "read:pullrequest:bitbucket",
            "read:webhook:bitbucket",
            "write:webhook:bitbucket",
            "delete:webhook:bitbucket",
        ]),
        workspaces: owned(&[WORKSPACE]),
    }
}

fn installation() -> Installation {
    Installation {
        app_key: CONNECT_APP_KEY.to_owned(),
        client_key: CONNECT_CLIENT_KEY.to_owned(),
        shared_secret: CONNECT_SHARED_SECRET.to_owned(),
        workspace: WORKSPACE.to_owned(),
        scopes: owned(&[
            "account",
            "issue:write",
            "pullrequest",
            "webhook",
            "repository",
        ]),
        base_url: String::new(),
        webhook_url: None,
        events: owned(&["repo:push", "repo:updated", "pullrequest:fulfilled"]),
    }
}

fn rocket() -> Repository {
    let mut repository = Repository::new(WORKSPACE, "rocket");
    REPOSITORY_UUID.clone_into(&mut repository.uuid);
    "Rocket".clone_into(&mut repository.name);
    repository.main_branch = Some("main".to_owned());
    repository.commits = vec![
        commit(
            "r1",
            None,
            ADA,
            "Set up the launch pad",
            "2026-11-16T09:00:00+01:00",
            "README.md",
        ),
        commit(
            "r2",
            Some("r1"),
            STRANGER,
            "Add the engine",
            "2026-11-17T10:30:00-05:00",
            "src/engine.rs",
        ),
        commit(
            "r3",
            Some("r2"),
            ADA,
            "Add the guidance system",
            "2026-11-18T14:15:00+01:00",
            "src/guidance.rs",
        ),
    ];
    repository.branches.insert("main".to_owned(), sha("r3"));
    repository
}

fn commit(
    label: &str,
    parent: Option<&str>,
    author: &str,
    message: &str,
    date: &str,
    path: &str,
) -> Commit {
    Commit {
        sha: sha(label),
        message: format!("{message}\n"),
        author: author.to_owned(),
        date: date.to_owned(),
        parents: parent.map(sha).into_iter().collect(),
        files: vec![FileChange::added(path)],
    }
}

fn sentry() -> Sentry {
    let issue = |place: usize, title: &str| {
        Issue::unresolved(place as u64 + 1001, ISSUES[place], SENTRY_PROJECT, title)
    };
    Sentry {
        organizations: vec![Organization {
            id: 1,
            slug: SENTRY_ORGANIZATION.to_owned(),
            name: "Acme Corporation".to_owned(),
            projects: vec![Project {
                id: 11,
                slug: SENTRY_PROJECT.to_owned(),
                name: "Rocket".to_owned(),
            }],
            members: vec![Member {
                id: 21,
                name: "Ada Lovelace".to_owned(),
                email: API_EMAIL.to_owned(),
            }],
            issues: vec![
                issue(0, "ZeroDivisionError: thrust divided by nothing"),
                issue(1, "TimeoutError: ground control did not answer"),
                issue(2, "KeyError: 'parachute'"),
            ],
            ..Organization::default()
        }],
        tokens: vec![SentryToken {
            name: "acme integration".to_owned(),
            token: SENTRY_TOKEN.to_owned(),
            scopes: owned(&[
                "org:read",
                "project:read",
                "project:releases",
                "event:read",
                "event:write",
                "event:admin",
            ]),
            organization: SENTRY_ORGANIZATION.to_owned(),
        }],
        resolves_from_messages: true,
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
