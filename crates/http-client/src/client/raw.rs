//! The way past the typed methods: any call below the base URL, with the same credential, retries and errors.

use bitbucket_api_paths::Endpoint;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::{BitbucketClient, answer, trimmed};
use crate::call::Call;
use crate::error::ApiError;
use crate::model::Fields;

/// A successful answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawAnswer {
    /// A status of 200 to 299.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl BitbucketClient {
    /// Makes any call, for endpoints that have no method of their own.
    ///
    /// ```
    /// # use bitbucket_http_client::{ApiError, BitbucketClient, Call};
    /// # async fn example(bitbucket: &BitbucketClient) -> Result<(), ApiError> {
    /// let template = "/2.0/repositories/{workspace}/{repo_slug}/downloads";
    /// let call = Call::new("GET", template, "/2.0/repositories/acme/rocket/downloads");
    /// let answer = bitbucket.execute(&call).await?;
    /// assert!(answer.status.is_success());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The path is sent as it is; whoever builds it from values encodes them.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] for every answer that is not successful.
    pub async fn execute(&self, call: &Call<'_>) -> Result<RawAnswer, ApiError> {
        let called = self.answered(call).await;
        let head = called
            .outcome
            .as_ref()
            .ok()
            .map(|answer| (answer.status(), answer.headers().clone()));
        let body = answer::succeeded(call, called, &[], self.caller.now())?.body;
        let (status, headers) = head.unwrap_or_default();
        Ok(RawAnswer {
            status,
            headers,
            body,
        })
    }

    /// Makes the call of `endpoint` and reads its JSON answer as `T`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] for every answer that is not successful or not a `T`.
    pub async fn json<T: DeserializeOwned>(&self, endpoint: &Endpoint) -> Result<T, ApiError> {
        self.read(endpoint).await
    }

    /// The same, asked only for the fields that `T` reads.
    ///
    /// # Errors
    ///
    /// An [`ApiError`] for every answer that is not successful or not a `T`.
    pub async fn trimmed<T: DeserializeOwned + Fields>(
        &self,
        endpoint: &Endpoint,
    ) -> Result<T, ApiError> {
        self.read(&trimmed::<T>(endpoint.clone())).await
    }
}
