//! The client-credentials grant (RFC 6749 §4.4).

use std::fmt;

use async_trait::async_trait;
use http::HeaderValue;

use super::OAuthConsumer;
use super::kept::KeptGrant;
use crate::authorize::{Authorize, AuthorizeError, RequestParts};

/// A consumer that acts as its owner. The token is asked for when it is needed and kept in memory only.
pub struct ClientCredentials {
    consumer: OAuthConsumer,
    held: KeptGrant,
}

impl ClientCredentials {
    /// Presents tokens that `consumer` gets for itself.
    #[must_use]
    pub fn new(consumer: OAuthConsumer) -> Self {
        Self {
            consumer,
            held: KeptGrant::default(),
        }
    }
}

#[async_trait]
impl Authorize for ClientCredentials {
    async fn authorization<'a>(
        &self,
        request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        let asking = self.consumer.client_credentials();
        self.held.current(request.now, asking).await.map(Some)
    }

    async fn refused(&self, presented: &HeaderValue) -> bool {
        self.held.refused(presented).await
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}
