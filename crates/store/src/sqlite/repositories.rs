//! Followed repositories and the sealed secrets of their hooks.

use async_trait::async_trait;
use bitbucket_api_paths::{RepoFullName, RepoUuid};
use bitbucket_integration_provider::ports::{StoreError, TrackedRepositories, TrackedRepository};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::sqlite::SqliteRow;

use super::SqliteStore;
use super::change::Change;
use super::columns::{Columns, blob, json};
use super::error::{from_vault, unreadable};
use crate::sealing::{Place, Vault};

/// Adding and updating take the same values in the same order.
const ADD: &str = "
    INSERT INTO repositories (installation, uuid, full_name, web_url, main_branch, projects, on_push, hook, state, added_at, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const UPDATE: &str = "
    UPDATE repositories SET installation = ?, uuid = ?, full_name = ?, web_url = ?, main_branch = ?, projects = ?, on_push = ?,
        hook = ?, state = ?, added_at = ?
    WHERE id = ?";
const REMOVE: &str = "DELETE FROM repositories WHERE id = ?";
const ADD_SECRET: &str = "INSERT INTO hook_secrets (repository, secret) VALUES (?, ?)";
pub(super) const FIND: &str = "SELECT * FROM repositories WHERE id = ?";
pub(super) const BY_UUID: &str = "SELECT * FROM repositories WHERE installation = ? AND uuid = ?";
/// A name can move on to another repository before we hear of it: the one that was added last has it.
pub(super) const BY_FULL_NAME: &str = "
    SELECT * FROM repositories WHERE full_name = ? COLLATE NOCASE ORDER BY added_at DESC, id DESC LIMIT 1";
pub(super) const LIST: &str =
    "SELECT * FROM repositories WHERE installation = ? ORDER BY full_name COLLATE NOCASE, id";
pub(super) const SECRETS: &str =
    "SELECT secret FROM hook_secrets WHERE repository = ? ORDER BY seq DESC";
/// What an error calls a hook's secret.
const SECRET: &str = "hook_secrets.secret";

#[async_trait]
impl TrackedRepositories for SqliteStore {
    async fn add(
        &self,
        repository: &TrackedRepository,
        hook_secret: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = seal(&self.vault, repository.id, hook_secret)?;
        let add = with_columns(ADD, repository)?;
        let add_secret = Change::new(ADD_SECRET)
            .with(repository.id.as_uuid())
            .with(sealed);
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    add.execute(connection).await?;
                    add_secret.execute(connection).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn update(&self, repository: &TrackedRepository) -> Result<(), StoreError> {
        match self
            .writer
            .change(with_columns(UPDATE, repository)?)
            .await?
        {
            0 => Err(unreadable("the repository: there is none with this id")),
            _ => Ok(()),
        }
    }

    async fn remove(&self, id: RepositoryId) -> Result<(), StoreError> {
        self.writer
            .change(Change::new(REMOVE).with(id.as_uuid()))
            .await
            .map(drop)
    }

    async fn find(&self, id: RepositoryId) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(sqlx::query(FIND).bind(blob(id.as_uuid())), read)
            .await
    }

    async fn by_uuid(
        &self,
        installation: InstallationId,
        uuid: &RepoUuid,
    ) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(
            sqlx::query(BY_UUID)
                .bind(blob(installation.as_uuid()))
                .bind(uuid.as_str()),
            read,
        )
        .await
    }

    async fn by_full_name(
        &self,
        full_name: &RepoFullName,
    ) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(sqlx::query(BY_FULL_NAME).bind(full_name.to_string()), read)
            .await
    }

    async fn list(
        &self,
        installation: InstallationId,
    ) -> Result<Vec<TrackedRepository>, StoreError> {
        self.all(sqlx::query(LIST).bind(blob(installation.as_uuid())), read)
            .await
    }

    async fn hook_secrets(&self, id: RepositoryId) -> Result<Vec<SecretString>, StoreError> {
        let secret = |row: &SqliteRow| {
            open(
                &self.vault,
                id,
                Columns::new("hook_secrets", row).bytes("secret")?,
            )
        };
        self.all(sqlx::query(SECRETS).bind(blob(id.as_uuid())), secret)
            .await
    }
}

/// A change with the values of all columns, in the order of [`ADD`].
fn with_columns(
    statement: &'static str,
    repository: &TrackedRepository,
) -> Result<Change, StoreError> {
    Ok(Change::new(statement)
        .with(repository.installation.as_uuid())
        .with(repository.uuid.to_string())
        .with(repository.full_name.to_string())
        .with(repository.web_url.as_ref())
        .with(repository.main_branch.as_ref())
        .with(json(&repository.projects)?)
        .with(repository.on_push.as_str())
        .with(repository.hook.as_ref().map(ToString::to_string))
        .with(repository.state.as_str())
        .with(repository.added_at.as_millisecond())
        .with(repository.id.as_uuid()))
}

fn seal(vault: &Vault, id: RepositoryId, secret: &SecretString) -> Result<Vec<u8>, StoreError> {
    let sealed = vault.seal(
        Place::HookSecret,
        id.as_uuid().as_bytes(),
        secret.expose_secret().as_bytes(),
    );
    sealed.map_err(|error| from_vault(error, SECRET))
}

fn open(vault: &Vault, id: RepositoryId, sealed: &[u8]) -> Result<SecretString, StoreError> {
    let plain = vault.open(Place::HookSecret, id.as_uuid().as_bytes(), sealed);
    let plain = plain.map_err(|error| from_vault(error, SECRET))?;
    let text = std::str::from_utf8(&plain).map_err(|_| unreadable(SECRET))?;
    Ok(SecretString::from(text))
}

fn read(row: &SqliteRow) -> Result<TrackedRepository, StoreError> {
    let columns = Columns::new("repositories", row);
    Ok(TrackedRepository {
        id: columns.id("id", RepositoryId::from_uuid)?,
        installation: columns.id("installation", InstallationId::from_uuid)?,
        uuid: columns.parsed("uuid")?,
        full_name: columns.parsed("full_name")?,
        web_url: columns.optional_text("web_url")?.map(str::to_owned),
        main_branch: columns.optional_text("main_branch")?.map(str::to_owned),
        projects: columns.json("projects")?,
        on_push: columns.word("on_push")?,
        hook: columns.optional_parsed("hook")?,
        state: columns.word("state")?,
        added_at: columns.time("added_at")?,
    })
}
