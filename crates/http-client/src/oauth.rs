//! OAuth 2.0 of Bitbucket Cloud: access tokens that expire, and refresh tokens that work once.

mod client_credentials;
mod connect_grant;
mod consumer;
mod grant;
mod kept;
mod renewing;
mod token_endpoint;

pub use self::client_credentials::ClientCredentials;
pub use self::connect_grant::ConnectGrant;
pub use self::consumer::OAuthConsumer;
#[cfg(any(test, feature = "mock"))]
pub use self::grant::MockGrantStore;
pub use self::grant::{GrantStore, GrantStoreError, OAuthGrant};
pub use self::renewing::RotatingGrant;
