//! A grant that can be asked for again at any time, and so is kept in memory only.

use std::future::Future;

use futures_util::lock::Mutex;
use http::HeaderValue;

use super::OAuthGrant;
use super::renewing::{bearer, is_fresh};
use crate::authorize::AuthorizeError;

/// The grant that was given last. One task asks at a time; the others take what it got.
#[derive(Default)]
pub(super) struct KeptGrant(Mutex<Option<OAuthGrant>>);

impl KeptGrant {
    /// The header of a grant that is fresh at `now`: the kept one, or the one that `asking` brings.
    pub(super) async fn current(
        &self,
        now: jiff::Timestamp,
        asking: impl Future<Output = Result<OAuthGrant, AuthorizeError>>,
    ) -> Result<HeaderValue, AuthorizeError> {
        let mut held = self.0.lock().await;
        if let Some(grant) = held.as_ref().filter(|grant| is_fresh(grant, now)) {
            return bearer(grant);
        }
        let grant = asking.await?;
        let header = bearer(&grant)?;
        *held = Some(grant);
        Ok(header)
    }

    /// Forgets the grant that the peer refused. Another one is worth a try in any case.
    pub(super) async fn refused(&self, presented: &HeaderValue) -> bool {
        let mut held = self.0.lock().await;
        let is_it = |grant: &OAuthGrant| bearer(grant).as_ref() == Ok(presented);
        if held.as_ref().is_some_and(is_it) {
            *held = None;
        }
        true
    }
}
