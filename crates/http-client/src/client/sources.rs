//! Files at a commit.

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, Endpoint, FilePath, Query, RepoRef, sources};
use bytes::Bytes;
use http::HeaderValue;

use super::{BitbucketClient, ENTRIES_PER_PAGE, StreamedAnswer, call_of};
use crate::api::Sources;
use crate::call::Call;
use crate::error::{ApiError, ApiErrorCause};
use crate::model::{Folder, Listing, SourceEntry, of_one, of_page};
use crate::redirect::Redirects;

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
        let query = Query::new()
            .param("format", "meta")
            .fields(&of_one::<SourceEntry>());
        let endpoint = sources::contents(repository, commit, path).with_query(query);
        let call = call_of(&endpoint).immutable(commit.is_full());
        self.read_call(&call).await
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
        let query = query
            .pagelen(ENTRIES_PER_PAGE)
            .fields(&of_page::<SourceEntry>());
        let endpoint = endpoint.with_query(query);
        let call = call_of(&endpoint).into_owned();
        self.pages_of(call.immutable(commit.is_full()))
            .collect_up_to(limit)
            .await
    }

    async fn source_stream(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<StreamedAnswer, ApiError> {
        let endpoint = sources::contents(repository, commit, path);
        self.stream(&content(&endpoint, commit)).await
    }

    async fn source_file(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        path: &FilePath,
    ) -> Result<Bytes, ApiError> {
        let endpoint = sources::contents(repository, commit, path);
        let answer = self.execute(&content(&endpoint, commit)).await?;
        Ok(answer.body)
    }
}

/// A file's content. What is kept in LFS lies elsewhere, and Bitbucket redirects to it.
fn content<'a>(endpoint: &'a Endpoint, commit: &CommitSha) -> Call<'a> {
    any_media(call_of(endpoint))
        .redirects(Redirects::AnyHost)
        .immutable(commit.is_full())
}

pub(super) fn any_media(call: Call<'_>) -> Call<'_> {
    Call {
        accept: HeaderValue::from_static("*/*"),
        ..call
    }
}
