//! The hook of a followed repository: created once, recognised, mended, taken over.

use bitbucket_api_paths::{HookUuid, RepoRef};
use bitbucket_http_client::{ApiError, ApiErrorCause, BitbucketApi, Hook, HookUpdate, NewHook};
use secrecy::SecretString;

use super::{AddRepositoryError, HOOK_DESCRIPTION};
use crate::events::EventKey;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{StoreError, TrackedRepository};

impl Integration {
    /// The first hook of a repository: one of ours that an earlier following left behind is taken over, else it is created.
    pub(super) async fn first_hook(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        secret: SecretString,
    ) -> Result<Hook, ApiError> {
        let at = RepoRef::from(repository.uuid.clone());
        for hook in client.hooks(&at).await? {
            if self.is_left_behind(&hook).await {
                return self
                    .update_hook(client, repository, &hook.uuid, Some(secret))
                    .await;
            }
        }
        self.create_hook(client, repository, secret).await
    }

    /// Whether a hook calls this service for a repository that nobody follows any more.
    async fn is_left_behind(&self, hook: &Hook) -> bool {
        let Some(id) = self.settings.hook_base.repository_of(&hook.url) else {
            return false;
        };
        matches!(self.ports.repositories.find(id).await, Ok(None))
    }

    /// The hook of a followed repository: mended if somebody changed it, created again with the same secret if it is gone.
    pub(super) async fn hook_of(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
    ) -> Result<Hook, AddRepositoryError> {
        let at = RepoRef::from(repository.uuid.clone());
        let url = self.settings.hook_base.hook_url(repository.id);
        let refused = |error| AddRepositoryError::Hook {
            repository: repository.full_name.clone(),
            error,
        };
        let hooks = client.hooks(&at).await.map_err(refused)?;
        let calls_us = |hook: &&Hook| hook.url == url;
        let known = |hook: &&Hook| repository.hook.as_ref() == Some(&hook.uuid);
        if let Some(hook) = hooks.iter().find(|hook| is_right(hook, &url)) {
            return Ok(hook.clone());
        }
        let secret = self.newest_secret(repository.id).await?;
        // A hook that was switched off, lost an event, or calls an address that this service had before.
        if let Some(hook) = hooks
            .iter()
            .find(known)
            .or_else(|| hooks.iter().find(calls_us))
        {
            let mended = self.update_hook(client, repository, &hook.uuid, Some(secret));
            return mended.await.map_err(refused);
        }
        self.create_hook(client, repository, secret)
            .await
            .map_err(refused)
    }

    async fn newest_secret(&self, id: RepositoryId) -> Result<SecretString, StoreError> {
        let secrets = self.ports.repositories.hook_secrets(id).await?;
        secrets
            .into_iter()
            .next()
            .ok_or_else(|| StoreError::Unreadable {
                what: "the secret of the hook".to_owned(),
            })
    }

    /// Creates a hook; with a credential that must not read pull requests, one that does not tell of them.
    async fn create_hook(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        secret: SecretString,
    ) -> Result<Hook, ApiError> {
        let whole = self.new_hook(repository.id, secret.clone(), EventKey::SUBSCRIBED);
        match create(client, repository, &whole).await {
            Err(error) if *error.cause() == ApiErrorCause::Forbidden => {
                let narrow = self.new_hook(repository.id, secret, &without_pull_requests());
                create(client, repository, &narrow).await
            }
            other => other,
        }
    }

    /// Replaces what a hook is, with or without a new secret; with a credential that must not read pull requests, without these.
    pub(super) async fn update_hook(
        &self,
        client: &dyn BitbucketApi,
        repository: &TrackedRepository,
        hook: &HookUuid,
        secret: Option<SecretString>,
    ) -> Result<Hook, ApiError> {
        let at = RepoRef::from(repository.uuid.clone());
        let whole = self.hook_update(repository.id, secret.clone(), EventKey::SUBSCRIBED);
        match client.update_hook(&at, hook, &whole).await {
            Err(error) if *error.cause() == ApiErrorCause::Forbidden => {
                let narrow = self.hook_update(repository.id, secret, &without_pull_requests());
                client.update_hook(&at, hook, &narrow).await
            }
            other => other,
        }
    }

    fn hook_update(
        &self,
        repository: RepositoryId,
        secret: Option<SecretString>,
        events: &[EventKey],
    ) -> HookUpdate {
        HookUpdate {
            description: HOOK_DESCRIPTION.to_owned(),
            url: self.settings.hook_base.hook_url(repository),
            active: true,
            events: events.iter().map(|key| key.as_str().to_owned()).collect(),
            secret,
        }
    }

    fn new_hook(
        &self,
        repository: RepositoryId,
        secret: SecretString,
        events: &[EventKey],
    ) -> NewHook {
        let HookUpdate {
            description,
            url,
            active,
            events,
            ..
        } = self.hook_update(repository, None, events);
        NewHook {
            description,
            url,
            active,
            events,
            secret,
        }
    }
}

/// Creates a hook. When the answer is lost, it is looked for: a second one would deliver everything twice.
async fn create(
    client: &dyn BitbucketApi,
    repository: &TrackedRepository,
    hook: &NewHook,
) -> Result<Hook, ApiError> {
    let at = RepoRef::from(repository.uuid.clone());
    let error = match client.create_hook(&at, hook).await {
        Ok(created) => return Ok(created),
        Err(error) => error,
    };
    if !error.is_retryable() {
        return Err(error);
    }
    let created = client.hooks(&at).await.unwrap_or_default();
    created
        .into_iter()
        .find(|made| is_right(made, &hook.url))
        .ok_or(error)
}

fn without_pull_requests() -> Vec<EventKey> {
    let events = EventKey::SUBSCRIBED.iter().copied();
    events.filter(|key| !key.is_about_pull_requests()).collect()
}

/// Whether a hook does what ours must do.
fn is_right(hook: &Hook, url: &str) -> bool {
    let tells = |key: &EventKey| hook.events.iter().any(|event| event == key.as_str());
    hook.active && hook.url == url && EventKey::SUBSCRIBED.iter().all(tells)
}
