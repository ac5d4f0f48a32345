//! Single things put into the world while it runs.

use serde::{Deserialize, Serialize};

use crate::world::{
    AccessToken, ApiToken, Hook, Installation, Issue, OAuthConsumer, Organization, Project,
    Release, Repository, SentryToken, User, Workspace, World,
};

/// One thing for the world; what has the same identity is replaced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seed {
    /// A workspace, by slug.
    Workspace(Workspace),
    /// An account, by uuid.
    User(User),
    /// A repository, by uuid.
    Repository(Repository),
    /// A hook of a repository, by uuid.
    Hook {
        /// Full name of the repository.
        repository: String,
        /// The hook.
        hook: Hook,
    },
    /// A hook of a workspace, by uuid.
    WorkspaceHook {
        /// Slug of the workspace.
        workspace: String,
        /// The hook.
        hook: Hook,
    },
    /// An access token, by token.
    AccessToken(AccessToken),
    /// An API token, by token.
    ApiToken(ApiToken),
    /// A Connect installation, by client key.
    Installation(Installation),
    /// An OAuth consumer, by key.
    OAuthConsumer(OAuthConsumer),
    /// Uuid of who sits at the browser and agrees to whatever a consumer asks for; nobody refuses.
    PersonAtBrowser(Option<String>),
    /// A Sentry organization, by slug.
    Organization(Organization),
    /// A Sentry project, by slug.
    Project {
        /// Slug of the organization.
        organization: String,
        /// The project.
        project: Project,
    },
    /// A Sentry issue, by short id.
    Issue {
        /// Slug of the organization.
        organization: String,
        /// The issue.
        issue: Issue,
    },
    /// A Sentry release, by version.
    Release {
        /// Slug of the organization.
        organization: String,
        /// The release.
        release: Release,
    },
    /// A Sentry token, by token.
    SentryToken(SentryToken),
    /// Whether releases resolve the issues that their commits name.
    ResolvesFromMessages(bool),
    /// Whether Bitbucket still has its own issue trackers.
    IssueTracker(bool),
    /// Largest page of Bitbucket lists.
    PageCap(Option<usize>),
    /// Requests per credential and hour at Bitbucket; counting begins anew.
    RateLimit(Option<usize>),
}

impl Seed {
    /// Puts it into the world; says what is missing if it has no home there.
    pub(crate) fn plant(self, world: &mut World) -> Result<(), String> {
        let (bitbucket, sentry) = (&mut world.bitbucket, &mut world.sentry);
        match self {
            Self::Workspace(one) => put(&mut bitbucket.workspaces, one, |own| &own.slug),
            Self::User(one) => put(&mut bitbucket.users, one, |own| &own.uuid),
            Self::Repository(one) => put(&mut bitbucket.repositories, one, |own| &own.uuid),
            Self::Hook { repository, hook } => {
                let mut all = bitbucket.repositories.iter_mut();
                let home = all.find(|one| one.full_name() == repository);
                let home = home.ok_or_else(|| format!("no repository {repository}"))?;
                put(&mut home.hooks, hook, |own| &own.uuid);
            }
            Self::WorkspaceHook { workspace, hook } => {
                let hooks = bitbucket.workspace_hooks.entry(workspace).or_default();
                put(hooks, hook, |own| &own.uuid);
            }
            Self::AccessToken(one) => put(&mut bitbucket.access_tokens, one, |own| &own.token),
            Self::ApiToken(one) => put(&mut bitbucket.api_tokens, one, |own| &own.token),
            Self::Installation(one) => {
                put(&mut bitbucket.installations, one, |own| &own.client_key);
            }
            Self::OAuthConsumer(one) => {
                put(&mut bitbucket.oauth_consumers, one, |own| &own.key);
            }
            Self::PersonAtBrowser(person) => bitbucket.person_at_browser = person,
            Self::Organization(one) => put(&mut sentry.organizations, one, |own| &own.slug),
            Self::Project {
                organization,
                project,
            } => put(&mut home(world, &organization)?.projects, project, |own| {
                &own.slug
            }),
            Self::Issue {
                organization,
                issue,
            } => put(&mut home(world, &organization)?.issues, issue, |own| {
                &own.short_id
            }),
            Self::Release {
                organization,
                release,
            } => put(&mut home(world, &organization)?.releases, release, |own| {
                &own.version
            }),
            Self::SentryToken(one) => put(&mut sentry.tokens, one, |own| &own.token),
            Self::ResolvesFromMessages(on) => sentry.resolves_from_messages = on,
            Self::IssueTracker(on) => bitbucket.issue_tracker = on,
            Self::PageCap(cap) => bitbucket.page_cap = cap,
            Self::RateLimit(limit) => {
                bitbucket.rate_limit = limit;
                bitbucket.requests.clear();
            }
        }
        Ok(())
    }
}

fn home<'a>(world: &'a mut World, slug: &str) -> Result<&'a mut Organization, String> {
    let mut all = world.sentry.organizations.iter_mut();
    all.find(|one| one.slug == slug)
        .ok_or_else(|| format!("no organization {slug}"))
}

fn put<T>(list: &mut Vec<T>, item: T, identity: impl Fn(&T) -> &String) {
    match list.iter().position(|own| identity(own) == identity(&item)) {
        Some(place) => list[place] = item,
        None => list.push(item),
    }
}
