//! Tokens that are good for one call: which ones were used, whichever process got them.

use async_trait::async_trait;
use bitbucket_jwt_auth::UnixTime;
use bitbucket_jwt_auth::replay::{ReplayGuard, ReplayGuardError, TokenFingerprint};

use crate::Store;
use crate::statement::Statement;

const USE: &str = "INSERT INTO used_tokens (fingerprint, expires_at) VALUES (?, ?) ON CONFLICT (fingerprint) DO NOTHING";

#[async_trait]
impl ReplayGuard for Store {
    async fn is_new(
        &self,
        fingerprint: TokenFingerprint,
        _now: UnixTime,
        until: UnixTime,
    ) -> Result<bool, ReplayGuardError> {
        let used = Statement::new(USE)
            .with(fingerprint.as_bytes().to_vec())
            .with(until.seconds().saturating_mul(1000));
        match self.change(used).await {
            Ok(stored) => Ok(stored > 0),
            Err(error) => {
                // The port's error has no room for the cause.
                tracing::error!(error.code = error.code(), %error, "a used token could not be remembered");
                Err(ReplayGuardError::Unavailable)
            }
        }
    }
}
