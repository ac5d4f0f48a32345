//! Files at a commit.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, FilePath, Query, RepoRef, sources};
use bytes::Bytes;
use http::HeaderValue;

use super::{BitbucketClient, ENTRIES_PER_PAGE, StreamedAnswer, call_of};
use crate::api::Sources;
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause};
use crate::model::{Folder, Listing, SourceEntry};

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

    async fn source_entry(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<SourceEntry, ApiError> {
        let query = Query::new().param("format", "meta");
        self.read(&sources::contents(repository, commit, path).with_query(query))
            .await
    }

    async fn directory(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        folder: &Folder,
        limit: usize,
    ) -> Result<Listing<SourceEntry>, ApiError> {
        let endpoint = match &folder.path {
            Some(path) => sources::contents(repository, commit, path),
            None => sources::root(repository, commit),
        };
        let mut query = Query::new();
        if let Some(depth) = folder.depth {
            query = query.param("max_depth", &depth.to_string());
        }
        let query = query.pagelen(ENTRIES_PER_PAGE);
        self.collect(&endpoint.with_query(query), limit).await
    }

    async fn source_stream(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<StreamedAnswer, ApiError> {
        let endpoint = sources::contents(repository, commit, path);
        self.stream(&any_media(call_of(&endpoint))).await
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

pub(super) fn any_media(call: Call<'_>) -> Call<'_> {
    Call {
        accept: HeaderValue::from_static("*/*"),
        ..call
    }
}
