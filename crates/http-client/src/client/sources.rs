//! Files at a commit.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, FilePath, RepoRef, sources};
use bytes::Bytes;
use http::HeaderValue;

use super::{BitbucketClient, call_of};
use crate::api::Sources;
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause};

#[async_trait]
impl Sources for BitbucketClient {
    async fn source_exists(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<bool, ApiError> {
        match self
            .execute(&any_media(call_of(&sources::exists(
                repository, commit, path,
            ))))
            .await
        {
            Ok(_) => Ok(true),
            Err(error) if *error.cause() == ApiErrorCause::NotFound => Ok(false),
            // A file kept in LFS redirects to where its content lies.
            Err(error) if matches!(error.status(), Some(301 | 302 | 307 | 308)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn source_file(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<Bytes, ApiError> {
        let answer = self
            .execute(&any_media(call_of(&sources::contents(
                repository, commit, path,
            ))))
            .await?;
        Ok(answer.body)
    }
}

fn any_media(call: Call<'_>) -> Call<'_> {
    Call {
        accept: HeaderValue::from_static("*/*"),
        ..call
    }
}
