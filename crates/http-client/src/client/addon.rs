//! The installation of a Connect app, seen by the app itself.

use async_trait::async_trait;
use bitbucket_api_paths::addon;
use bytes::Bytes;

use super::{BitbucketClient, call_of};
use crate::api::Addon;
use crate::error::ApiError;

/// An empty object says: read the descriptor where it was.
const AS_IT_IS: &[u8] = b"{}";

#[async_trait]
impl Addon for BitbucketClient {
    async fn update_addon(&self) -> Result<(), ApiError> {
        let endpoint = addon::update();
        let call = call_of(&endpoint).json(Bytes::from_static(AS_IT_IS));
        self.execute(&call).await.map(|_| ())
    }

    async fn remove_addon(&self) -> Result<(), ApiError> {
        self.remove(&addon::delete()).await
    }
}
