//! OAuth 2.0 of Bitbucket Cloud: access tokens that expire, and refresh tokens that work once.

mod consumer;
mod grant;
mod renewing;

pub use self::consumer::OAuthConsumer;
#[cfg(any(test, feature = "mock"))]
pub use self::grant::MockGrantStore;
pub use self::grant::{GrantStore, GrantStoreError, OAuthGrant};
pub use self::renewing::{ClientCredentials, RotatingGrant};
