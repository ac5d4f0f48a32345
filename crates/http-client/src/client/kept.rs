//! Calls whose answers never change are made once, where there is a cache.

use std::sync::Arc;

use bytes::Bytes;

use super::BitbucketClient;
use crate::cache::{AnswerCache, Keeping};
use crate::call::{Call, Called};
use crate::transport::BodyStream;

impl BitbucketClient {
    /// The same client that asks once for what never changes, and then has it from `cache`.
    ///
    /// `scope` says whose answers these are, for example an installation's id: clients share what they see exactly when
    /// they share cache and scope, so a scope belongs to one credential, or to several that may see the same.
    #[must_use]
    pub fn with_cache(self, cache: Arc<dyn AnswerCache>, scope: impl Into<String>) -> Self {
        Self {
            cache: Some(Keeping::new(cache, scope.into())),
            ..self
        }
    }

    /// The answer to a call, perhaps one that was kept.
    pub(super) async fn answered(&self, call: &Call<'_>) -> Called {
        let Some(cache) = self.cache_for(call) else {
            return self.caller.call(call).await;
        };
        match cache.find::<Bytes>(self.caller.base(), call).await {
            Ok(kept) => kept,
            Err(place) => {
                let called = self.caller.call(call).await;
                if let Ok(answer) = &called.outcome {
                    place.keep(answer).await;
                }
                called
            }
        }
    }

    /// The same, as it arrives.
    pub(super) async fn streamed(&self, call: &Call<'_>) -> Called<BodyStream> {
        let Some(cache) = self.cache_for(call) else {
            return self.caller.stream(call).await;
        };
        match cache.find::<BodyStream>(self.caller.base(), call).await {
            Ok(kept) => kept,
            Err(place) => {
                let called = self.caller.stream(call).await;
                Called {
                    outcome: called.outcome.map(|answer| place.keep_as_it_passes(answer)),
                    ..called
                }
            }
        }
    }

    fn cache_for(&self, call: &Call<'_>) -> Option<&Keeping> {
        self.cache
            .as_ref()
            .filter(|_| call.immutable && call.method == "GET")
    }
}
