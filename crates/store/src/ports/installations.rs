//! Installations and their sealed credentials.

use async_trait::async_trait;
use bitbucket_api_paths::WorkspaceUuid;
use bitbucket_integration_provider::InstallationId;
use bitbucket_integration_provider::ports::{
    Installation, InstallationKind, Installations, StoreError, StoredCredential,
};
use zeroize::Zeroizing;

use crate::Store;
use crate::columns::{Columns, Row};
use crate::error::{from_vault, unreadable};
use crate::sealing::{Place, Vault};
use crate::statement::Statement;
use crate::stored_form;

const SAVE: &str = "
    INSERT INTO installations (id, workspace, workspace_uuid, kind, client_key, tracker, state, created_at, credential)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET workspace = excluded.workspace, workspace_uuid = excluded.workspace_uuid, kind = excluded.kind,
        client_key = excluded.client_key, tracker = excluded.tracker, state = excluded.state, created_at = excluded.created_at,
        credential = excluded.credential";
pub(crate) const FIND: &str = "SELECT * FROM installations WHERE id = ?";
pub(crate) const BY_WORKSPACE: &str = "SELECT * FROM installations WHERE workspace_uuid = ?";
pub(crate) const BY_CLIENT_KEY: &str = "SELECT * FROM installations WHERE client_key = ?";
const REPLACE: &str = "UPDATE installations SET credential = ? WHERE id = ? AND credential = ?";
/// How often a credential is looked at that is sealed anew meanwhile, with another key.
const LOOKS: u32 = 3;
/// Nothing is sealed into nothing: an empty credential is one that was forgotten.
const DISCONNECT: &str = "UPDATE installations SET state = 'disabled', credential = ? WHERE id = ? AND length(credential) > 0";
const LIST: &str = "SELECT * FROM installations ORDER BY created_at, id";
/// What an error calls a credential.
const CREDENTIAL: &str = "installations.credential";

#[async_trait]
impl Installations for Store {
    async fn save(
        &self,
        installation: &Installation,
        credential: &StoredCredential,
    ) -> Result<(), StoreError> {
        let sealed = seal(&self.vault, installation.id, credential)?;
        let (kind, client_key) = written_kind(&installation.kind);
        let save = Statement::new(SAVE)
            .with(installation.id.as_uuid())
            .with(installation.workspace.to_string())
            .with(installation.workspace_uuid.to_string())
            .with(kind)
            .with(client_key)
            .with(installation.tracker.to_string())
            .with(installation.state.as_str())
            .with(installation.created_at.as_millisecond())
            .with(sealed);
        self.change(save).await.map(drop)
    }

    async fn find(&self, id: InstallationId) -> Result<Option<Installation>, StoreError> {
        self.one(Statement::quick(FIND).with(id.as_uuid()), read)
            .await
    }

    async fn by_workspace(
        &self,
        workspace: &WorkspaceUuid,
    ) -> Result<Option<Installation>, StoreError> {
        self.one(
            Statement::quick(BY_WORKSPACE).with(workspace.to_string()),
            read,
        )
        .await
    }

    async fn by_client_key(&self, client_key: &str) -> Result<Option<Installation>, StoreError> {
        self.one(
            Statement::quick(BY_CLIENT_KEY).with(client_key.to_owned()),
            read,
        )
        .await
    }

    async fn credential(&self, id: InstallationId) -> Result<Option<StoredCredential>, StoreError> {
        let sealed = self.sealed_credential(id).await?;
        sealed
            .map(|sealed| open(&self.vault, id, &sealed))
            .transpose()
    }

    async fn replace_credential(
        &self,
        id: InstallationId,
        old: &StoredCredential,
        new: &StoredCredential,
    ) -> Result<bool, StoreError> {
        let old = encoded(old)?;
        for _ in 0..LOOKS {
            let Some(kept) = self.sealed_credential(id).await? else {
                return Ok(false);
            };
            if *encoded(&open(&self.vault, id, &kept)?)? != *old {
                return Ok(false);
            }
            let replace = Statement::new(REPLACE)
                .with(seal(&self.vault, id, new)?)
                .with(id.as_uuid())
                .with(kept);
            if self.change(replace).await? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn disconnect(&self, id: InstallationId) -> Result<bool, StoreError> {
        let disconnect = Statement::new(DISCONNECT)
            .with(Vec::new())
            .with(id.as_uuid());
        Ok(self.change(disconnect).await? > 0)
    }

    async fn list(&self) -> Result<Vec<Installation>, StoreError> {
        self.all(Statement::new(LIST), read).await
    }
}

impl Store {
    /// The credential as it stands there, unless it was forgotten.
    async fn sealed_credential(&self, id: InstallationId) -> Result<Option<Vec<u8>>, StoreError> {
        let sealed = |row: &Row| {
            Columns::new("installations", row)
                .bytes("credential")
                .map(<[u8]>::to_vec)
        };
        let sealed = self.one(Statement::quick(FIND).with(id.as_uuid()), sealed);
        Ok(sealed.await?.filter(|sealed| !sealed.is_empty()))
    }
}

fn seal(
    vault: &Vault,
    id: InstallationId,
    credential: &StoredCredential,
) -> Result<Vec<u8>, StoreError> {
    let plain = encoded(credential)?;
    let sealed = vault.seal(
        Place::InstallationCredential,
        id.as_uuid().as_bytes(),
        &plain,
    );
    sealed.map_err(|error| from_vault(error, CREDENTIAL))
}

/// What is sealed of a credential.
fn encoded(credential: &StoredCredential) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    stored_form::credential::encode(credential).map_err(|_| unreadable(CREDENTIAL))
}

fn open(vault: &Vault, id: InstallationId, sealed: &[u8]) -> Result<StoredCredential, StoreError> {
    let plain = vault.open(
        Place::InstallationCredential,
        id.as_uuid().as_bytes(),
        sealed,
    );
    let plain = plain.map_err(|error| from_vault(error, CREDENTIAL))?;
    stored_form::credential::decode(&plain).ok_or_else(|| unreadable(CREDENTIAL))
}

fn written_kind(kind: &InstallationKind) -> (&'static str, Option<&String>) {
    let client_key = match kind {
        InstallationKind::AccessToken
        | InstallationKind::ApiToken
        | InstallationKind::OAuth
        | InstallationKind::ClientCredentials => None,
        InstallationKind::Connect { client_key } => Some(client_key),
    };
    (kind.as_str(), client_key)
}

fn read_kind(columns: Columns<'_>) -> Result<InstallationKind, StoreError> {
    match (columns.text("kind")?, columns.optional_text("client_key")?) {
        ("access_token", None) => Ok(InstallationKind::AccessToken),
        ("api_token", None) => Ok(InstallationKind::ApiToken),
        ("oauth", None) => Ok(InstallationKind::OAuth),
        ("client_credentials", None) => Ok(InstallationKind::ClientCredentials),
        ("connect", Some(client_key)) => Ok(InstallationKind::Connect {
            client_key: client_key.to_owned(),
        }),
        _ => Err(columns.unreadable("kind")),
    }
}

pub(super) fn read(row: &Row) -> Result<Installation, StoreError> {
    let columns = Columns::new("installations", row);
    Ok(Installation {
        id: columns.id("id", InstallationId::from_uuid)?,
        workspace: columns.parsed("workspace")?,
        workspace_uuid: columns.parsed("workspace_uuid")?,
        kind: read_kind(columns)?,
        tracker: columns.parsed("tracker")?,
        state: columns.word("state")?,
        created_at: columns.time("created_at")?,
    })
}
