//! Followed repositories and the sealed secrets of their hooks.

use async_trait::async_trait;
use bitbucket_api_paths::{RepoFullName, RepoUuid};
use bitbucket_integration_provider::ports::{
    Hook, InstallationState, StoreError, TrackedRepositories, TrackedRepository,
};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Store;
use crate::columns::{Columns, Row, json};
use crate::error::{from_vault, unreadable};
use crate::sealing::{Place, Vault};
use crate::statement::{Sql, Statement, Steps};

/// Adding and updating take the same values in the same order.
const ADD: &str = "
    INSERT INTO repositories (installation, uuid, full_name, web_url, main_branch, projects, on_push, hook, state, added_at, id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const UPDATE: &str = "
    UPDATE repositories SET installation = ?, uuid = ?, full_name = ?, web_url = ?, main_branch = ?, projects = ?, on_push = ?,
        hook = ?, state = ?, added_at = ?
    WHERE id = ?";
const REMOVE: &str = "DELETE FROM repositories WHERE id = ?";
/// Where its branches stood says nothing to whoever follows it anew.
const FORGET_HEADS: &str = "DELETE FROM branch_heads WHERE repository = ?";
const ADD_SECRET: &str = "INSERT INTO hook_secrets (repository, secret) VALUES (?, ?)";
const RETIRE_SECRETS: &str = "
    DELETE FROM hook_secrets WHERE repository = ? AND seq NOT IN
        (SELECT seq FROM hook_secrets WHERE repository = ? ORDER BY seq DESC LIMIT ?)";
pub(crate) const FIND: &str = "SELECT * FROM repositories WHERE id = ?";
pub(crate) const BY_UUID: &str = "SELECT * FROM repositories WHERE installation = ? AND uuid = ?";
/// A name can move on to another repository before we hear of it: the one that was added last has it.
pub(crate) const BY_FULL_NAME: Sql = Sql::each(
    "SELECT * FROM repositories WHERE full_name = ? COLLATE NOCASE ORDER BY added_at DESC, id DESC LIMIT 1",
    "SELECT * FROM repositories WHERE lower(full_name) = lower(?) ORDER BY added_at DESC, id DESC LIMIT 1",
);
pub(crate) const LIST: Sql = Sql::each(
    "SELECT * FROM repositories WHERE installation = ? ORDER BY full_name COLLATE NOCASE, id",
    "SELECT * FROM repositories WHERE installation = ? ORDER BY lower(full_name) COLLATE \"C\", id",
);
pub(crate) const SECRETS: &str =
    "SELECT secret FROM hook_secrets WHERE repository = ? ORDER BY seq DESC";
/// A row for each secret, or one without.
pub(crate) const HOOK: &str = "
    SELECT repositories.installation, installations.state, hook_secrets.secret
    FROM repositories JOIN installations ON installations.id = repositories.installation
        LEFT JOIN hook_secrets ON hook_secrets.repository = repositories.id
    WHERE repositories.id = ? ORDER BY hook_secrets.seq DESC";
/// What an error calls a hook's secret.
const SECRET: &str = "hook_secrets.secret";

#[async_trait]
impl TrackedRepositories for Store {
    async fn add(
        &self,
        repository: &TrackedRepository,
        hook_secret: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = seal(&self.vault, repository.id, hook_secret)?;
        let add = with_columns(ADD, repository)?;
        let add_secret = Statement::new(ADD_SECRET)
            .with(repository.id.as_uuid())
            .with(sealed);
        self.transact(Steps::new().then(add).then(add_secret))
            .await
            .map(drop)
    }

    async fn update(&self, repository: &TrackedRepository) -> Result<(), StoreError> {
        match self.change(with_columns(UPDATE, repository)?).await? {
            0 => Err(unreadable("the repository: there is none with this id")),
            _ => Ok(()),
        }
    }

    async fn remove(&self, id: RepositoryId) -> Result<(), StoreError> {
        let of_it = |text| Statement::new(text).with(id.as_uuid());
        let steps = Steps::new().then(of_it(REMOVE)).then(of_it(FORGET_HEADS));
        self.transact(steps).await.map(drop)
    }

    async fn find(&self, id: RepositoryId) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(Statement::quick(FIND).with(id.as_uuid()), read)
            .await
    }

    async fn by_uuid(
        &self,
        installation: InstallationId,
        uuid: &RepoUuid,
    ) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(
            Statement::quick(BY_UUID)
                .with(installation.as_uuid())
                .with(uuid.to_string()),
            read,
        )
        .await
    }

    async fn by_full_name(
        &self,
        full_name: &RepoFullName,
    ) -> Result<Option<TrackedRepository>, StoreError> {
        self.one(
            Statement::quick(BY_FULL_NAME).with(full_name.to_string()),
            read,
        )
        .await
    }

    async fn list(
        &self,
        installation: InstallationId,
    ) -> Result<Vec<TrackedRepository>, StoreError> {
        self.all(Statement::new(LIST).with(installation.as_uuid()), read)
            .await
    }

    async fn hook(&self, id: RepositoryId) -> Result<Option<Hook>, StoreError> {
        let rows = self.rows(Statement::quick(HOOK).with(id.as_uuid())).await?;
        let Some(first) = rows.first() else {
            return Ok(None);
        };
        let whose = Columns::new("repositories", first);
        let state: InstallationState = Columns::new("installations", first).word("state")?;
        let secret = |row| {
            let sealed = Columns::new("hook_secrets", row).optional_bytes("secret");
            sealed
                .transpose()
                .map(|sealed| open(&self.vault, id, sealed?))
        };
        Ok(Some(Hook {
            installation: whose.id("installation", InstallationId::from_uuid)?,
            in_use: state == InstallationState::Active,
            secrets: rows.iter().filter_map(secret).collect::<Result<_, _>>()?,
        }))
    }

    async fn hook_secrets(&self, id: RepositoryId) -> Result<Vec<SecretString>, StoreError> {
        let secret = |row: &Row| {
            open(
                &self.vault,
                id,
                Columns::new("hook_secrets", row).bytes("secret")?,
            )
        };
        self.all(Statement::quick(SECRETS).with(id.as_uuid()), secret)
            .await
    }

    async fn add_hook_secret(
        &self,
        id: RepositoryId,
        secret: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = seal(&self.vault, id, secret)?;
        let add = Statement::new(ADD_SECRET).with(id.as_uuid()).with(sealed);
        self.change(add).await.map(drop)
    }

    async fn retire_hook_secrets(&self, id: RepositoryId, keep: u32) -> Result<(), StoreError> {
        let retire = Statement::new(RETIRE_SECRETS)
            .with(id.as_uuid())
            .with(id.as_uuid())
            .with(keep);
        self.change(retire).await.map(drop)
    }
}

/// A change with the values of all columns, in the order of [`ADD`].
fn with_columns(
    statement: &'static str,
    repository: &TrackedRepository,
) -> Result<Statement, StoreError> {
    Ok(Statement::new(statement)
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

pub(super) fn read(row: &Row) -> Result<TrackedRepository, StoreError> {
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
