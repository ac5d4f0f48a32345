//! `status`

use std::path::Path;

use super::args::StatusArgs;
use super::client::ApiClient;
use super::{Failure, Output};
use crate::config::Environment;
use crate::wire::StatusView;

pub(super) async fn run(
    args: StatusArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let client = ApiClient::find(&args.server, file, environment)?;
    let status: StatusView = client.get("/status").await?;
    if args.json {
        return output.json(&status);
    }
    for (name, value) in lines(&status) {
        output.line(format_args!("{name:<11} {value}"));
    }
    Ok(())
}

fn lines(status: &StatusView) -> Vec<(&'static str, String)> {
    let (jobs, deliveries) = (&status.jobs, &status.deliveries);
    let refused: Vec<String> = deliveries
        .refused
        .iter()
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    let refused = if refused.is_empty() {
        "none".to_owned()
    } else {
        refused.join(", ")
    };
    let trackers = if status.trackers.is_empty() {
        "none".to_owned()
    } else {
        status.trackers.join(", ")
    };
    vec![
        ("version", status.version.clone()),
        ("started", format!("{:.0}", status.started_at)),
        ("public url", status.public_url.clone()),
        ("trackers", trackers),
        (
            "jobs",
            format!(
                "{} ready, {} running, {} done, {} dead",
                jobs.ready, jobs.running, jobs.done, jobs.dead
            ),
        ),
        (
            "deliveries",
            format!(
                "{} accepted, {} duplicate, {} ignored, {} unknown, refused: {refused}",
                deliveries.accepted, deliveries.duplicate, deliveries.ignored, deliveries.unknown
            ),
        ),
    ]
}
