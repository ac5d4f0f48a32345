//! `jobs` and `jobs replay`

use std::path::Path;

use super::args::{JobsAction, JobsArgs};
use super::client::ApiClient;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::{JobList, JobView, PurgeBody, Purged, Replayed};

pub(super) async fn run(
    args: JobsArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    match args.action {
        Some(JobsAction::Replay { id, server }) => {
            let client = ApiClient::find(&server, file, environment)?;
            return replay(&client, &id, output).await;
        }
        Some(JobsAction::Purge(purge)) => {
            let client = ApiClient::find(&purge.server, file, environment)?;
            return self::purge(&client, purge.older_than_days, output).await;
        }
        None => {}
    }
    let client = ApiClient::find(&args.server, file, environment)?;
    let state = args
        .state
        .as_deref()
        .map(|state| format!("&state={state}"))
        .unwrap_or_default();
    let list: JobList = client
        .get(&format!("/jobs?limit={}{state}", args.limit))
        .await?;
    if args.json {
        return output.json(&list);
    }
    let rows: Vec<[String; 6]> = list.jobs.into_iter().map(row).collect();
    output.table(
        [
            "JOB",
            "KIND",
            "STATE",
            "TRIED",
            "NOT BEFORE",
            "LAST FAILURE",
        ],
        &rows,
    );
    Ok(())
}

fn row(job: JobView) -> [String; 6] {
    let failure = job.last_failure.map_or_else(
        || "-".to_owned(),
        |failure| format!("{}: {}", failure.code, failure.message),
    );
    let state = job.state.as_str().to_owned();
    [
        job.id.to_string(),
        job.kind,
        state,
        job.attempts.to_string(),
        format!("{:.0}", job.run_at),
        failure,
    ]
}

async fn replay(client: &ApiClient, id: &str, output: &Output) -> Result<(), Failure> {
    if !id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Err(Failure::Usage(format!(
            "`{id}` is not the id of a job; `bitbucket-integration jobs --state dead` shows them"
        )));
    }
    let (_, replayed): (_, Replayed) = client
        .post(&format!("/jobs/{id}/replay"), &serde_json::json!({}))
        .await?;
    output.line(format_args!(
        "job {} is {} again",
        replayed.id,
        replayed.state.as_str()
    ));
    Ok(())
}

async fn purge(client: &ApiClient, older_than_days: u32, output: &Output) -> Result<(), Failure> {
    let mut all = 0;
    loop {
        let body = PurgeBody { older_than_days };
        let (_, Purged { purged, more }) = client.post("/jobs/purge", &body).await?;
        all += purged;
        if !more {
            output.line(format_args!("{all} dead jobs are forgotten"));
            return Ok(());
        }
    }
}
