//! The OAuth consumer through which a person agrees.

use async_trait::async_trait;
use bitbucket_http_client::AuthorizeError;
use secrecy::SecretString;

use super::StoredCredential;

/// The configured OAuth consumer.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Consents: Send + Sync {
    /// The address at which a person agrees, with these parameters `state` and `code_challenge` (S256).
    fn address(&self, state: &str, challenge: &str) -> String;

    /// Trades the code of an answer for a grant, proven by the verifier of its challenge.
    async fn exchange(
        &self,
        code: &SecretString,
        verifier: &SecretString,
    ) -> Result<StoredCredential, AuthorizeError>;
}
