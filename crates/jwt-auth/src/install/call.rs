//! Finding out who signed a lifecycle call.

use super::Signer;
use crate::{RequestVerifier, SharedSecret, UnixTime, UnverifiedToken, VerifyError};

/// A lifecycle call as it came, always a `POST`.
#[derive(Clone, Copy)]
pub struct LifecycleCall<'c> {
    /// The `clientKey` in the body.
    pub client_key: &'c str,
    /// The token, without the scheme `JWT`, if there is one.
    pub token: Option<&'c str>,
    /// The path as received.
    pub encoded_path: &'c str,
    /// The query as received, without its `?`.
    pub encoded_query: Option<&'c str>,
}

/// The secrets a lifecycle call can be signed with.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownSecrets<'s> {
    /// The tenant's, as it was before this call.
    pub tenant: Option<&'s SharedSecret>,
    /// The app's, known from its registration.
    pub app: Option<&'s SharedSecret>,
}

impl LifecycleCall<'_> {
    /// Finds out who signed the call. The tenant's secret is tried first; at some apps the two are the same.
    ///
    /// # Errors
    /// When there is a token that is wrong in another way than its secret: malformed, expired, for another request, or of another tenant than the body.
    pub fn signer(
        &self,
        verifier: &RequestVerifier,
        secrets: KnownSecrets<'_>,
        now: UnixTime,
    ) -> Result<Signer, VerifyError> {
        let Some(token) = self.token else {
            return Ok(Signer::Nobody);
        };
        let token = UnverifiedToken::read(token)?;
        if token.issuer() != self.client_key {
            return Err(VerifyError::OtherIssuer);
        }
        let candidates = [(secrets.tenant, Signer::Tenant), (secrets.app, Signer::App)];
        for (secret, signer) in candidates {
            let Some(secret) = secret else { continue };
            match self.check(verifier, &token, secret, now) {
                Ok(()) => return Ok(signer),
                Err(VerifyError::Signature) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Signer::Stranger)
    }

    fn check(
        &self,
        verifier: &RequestVerifier,
        token: &UnverifiedToken<'_>,
        secret: &SharedSecret,
        now: UnixTime,
    ) -> Result<(), VerifyError> {
        let secrets = std::slice::from_ref(secret);
        let verified = verifier.verify_read(
            token,
            secrets,
            "POST",
            self.encoded_path,
            self.encoded_query,
            now,
        );
        verified.map(drop)
    }
}

impl std::fmt::Debug for LifecycleCall<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LifecycleCall")
            .field("client_key", &self.client_key)
            .field("has_token", &self.token.is_some())
            .field("encoded_path", &self.encoded_path)
            .finish_non_exhaustive()
    }
}
