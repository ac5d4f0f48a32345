//! Keys of the service's own API.

use async_trait::async_trait;
use bitbucket_integration_provider::ApiKeyId;
use bitbucket_integration_provider::ports::{ApiKeyDigest, ApiKeyRecord, ApiKeys, StoreError};
use jiff::Timestamp;

use crate::Store;
use crate::columns::{Columns, Row};
use crate::statement::Statement;

const ADD: &str = "
    INSERT INTO api_keys (id, digest, name, scope, created_at, expires_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
pub(crate) const BY_DIGEST: &str = "SELECT * FROM api_keys WHERE digest = ?";
pub(crate) const FIND: &str = "SELECT * FROM api_keys WHERE id = ?";
const REVOKE: &str = "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
/// Identifiers sort by the time they were made at.
const LIST: &str = "SELECT * FROM api_keys ORDER BY created_at, id";

#[async_trait]
impl ApiKeys for Store {
    async fn add(&self, key: &ApiKeyRecord, digest: &ApiKeyDigest) -> Result<(), StoreError> {
        let add = Statement::new(ADD)
            .with(key.id.as_uuid())
            .with(digest.0.to_vec())
            .with(&key.name)
            .with(key.scope.as_str())
            .with(key.created_at.as_millisecond())
            .with(key.expires_at.map(Timestamp::as_millisecond))
            .with(key.revoked_at.map(Timestamp::as_millisecond));
        self.change(add).await.map(drop)
    }

    async fn by_digest(&self, digest: &ApiKeyDigest) -> Result<Option<ApiKeyRecord>, StoreError> {
        self.one(Statement::quick(BY_DIGEST).with(digest.0.to_vec()), read)
            .await
    }

    async fn revoke(
        &self,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<Option<ApiKeyRecord>, StoreError> {
        let revoke = Statement::new(REVOKE)
            .with(now.as_millisecond())
            .with(id.as_uuid());
        self.change(revoke).await?;
        self.one(Statement::quick(FIND).with(id.as_uuid()), read)
            .await
    }

    async fn list(&self) -> Result<Vec<ApiKeyRecord>, StoreError> {
        self.all(Statement::new(LIST), read).await
    }
}

fn read(row: &Row) -> Result<ApiKeyRecord, StoreError> {
    let columns = Columns::new("api_keys", row);
    Ok(ApiKeyRecord {
        id: columns.id("id", ApiKeyId::from_uuid)?,
        name: columns.text("name")?.to_owned(),
        scope: columns.word("scope")?,
        created_at: columns.time("created_at")?,
        expires_at: columns.optional_time("expires_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
    })
}
