//! The queue, as an operator looks at it.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::JobId;
use bitbucket_integration_provider::ports::JobState;
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use super::releases::limit;
use super::state::App;
use super::{body, views};
use crate::wire::{JobList, Replayed};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    state: Option<JobState>,
    limit: Option<usize>,
}

/// `GET /api/v1/jobs?state=&limit=`
pub(super) async fn list(
    State(app): State<App>,
    request: Request,
) -> Result<Json<JobList>, Refusal> {
    let query: ListQuery = body::query(request.uri())?;
    let jobs = app
        .integration()
        .ports()
        .jobs
        .list(query.state, limit(query.limit)?)
        .await;
    let jobs = jobs.map_err(|error| Refusal::from(&error))?;
    Ok(Json(JobList {
        jobs: jobs.into_iter().map(views::job).collect(),
    }))
}

/// `POST /api/v1/jobs/{id}/replay`: puts a dead job back into the queue.
pub(super) async fn replay(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Replayed>, Refusal> {
    let none = || {
        Refusal::new(
            StatusCode::NOT_FOUND,
            "no_dead_job",
            format!("there is no dead job {id}"),
        )
    };
    let job: JobId = id.parse().map_err(|_| none())?;
    let ports = app.integration().ports();
    if !ports
        .jobs
        .replay(job, ports.clock.now())
        .await
        .map_err(|error| Refusal::from(&error))?
    {
        return Err(none());
    }
    app.wake();
    tracing::info!(job.id = %job, "a dead job is replayed");
    Ok(Json(Replayed {
        id: job,
        state: JobState::Ready,
    }))
}
