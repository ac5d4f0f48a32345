//! Workspaces that installed the Connect app, and their sealed secrets.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{ConnectTenant, ConnectTenants, StoreError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::Store;
use crate::columns::{Columns, Row};
use crate::error::{from_vault, unreadable};
use crate::sealing::Place;
use crate::statement::Statement;

const SAVE: &str = "
    INSERT INTO connect_tenants (client_key, app_key, workspace, workspace_uuid, state, installed_at, shared_secret)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (client_key) DO UPDATE SET app_key = excluded.app_key, workspace = excluded.workspace,
        workspace_uuid = excluded.workspace_uuid, state = excluded.state, installed_at = excluded.installed_at,
        shared_secret = excluded.shared_secret";
pub(crate) const FIND: &str = "SELECT * FROM connect_tenants WHERE client_key = ?";
const LIST: &str = "SELECT * FROM connect_tenants ORDER BY installed_at DESC, client_key";
/// What an error calls a shared secret.
const SECRET: &str = "connect_tenants.shared_secret";

#[async_trait]
impl ConnectTenants for Store {
    async fn save_tenant(
        &self,
        tenant: &ConnectTenant,
        shared_secret: &SecretString,
    ) -> Result<(), StoreError> {
        let sealed = self.vault.seal(
            Place::SharedSecret,
            tenant.client_key.as_bytes(),
            shared_secret.expose_secret().as_bytes(),
        );
        let sealed = sealed.map_err(|error| from_vault(error, SECRET))?;
        let save = Statement::new(SAVE)
            .with(&tenant.client_key)
            .with(&tenant.app_key)
            .with(tenant.workspace.to_string())
            .with(tenant.workspace_uuid.to_string())
            .with(tenant.state.as_str())
            .with(tenant.installed_at.as_millisecond())
            .with(sealed);
        self.change(save).await.map(drop)
    }

    async fn tenant(&self, client_key: &str) -> Result<Option<ConnectTenant>, StoreError> {
        self.one(Statement::quick(FIND).with(client_key.to_owned()), read)
            .await
    }

    async fn tenant_secret(&self, client_key: &str) -> Result<Option<SecretString>, StoreError> {
        let secret = |row: &Row| {
            let sealed = Columns::new("connect_tenants", row).bytes("shared_secret")?;
            let plain = self
                .vault
                .open(Place::SharedSecret, client_key.as_bytes(), sealed);
            let plain = plain.map_err(|error| from_vault(error, SECRET))?;
            let text = std::str::from_utf8(&plain).map_err(|_| unreadable(SECRET))?;
            Ok(SecretString::from(text))
        };
        self.one(Statement::quick(FIND).with(client_key.to_owned()), secret)
            .await
    }

    async fn tenants(&self) -> Result<Vec<ConnectTenant>, StoreError> {
        self.all(Statement::new(LIST), read).await
    }
}

fn read(row: &Row) -> Result<ConnectTenant, StoreError> {
    let columns = Columns::new("connect_tenants", row);
    Ok(ConnectTenant {
        client_key: columns.text("client_key")?.to_owned(),
        app_key: columns.text("app_key")?.to_owned(),
        workspace: columns.parsed("workspace")?,
        workspace_uuid: columns.parsed("workspace_uuid")?,
        state: columns.word("state")?,
        installed_at: columns.time("installed_at")?,
    })
}
