//! Credentials that renew themselves: before the access token expires, and once when the peer no longer takes it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::lock::Mutex;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::{GrantStore, OAuthConsumer, OAuthGrant};
use crate::authorize::{Authorize, AuthorizeError, RequestParts, sensitive};

/// An access token is renewed when it works for less than this, in seconds: a request may be on its way that long.
const MARGIN: i64 = 60;

/// A person's grant, whose refresh token is a new one after every use.
///
/// One renewal at a time, whatever the number of tasks. The new grant is saved before its access token is presented;
/// when saving fails it is kept and saved before the next request, and when the store keeps another one by now, that is read. Before a grant is renewed, and again when the refresh
/// token turns out used, the store is asked whether another process has renewed it.
pub struct RotatingGrant {
    consumer: OAuthConsumer,
    store: Arc<dyn GrantStore>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    grant: Option<OAuthGrant>,
    /// The grant that the held one was renewed from, until the held one is saved in its place.
    replaces: Option<OAuthGrant>,
    refused: bool,
}

impl RotatingGrant {
    /// Presents the grant that `store` keeps, and renews it through `consumer`.
    #[must_use]
    pub fn new(consumer: OAuthConsumer, store: Arc<dyn GrantStore>) -> Self {
        Self {
            consumer,
            store,
            held: Mutex::default(),
        }
    }

    async fn current(
        &self,
        held: &mut Held,
        now: jiff::Timestamp,
    ) -> Result<HeaderValue, AuthorizeError> {
        self.save(held).await?;
        if held.grant.is_none() {
            held.grant = self.stored().await?;
        }
        let Some(grant) = held.grant.clone() else {
            return Err(AuthorizeError::ReconnectNeeded);
        };
        if !held.refused && is_fresh(&grant, now) {
            return bearer(&grant);
        }
        let grant = self.newest(held, grant).await?;
        if !held.refused && is_fresh(&grant, now) {
            return bearer(&grant);
        }
        let renewed = self.renew(held, &grant, now).await?;
        bearer(&renewed)
    }

    /// Before a grant is renewed: the one that another process has renewed, or a person given anew, since it was read.
    async fn newest(&self, held: &mut Held, own: OAuthGrant) -> Result<OAuthGrant, AuthorizeError> {
        let is_other = |stored: &OAuthGrant| !stored.is_same(&own);
        let Some(stored) = self.stored().await?.filter(is_other) else {
            return Ok(own);
        };
        held.grant = Some(stored.clone());
        held.refused = false;
        Ok(stored)
    }

    async fn renew(
        &self,
        held: &mut Held,
        old: &OAuthGrant,
        now: jiff::Timestamp,
    ) -> Result<OAuthGrant, AuthorizeError> {
        let Some(token) = &old.refresh_token else {
            return Err(AuthorizeError::ReconnectNeeded);
        };
        let new = match self.consumer.refresh(token).await {
            Ok(mut new) => {
                // A consumer whose refresh tokens do not rotate sends none; the old one stays good.
                new.refresh_token = new.refresh_token.or_else(|| old.refresh_token.clone());
                held.replaces = Some(old.clone());
                new
            }
            Err(AuthorizeError::ReconnectNeeded) => {
                self.renewed_elsewhere(held, token, now).await?
            }
            Err(error) => return Err(error),
        };
        held.grant = Some(new);
        held.refused = false;
        self.save(held).await?;
        if held.grant.is_none() {
            held.grant = self.stored().await?;
        }
        held.grant.clone().ok_or(AuthorizeError::ReconnectNeeded)
    }

    /// The grant that another process has saved since. One that has expired as well is left to the next request.
    async fn renewed_elsewhere(
        &self,
        held: &mut Held,
        used: &SecretString,
        now: jiff::Timestamp,
    ) -> Result<OAuthGrant, AuthorizeError> {
        *held = Held::default();
        let other = |grant: &OAuthGrant| {
            grant
                .refresh_token
                .as_ref()
                .is_some_and(|token| token.expose_secret() != used.expose_secret())
        };
        let stored = self
            .stored()
            .await?
            .filter(other)
            .ok_or(AuthorizeError::ReconnectNeeded)?;
        if is_fresh(&stored, now) {
            Ok(stored)
        } else {
            Err(AuthorizeError::Unavailable)
        }
    }

    async fn stored(&self) -> Result<Option<OAuthGrant>, AuthorizeError> {
        self.store
            .load()
            .await
            .map_err(|_| AuthorizeError::Unavailable)
    }

    async fn save(&self, held: &mut Held) -> Result<(), AuthorizeError> {
        if let (Some(before), Some(grant)) = (&held.replaces, &held.grant) {
            let saved = self.store.save(grant, before).await;
            match saved.map_err(|_| AuthorizeError::Unavailable)? {
                true => held.replaces = None,
                false => *held = Held::default(),
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Authorize for RotatingGrant {
    async fn authorization<'a>(
        &self,
        request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError> {
        let mut held = self.held.lock().await;
        self.current(&mut held, request.now).await.map(Some)
    }

    async fn refused(&self, presented: &HeaderValue) -> bool {
        let mut held = self.held.lock().await;
        // When another task has renewed it meanwhile, the new one is worth a try as it is.
        if held
            .grant
            .as_ref()
            .is_some_and(|grant| bearer(grant).as_ref() == Ok(presented))
        {
            held.refused = true;
        }
        held.grant.is_some()
    }
}

pub(super) fn is_fresh(grant: &OAuthGrant, now: jiff::Timestamp) -> bool {
    grant.expires_at.duration_since(now).as_secs() > MARGIN
}

pub(super) fn bearer(grant: &OAuthGrant) -> Result<HeaderValue, AuthorizeError> {
    sensitive(&format!("Bearer {}", grant.access_token.expose_secret()))
}

impl fmt::Debug for RotatingGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotatingGrant")
            .field("consumer", &self.consumer)
            .finish_non_exhaustive()
    }
}
