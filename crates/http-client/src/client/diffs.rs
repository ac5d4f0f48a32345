//! Reading raw diffs and patches as they arrive.

use async_trait::async_trait;
use bitbucket_api_paths::{DiffSpec, Endpoint, Query, RepoRef, diffs};

use super::commits::is_fixed;
use super::sources::any_media;
use super::{BitbucketClient, StreamedAnswer, call_of};
use crate::api::Diffs;
use crate::call::Call;
use crate::error::ApiError;
use crate::model::DiffOptions;
use crate::redirect::Redirects;

#[async_trait]
impl Diffs for BitbucketClient {
    async fn diff(
        &self,
        repository: &RepoRef,
        spec: &DiffSpec,
        options: &DiffOptions,
    ) -> Result<StreamedAnswer, ApiError> {
        let endpoint = diffs::diff(repository, spec).with_query(query(spec, options));
        self.stream(&of_revisions(&endpoint, spec)).await
    }

    async fn patch(
        &self,
        repository: &RepoRef,
        spec: &DiffSpec,
    ) -> Result<StreamedAnswer, ApiError> {
        let endpoint = diffs::patch(repository, spec);
        self.stream(&of_revisions(&endpoint, spec)).await
    }
}

fn of_revisions<'a>(endpoint: &'a Endpoint, spec: &DiffSpec) -> Call<'a> {
    any_media(call_of(endpoint))
        .redirects(Redirects::Own)
        .immutable(is_fixed(spec))
}

fn query(spec: &DiffSpec, options: &DiffOptions) -> Query {
    let mut query = options.paths.iter().fold(Query::new(), Query::path);
    if let Some(lines) = options.context {
        query = query.param("context", &lines.to_string());
    }
    if options.without_binary {
        query = query.param("binary", "false");
    }
    if options.without_renames {
        query = query.param("renames", "false");
    }
    match spec {
        // Otherwise the new end is compared with the merge base.
        DiffSpec::Range(_) => query.param("topic", "false"),
        DiffSpec::Commit(_) | DiffSpec::Revision(_) => query,
    }
}
