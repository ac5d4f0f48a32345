//! Build statuses, and Code Insights reports with their annotations.

use bitbucket_simulator::sha;
use serde_json::{Value, json};

use crate::peer::{Peer, simulator};

fn commit(label: &str) -> String {
    format!("/2.0/repositories/acme/rocket/commit/{}", sha(label))
}

#[tokio::test]
async fn a_status_is_replaced_by_its_key() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let build = format!("{}/statuses/build", commit("r3"));
    let body = json!({"key": "ci/1", "state": "INPROGRESS", "name": "CI", "refname": "main"});
    assert_eq!(peer.post(&build, body).await.status, 201);
    let body = json!({"key": "ci/1", "state": "FAILED", "url": "https://ci.example/1"});
    peer.post(&build, body).await;
    let one = peer.get(&format!("{build}/ci%2F1")).await.json();
    assert_eq!(
        (&one["state"], &one["name"]),
        (&json!("FAILED"), &json!(null))
    );
    let changed = peer
        .put(&format!("{build}/ci%2F1"), json!({"state": "SUCCESSFUL"}))
        .await;
    assert_eq!(changed.json()["url"], "https://ci.example/1");
    let (all, _) = peer.all(&format!("{}/statuses", commit("r3"))).await;
    assert_eq!((all.len(), &all[0]["state"]), (1, &json!("SUCCESSFUL")));
    // It was made without a branch, so it counts for each.
    let of_branch = format!("{}/statuses?refname=main", commit("r3"));
    assert_eq!(peer.all(&of_branch).await.0.len(), 1);
    let tied = json!({"key": "ci/2", "state": "FAILED", "refname": "side"});
    peer.post(&build, tied).await;
    assert_eq!(peer.all(&of_branch).await.0.len(), 1);
    let (both, _) = peer
        .all(&format!("{}/statuses?refname=side", commit("r3")))
        .await;
    assert_eq!(both.len(), 2);
    let (other, _) = peer.all(&format!("{}/statuses", commit("r2"))).await;
    assert_eq!(other, Vec::<Value>::new());
    for bad in [
        json!({"key": "x"}),
        json!({"state": "FAILED"}),
        json!({"key": "x", "state": "DONE"}),
    ] {
        assert_eq!(peer.post(&build, bad.clone()).await.status, 400, "{bad}");
    }
    let nowhere = peer.get(&format!("{}/statuses", commit("nothing"))).await;
    assert_eq!(nowhere.status, 404);
}

#[tokio::test]
async fn a_report_is_replaced_by_its_id_and_keeps_its_annotations() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let report = format!("{}/reports/ours-1", commit("r3"));
    let body = json!({"title": "Errors", "details": "x", "report_type": "BUG", "result": "FAILED",
        "data": [{"title": "count", "type": "NUMBER", "value": 3}]});
    let made = peer.put(&report, body.clone()).await.json();
    assert_eq!(
        (&made["external_id"], &made["data"][0]["value"]),
        (&json!("ours-1"), &json!(3))
    );
    let annotation = json!([{"external_id": "a1", "annotation_type": "BUG", "summary": "here",
        "path": "src/engine.rs", "line": 3, "severity": "HIGH"}]);
    let annotations = format!("{report}/annotations");
    assert_eq!(
        peer.post(&annotations, annotation.clone()).await.status,
        200
    );
    peer.post(&annotations, annotation).await;
    let again = peer
        .put(
            &report,
            json!({"title": "E", "details": "y", "report_type": "BUG"}),
        )
        .await;
    assert_eq!(again.json()["uuid"], made["uuid"]);
    let (kept, _) = peer.all(&annotations).await;
    assert_eq!((kept.len(), &kept[0]["line"]), (1, &json!(3)));
    let one = format!("{annotations}/a1");
    let body = json!({"annotation_type": "BUG", "summary": "there"});
    assert_eq!(peer.put(&one, body).await.json()["summary"], "there");
    assert_eq!(peer.delete(&one).await.status, 204);
    assert_eq!(peer.get(&one).await.status, 404);
    assert_eq!(
        peer.all(&format!("{}/reports", commit("r3"))).await.0.len(),
        1
    );
    assert_eq!(peer.delete(&report).await.status, 204);
    assert_eq!(peer.get(&annotations).await.status, 404);
}

#[tokio::test]
async fn reports_and_annotations_have_their_limits() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let report = format!("{}/reports/ours-1", commit("r3"));
    let facts: Vec<Value> = (0..11).map(|n| json!({"title": "x", "value": n})).collect();
    let body = json!({"title": "E", "details": "x", "report_type": "BUG", "data": facts});
    assert_eq!(peer.put(&report, body).await.status, 400);
    let unknown = json!({"title": "E", "details": "x", "report_type": "RUST"});
    assert_eq!(peer.put(&report, unknown).await.status, 400);
    peer.put(
        &report,
        json!({"title": "E", "details": "x", "report_type": "BUG"}),
    )
    .await;
    let annotations = format!("{report}/annotations");
    let some = |from: usize, count: usize| -> Value {
        (from..from + count)
            .map(|n| json!({"external_id": format!("a{n}"), "annotation_type": "BUG", "summary": "x"}))
            .collect()
    };
    assert_eq!(peer.post(&annotations, some(0, 101)).await.status, 400);
    for part in 0..10 {
        assert_eq!(
            peer.post(&annotations, some(part * 100, 100)).await.status,
            200
        );
    }
    assert_eq!(peer.post(&annotations, some(1000, 1)).await.status, 400);
    // Replacing what is there adds nothing.
    assert_eq!(peer.post(&annotations, some(999, 1)).await.status, 200);
    let (all, pages) = peer.all(&format!("{annotations}?pagelen=100")).await;
    assert_eq!((all.len(), pages), (1000, 10));
}
