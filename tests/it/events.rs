//! Every event that Bitbucket may send.

use serde_json::{Value, json};

use crate::world::{commit, scenario};

/// What Bitbucket documents and nobody has to act on.
const QUIET: &[&str] = &[
    "repo:fork",
    "repo:created",
    "repo:imported",
    "repo:commit_comment_created",
    "repo:commit_status_created",
    "repo:commit_status_updated",
    "pullrequest:approved",
    "pullrequest:unapproved",
    "pullrequest:changes_request_created",
    "pullrequest:changes_request_removed",
    "pullrequest:comment_created",
    "pullrequest:comment_updated",
    "pullrequest:comment_deleted",
    "pullrequest:comment_resolved",
    "pullrequest:comment_reopened",
    "project:updated",
    "pipeline:span_created",
    "issue:created",
    "issue:updated",
    "issue:comment_created",
];

#[tokio::test]
async fn an_event_without_work_is_answered_and_counted_and_not_stored() {
    scenario(async |w| {
        w.connect("acme").await;
        w.follow("acme/rocket").await;
        w.hears_everything("acme/rocket").await;
        for event in QUIET {
            w.tells("acme/rocket", event, &Value::Null)
                .await
                .was_answered(204);
        }
        for event in ["repo:renovated", "pullrequest:teleported", "moon:landed"] {
            w.tells("acme/rocket", event, &json!({"surprise": true}))
                .await
                .was_answered(204);
        }
        w.has_stored_nothing().await;
        let deliveries = w.status().await;
        assert_eq!(deliveries.left_alone(), (QUIET.len() as u64, 3));
    })
    .await;
}

#[tokio::test]
async fn a_repository_that_is_said_to_be_deleted_is_checked_and_stays_when_it_is_there() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        w.hears_everything("acme/rocket").await;
        w.tells("acme/rocket", "repo:deleted", &Value::Null)
            .await
            .was_answered(204);
        w.settles().await;
        assert_eq!(w.followed().await["state"], "active");
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn a_push_of_any_shape_is_taken() {
    scenario(async |w| {
        w.connect("acme").await;
        w.follow("acme/rocket").await;
        for push in [
            json!({"push": {"changes": []}}),
            json!({"push": {"changes": null}}),
            json!({"push": {"changes": [{"old": null, "new": null}]}}),
            json!({"actor": null, "push": {"changes": [{"old": {"type": "branch", "name": "gone", "target": {"hash": bitbucket_simulator::sha("r1")}}, "new": null, "closed": true}]}}),
            json!({"push": {"changes": [{"old": null, "new": {"type": "bookmark", "name": "b", "target": {"hash": bitbucket_simulator::sha("r1")}}}]}}),
        ] {
            w.tells("acme/rocket", "repo:push", &push)
                .await
                .was_answered(204);
        }
        w.settles().await;
        assert_eq!(w.tracker.asked_in_all().await, 0);
    })
    .await;
}
