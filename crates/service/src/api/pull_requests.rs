//! Pull requests of followed repositories.

use axum::Json;
use axum::extract::{Path, State};
use bitbucket_integration_provider::RepositoryId;
use bitbucket_integration_provider::ports::TrackedPullRequest;
use http::Uri;
use serde::Deserialize;

use super::answer::Refusal;
use super::body;
use super::fields::path_id;
use super::pages;
use super::state::App;
use crate::wire::{PullRequestList, PullRequestView};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// `GET /api/v1/repositories/{id}/pull-requests?limit=`
#[utoipa::path(
    get,
    path = "/repositories/{id}/pull-requests",
    operation_id = "list_pull_requests",
    tag = "repositories",
    summary = "Pull requests of a repository, those that changed last first.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository."), ListQuery),
    responses((status = 200, body = PullRequestList, description = "Those asked for."))
)]
pub(super) async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<PullRequestList>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let query: ListQuery = body::query(&uri)?;
    let limit = pages::limit(query.limit)?;
    let ports = app.integration().ports();
    let refused = |error| Refusal::from(&error);
    let repository = ports.repositories.find(id).await.map_err(refused)?;
    let repository =
        repository.ok_or_else(|| Refusal::not_found("there is nothing with this id"))?;
    let found = ports.pull_requests.list(repository.id, limit).await;
    Ok(Json(PullRequestList {
        pull_requests: found.map_err(refused)?.into_iter().map(view).collect(),
    }))
}

fn view(pull_request: TrackedPullRequest) -> PullRequestView {
    PullRequestView {
        id: pull_request.id.value(),
        title: pull_request.title,
        author: pull_request.author,
        state: pull_request.state,
        source_branch: pull_request.source_branch,
        destination_branch: pull_request.destination_branch,
        merge_commit: pull_request.merge_commit.map(|sha| sha.to_string()),
        issues: pull_request.issues,
        web_url: pull_request.web_url,
        updated_at: pull_request.updated_at,
    }
}
