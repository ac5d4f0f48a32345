//! Keeping webhook subscriptions.

use async_trait::async_trait;
use bitbucket_api_paths::{Endpoint, HookUuid, Query, RepoRef, Workspace, hooks, workspace_hooks};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{BitbucketClient, ENTRIES_PER_PAGE, misuse};
use crate::api::{Hooks, WorkspaceHooks};
use crate::error::{ApiError, Misuse};
use crate::model::{Hook, HookUpdate, NewHook};

/// Far above the number of hooks that a repository may have.
const MAX_HOOKS: usize = 1_000;
/// The longest secret that Bitbucket takes, in characters.
const MAX_SECRET: usize = 128;

#[async_trait]
impl Hooks for BitbucketClient {
    async fn hooks(&self, repository: &RepoRef) -> Result<Vec<Hook>, ApiError> {
        self.list(hooks::list(repository)).await
    }

    async fn hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<Hook, ApiError> {
        self.trimmed(&hooks::read(repository, hook)).await
    }

    async fn create_hook(&self, repository: &RepoRef, hook: &NewHook) -> Result<Hook, ApiError> {
        self.create(&hooks::create(repository), hook).await
    }

    async fn update_hook(
        &self,
        repository: &RepoRef,
        hook: &HookUuid,
        update: &HookUpdate,
    ) -> Result<Hook, ApiError> {
        self.update(&hooks::update(repository, hook), update).await
    }

    async fn delete_hook(&self, repository: &RepoRef, hook: &HookUuid) -> Result<(), ApiError> {
        self.remove(&hooks::delete(repository, hook)).await
    }
}

#[async_trait]
impl WorkspaceHooks for BitbucketClient {
    async fn workspace_hooks(&self, workspace: &Workspace) -> Result<Vec<Hook>, ApiError> {
        self.list(workspace_hooks::list(workspace)).await
    }

    async fn workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
    ) -> Result<Hook, ApiError> {
        self.trimmed(&workspace_hooks::read(workspace, hook)).await
    }

    async fn create_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &NewHook,
    ) -> Result<Hook, ApiError> {
        self.create(&workspace_hooks::create(workspace), hook).await
    }

    async fn update_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
        update: &HookUpdate,
    ) -> Result<Hook, ApiError> {
        self.update(&workspace_hooks::update(workspace, hook), update)
            .await
    }

    async fn delete_workspace_hook(
        &self,
        workspace: &Workspace,
        hook: &HookUuid,
    ) -> Result<(), ApiError> {
        self.remove(&workspace_hooks::delete(workspace, hook)).await
    }
}

impl BitbucketClient {
    async fn list(&self, endpoint: Endpoint) -> Result<Vec<Hook>, ApiError> {
        let endpoint = endpoint.with_query(Query::new().pagelen(ENTRIES_PER_PAGE));
        // A hook left out would be created again.
        let hooks = self.trimmed_pages(&endpoint).collect_all(MAX_HOOKS);
        Ok(hooks.await?.values)
    }

    async fn create(&self, endpoint: &Endpoint, hook: &NewHook) -> Result<Hook, ApiError> {
        let body = HookBody {
            description: &hook.description,
            url: &hook.url,
            active: hook.active,
            events: events(endpoint, &hook.events)?,
            secret: Some(secret(endpoint, &hook.secret)?),
        };
        self.write(endpoint, &body, std::slice::from_ref(&hook.secret))
            .await
    }

    async fn update(&self, endpoint: &Endpoint, update: &HookUpdate) -> Result<Hook, ApiError> {
        let body = HookBody {
            description: &update.description,
            url: &update.url,
            active: update.active,
            events: events(endpoint, &update.events)?,
            secret: update
                .secret
                .as_ref()
                .map(|new| secret(endpoint, new))
                .transpose()?,
        };
        self.write(endpoint, &body, update.secret.as_slice()).await
    }
}

/// The body of POST and PUT. On PUT an absent secret stays as it is, `null` would remove it.
#[derive(Serialize)]
struct HookBody<'a> {
    description: &'a str,
    url: &'a str,
    active: bool,
    events: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

/// At least one, each once: Bitbucket refuses repeated events.
fn events<'a>(endpoint: &Endpoint, events: &'a [String]) -> Result<Vec<&'a str>, ApiError> {
    let mut distinct: Vec<&str> = Vec::with_capacity(events.len());
    for event in events {
        if !distinct.contains(&event.as_str()) {
            distinct.push(event);
        }
    }
    if distinct.is_empty() {
        Err(misuse(endpoint, Misuse::HookWithoutEvents))
    } else {
        Ok(distinct)
    }
}

fn secret<'a>(endpoint: &Endpoint, secret: &'a SecretString) -> Result<&'a str, ApiError> {
    let text = secret.expose_secret();
    match text.chars().count() {
        1..=MAX_SECRET => Ok(text),
        _ => Err(misuse(endpoint, Misuse::HookSecretLength)),
    }
}
