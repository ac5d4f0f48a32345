//! The queue, as an operator looks at it.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::JobId;
use bitbucket_integration_provider::ports::JobState;
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use super::pages::{page, shown};
use super::state::App;
use super::{body, views};
use crate::retention::days_before;
use crate::wire::{JobList, JobView, PurgeBody, Purged, Replayed};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only jobs in this state.
    #[param(value_type = Option<crate::wire::schema::JobState>, inline)]
    state: Option<JobState>,
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<i64>,
}

/// `GET /api/v1/jobs?state=&limit=&after=`
#[utoipa::path(
    get,
    path = "/jobs",
    operation_id = "list_jobs",
    tag = "jobs",
    summary = "The queue, the newest job first.",
    params(ListQuery),
    responses((status = 200, body = JobList, description = "A page."))
)]
pub(super) async fn list(
    State(app): State<App>,
    request: Request,
) -> Result<Json<JobList>, Refusal> {
    let query: ListQuery = body::query(request.uri())?;
    let page = page(query.limit, query.after)?;
    let listed = app.listings().jobs(query.state, page).await;
    let listed = listed.map_err(|error| Refusal::from(&error))?;
    let (jobs, next) = shown(listed, views::job);
    Ok(Json(JobList { jobs, next }))
}

/// `GET /api/v1/jobs/{id}`
#[utoipa::path(
    get,
    path = "/jobs/{id}",
    operation_id = "show_job",
    tag = "jobs",
    summary = "A job.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the job.")),
    responses((status = 200, body = JobView, description = "The job."))
)]
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<JobView>, Refusal> {
    let none = || Refusal::not_found("there is no job with this id");
    let id: JobId = id.parse().map_err(|_| none())?;
    let found = app.listings().job(id).await;
    let job = found.map_err(|error| Refusal::from(&error))?;
    Ok(Json(views::job(job.ok_or_else(none)?)))
}

/// How many jobs one purge forgets at most, so that it is answered soon.
const LARGEST_PURGE: usize = 500;

/// `POST /api/v1/jobs/purge`: forgets dead jobs.
#[utoipa::path(
    post,
    path = "/jobs/purge",
    operation_id = "purge_jobs",
    tag = "jobs",
    summary = "Forgets dead jobs.",
    request_body = PurgeBody,
    responses((status = 200, body = Purged, description = "How many were forgotten."))
)]
pub(super) async fn purge(
    State(app): State<App>,
    request: Request,
) -> Result<Json<Purged>, Refusal> {
    let asked: PurgeBody = body::json(request, app.limits()).await?;
    let before = days_before(app.integration().ports().clock.now(), asked.older_than_days);
    let purged = app
        .retention()
        .forget_dead_jobs(before, LARGEST_PURGE)
        .await;
    let purged = purged.map_err(|error| Refusal::from(&error))?;
    tracing::info!(jobs.purged = purged, "dead jobs were forgotten");
    Ok(Json(Purged {
        purged,
        more: purged >= LARGEST_PURGE as u64,
    }))
}

/// `POST /api/v1/jobs/{id}/replay`: puts a dead job back into the queue.
#[utoipa::path(
    post,
    path = "/jobs/{id}/replay",
    operation_id = "replay_job",
    tag = "jobs",
    summary = "Puts a dead job back into the queue.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the job.")),
    responses((status = 200, body = Replayed, description = "It waits again."))
)]
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
