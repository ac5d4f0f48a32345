//! Consents that a person was asked for.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{PendingGrant, PendingGrants, StateDigest, StoreError};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use crate::Store;
use crate::columns::{Columns, Row};
use crate::error::{from_vault, unreadable};
use crate::sealing::{Place, Vault};
use crate::statement::{Statement, Steps};

const PUT: &str = "INSERT INTO pending_grants (state, tracker, workspace, expires_at, verifier) VALUES (?, ?, ?, ?, ?)";
const EXPIRE: &str = "DELETE FROM pending_grants WHERE expires_at < ?";
const TAKE: &str = "DELETE FROM pending_grants WHERE state = ? RETURNING *";
/// What an error calls a verifier.
const VERIFIER: &str = "pending_grants.verifier";

#[async_trait]
impl PendingGrants for Store {
    async fn put_pending(
        &self,
        state: StateDigest,
        pending: &PendingGrant,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let plain = pending.verifier.expose_secret().as_bytes();
        let sealed = self.vault.seal(Place::Verifier, &state.0, plain);
        let sealed = sealed.map_err(|error| from_vault(error, VERIFIER))?;
        let expire = Statement::new(EXPIRE).with(now.as_millisecond());
        let put = Statement::new(PUT)
            .with(state.0.to_vec())
            .with(pending.tracker.to_string())
            .with(pending.workspace.as_ref())
            .with(pending.expires_at.as_millisecond())
            .with(sealed);
        let steps = Steps::new().then(expire).then(put);
        self.transact(steps).await.map(drop)
    }

    async fn take_pending(&self, state: StateDigest) -> Result<Option<PendingGrant>, StoreError> {
        let take = Statement::new(TAKE).with(state.0.to_vec());
        let done = self.transact(Steps::new().then(take)).await?;
        let row = done.first().and_then(|done| done.rows.first());
        row.map(|row| read(&self.vault, state, row)).transpose()
    }
}

fn read(vault: &Vault, state: StateDigest, row: &Row) -> Result<PendingGrant, StoreError> {
    let columns = Columns::new("pending_grants", row);
    let plain = vault.open(Place::Verifier, &state.0, columns.bytes("verifier")?);
    let plain = plain.map_err(|error| from_vault(error, VERIFIER))?;
    let verifier = std::str::from_utf8(&plain).map_err(|_| unreadable(VERIFIER))?;
    Ok(PendingGrant {
        tracker: columns.parsed("tracker")?,
        workspace: columns.optional_text("workspace")?.map(str::to_owned),
        verifier: SecretString::from(verifier),
        expires_at: columns.time("expires_at")?,
    })
}
