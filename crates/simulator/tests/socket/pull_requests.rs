//! Pull requests from their opening to their merge.

use bitbucket_simulator::{
    Simulator, acme,
    control::{NewCommit, Push},
    sha,
    world::{AccessToken, CommitLinks, FileChange},
};
use serde_json::{Value, json};

use crate::peer::{Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";
const TOKEN: &str = "a-token-that-may-write";

/// A branch `feature/x` with two commits on `r2`, and a peer that may write.
async fn prepared() -> (Simulator, Peer) {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY).reset(
        "feature/x",
        "r2",
        [
            NewCommit::new("x1", "Try"),
            NewCommit::new("x2", "Mend").files([FileChange::modified("src/engine.rs")]),
        ],
    );
    simulator.control().push(&push).await.expect("pushed");
    simulator.change_world(|world| {
        let scopes = ["pullrequest:write", "repository:admin", "account"];
        let token = AccessToken::new("writer", TOKEN, acme::WORKSPACE, &scopes);
        world.bitbucket.access_tokens.push(token);
    });
    let peer = Peer::new(simulator.bitbucket_url(), Some(format!("Bearer {TOKEN}")));
    (simulator, peer)
}

async fn opened(peer: &Peer) -> Value {
    let body = json!({
        "title": "Try x",
        "description": "Fixes ROCKET-1A",
        "source": {"branch": {"name": "feature/x"}},
        "reviewers": [{"uuid": acme::ADA_UUID}],
    });
    let made = peer.post(&format!("{ROCKET}/pullrequests"), body).await;
    assert_eq!(made.status, 201);
    made.json()
}

#[tokio::test]
async fn a_pull_request_shows_short_hashes_and_lists_leave_the_reviewers_out() {
    let (_simulator, peer) = prepared().await;
    let made = opened(&peer).await;
    assert_eq!(made["source"]["commit"]["hash"], sha("x2")[..12]);
    assert_eq!(made["destination"]["branch"]["name"], "main");
    assert_eq!(made["reviewers"][0]["nickname"], "ada");
    let (listed, _) = peer.all(&format!("{ROCKET}/pullrequests?pagelen=50")).await;
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &json!(1)));
    assert_eq!(listed[0].get("reviewers"), None);
    let too_long = peer.get(&format!("{ROCKET}/pullrequests?pagelen=51")).await;
    assert_eq!(too_long.status, 400);
    let (none, _) = peer
        .all(&format!("{ROCKET}/pullrequests?state=MERGED"))
        .await;
    assert_eq!(none, Vec::<Value>::new());
    let (found, _) = peer
        .all(&format!(
            "{ROCKET}/pullrequests?q=title~%22TRY%22%20AND%20id%3E0"
        ))
        .await;
    assert_eq!(found.len(), 1);
    let reading = Peer::bitbucket(&_simulator);
    let refused = reading
        .post(&format!("{ROCKET}/pullrequests"), json!({}))
        .await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn its_commits_are_those_that_the_destination_lacks_and_move_with_the_branch() {
    let (simulator, peer) = prepared().await;
    opened(&peer).await;
    let commits = async || {
        let (values, _) = peer.all(&format!("{ROCKET}/pullrequests/1/commits")).await;
        let hashes = values.iter().filter_map(|one| one["hash"].as_str());
        hashes.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(commits().await, [sha("x2"), sha("x1")]);
    let push = Push::to(acme::REPOSITORY).commit("feature/x", "x3", "More");
    simulator.control().push(&push).await.expect("pushed");
    assert_eq!(commits().await, [sha("x3"), sha("x2"), sha("x1")]);
}

#[tokio::test]
async fn diff_diffstat_and_patch_are_redirects_to_the_repository() {
    let (_simulator, peer) = prepared().await;
    opened(&peer).await;
    for what in ["diff", "diffstat", "patch"] {
        let moved = peer
            .get(&format!("{ROCKET}/pullrequests/1/{what}?context=1"))
            .await;
        assert_eq!((moved.status, moved.body.len()), (302, 0));
        let location = moved.header("location").to_owned();
        assert!(location.contains("%0D"), "{location}");
        assert!(
            location.contains("context=1&from_pullrequest_id=1"),
            "{location}"
        );
        let target = peer.get(&location).await;
        assert_eq!(target.status, 200, "{location}");
        match what {
            "diffstat" => {
                let paths: Vec<Value> = target.json()["values"]
                    .as_array()
                    .expect("values")
                    .iter()
                    .map(|one| one["new"]["path"].clone())
                    .collect();
                // `src/guidance.rs` of `r3` is not the source's change.
                assert_eq!(paths, ["src/engine.rs", "src/x1.rs"]);
            }
            "diff" => assert!(target.body.starts_with(b"diff --git a/src/engine.rs")),
            _ => assert!(
                target
                    .body
                    .starts_with(format!("From {}", sha("x1")).as_bytes())
            ),
        }
    }
}

#[tokio::test]
async fn a_merge_makes_a_commit_and_moves_the_destination() {
    let (simulator, peer) = prepared().await;
    opened(&peer).await;
    let merge = format!("{ROCKET}/pullrequests/1/merge?async=true");
    let begun = peer
        .post(&merge, json!({"close_source_branch": true}))
        .await;
    assert_eq!(begun.status, 202);
    let status = peer.get(begun.header("location")).await.json();
    assert_eq!(status["task_status"], "SUCCESS");
    assert_eq!(status["merge_result"]["state"], "MERGED");
    let own = simulator
        .control()
        .repository(acme::REPOSITORY)
        .await
        .expect("it");
    assert!(!own.branches.contains_key("feature/x"));
    let head = &own.branches["main"];
    let made = own.commit(head).expect("a commit");
    assert_eq!(made.parents, [sha("r3"), sha("x2")]);
    assert_eq!(
        made.message,
        "Merged in feature/x (pull request #1)\n\nTry x\n"
    );
    let merged = peer.get(&format!("{ROCKET}/pullrequests/1")).await.json();
    assert_eq!(merged["merge_commit"]["hash"], head[..12]);
    // What it brought is still known although its branch is gone.
    let (commits, _) = peer.all(&format!("{ROCKET}/pullrequests/1/commits")).await;
    assert_eq!(commits.len(), 2);
    let file = peer.get(&format!("{ROCKET}/src/main/src/x1.rs")).await;
    assert_eq!(file.status, 200);
    let again = peer
        .post(&format!("{ROCKET}/pullrequests/1/merge"), json!({}))
        .await;
    assert_eq!(again.status, 400);
}

#[tokio::test]
async fn sides_that_disagree_are_not_merged() {
    let (simulator, peer) = prepared().await;
    opened(&peer).await;
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [NewCommit::new("r4", "x").files([FileChange::modified("src/engine.rs")])],
    );
    simulator.control().push(&push).await.expect("pushed");
    let (conflicts, _) = peer
        .all(&format!("{ROCKET}/pullrequests/1/conflicts"))
        .await;
    assert_eq!(conflicts[0]["path"], "src/engine.rs");
    let refused = peer
        .post(&format!("{ROCKET}/pullrequests/1/merge"), json!({}))
        .await;
    assert_eq!(refused.status, 409);
    let declined = peer
        .post(&format!("{ROCKET}/pullrequests/1/decline"), json!({}))
        .await;
    assert_eq!(declined.json()["state"], "DECLINED");
}

#[tokio::test]
async fn commits_lead_to_pull_requests_once_the_app_is_enabled_and_has_indexed() {
    let (simulator, peer) = prepared().await;
    opened(&peer).await;
    let address = format!("{ROCKET}/commit/{}/pullrequests", sha("x1"));
    let link = |links| {
        simulator.change_world(|world| world.bitbucket.repositories[0].commit_links = links);
    };
    assert_eq!(peer.get(&address).await.status, 404);
    link(CommitLinks::Indexing);
    let indexing = peer.get(&address).await;
    assert_eq!((indexing.status, indexing.body.len()), (202, 0));
    link(CommitLinks::On);
    assert_eq!(peer.get(&address).await.json()["values"][0]["id"], 1);
    let other = format!("{ROCKET}/commit/{}/pullrequests", sha("r1"));
    assert_eq!(peer.get(&other).await.json()["values"], json!([]));
}

#[tokio::test]
async fn comments_and_tasks_are_written_answered_edited_resolved_and_removed() {
    let (_simulator, peer) = prepared().await;
    opened(&peer).await;
    let all = format!("{ROCKET}/pullrequests/1/comments");
    let inline = json!({"content": {"raw": "Why?"}, "inline": {"path": "src/x1.rs", "to": 3}});
    let first = peer.post(&all, inline).await;
    assert_eq!(first.status, 201);
    let first = first.json()["id"].clone();
    let answer = json!({"content": {"raw": "So."}, "parent": {"id": first}});
    let answer = peer.post(&all, answer).await.json()["id"].clone();
    assert_eq!(
        peer.post(&all, json!({"content": {"raw": " "}}))
            .await
            .status,
        400
    );
    let orphan = json!({"content": {"raw": "x"}, "parent": {"id": 99}});
    assert_eq!(peer.post(&all, orphan).await.status, 400);

    let one = format!("{all}/{first}");
    let edited = peer
        .put(&one, json!({"content": {"raw": "Why, again?"}}))
        .await;
    assert_eq!(edited.json()["content"]["raw"], "Why, again?");
    assert_eq!(
        peer.post(&format!("{one}/resolve"), json!({})).await.status,
        200
    );
    assert_eq!(
        peer.post(&format!("{one}/resolve"), json!({})).await.status,
        409
    );
    assert_eq!(peer.delete(&format!("{one}/resolve")).await.status, 204);
    let again = peer.delete(&format!("{one}/resolve")).await;
    assert_eq!(again.status, 404, "it is not resolved any more");
    let general = json!({"content": {"raw": "In general"}});
    let general = peer.post(&all, general).await.json()["id"].clone();
    let off_the_diff = peer
        .post(&format!("{all}/{general}/resolve"), json!({}))
        .await;
    assert_eq!(off_the_diff.status, 403);

    assert_eq!(peer.delete(&format!("{all}/{answer}")).await.status, 204);
    let (comments, _) = peer.all(&format!("{all}?sort=created_on")).await;
    assert_eq!(
        comments[0]["inline"],
        json!({"path": "src/x1.rs", "from": null, "to": 3})
    );
    assert_eq!(
        (&comments[1]["deleted"], &comments[1]["content"]["raw"]),
        (&json!(true), &json!(""))
    );

    let tasks = format!("{ROCKET}/pullrequests/1/tasks");
    let made = peer
        .post(&tasks, json!({"content": {"raw": "Measure"}}))
        .await;
    let task = made.header("location").to_owned();
    assert_eq!(peer.get(&task).await.json()["id"], made.json()["id"]);
    let done = peer.put(&task, json!({"state": "RESOLVED"})).await;
    assert_eq!(done.json()["state"], "RESOLVED");
    assert_eq!(peer.delete(&task).await.status, 204);
    assert_eq!(peer.get(&task).await.status, 404);
}

#[tokio::test]
async fn verdicts_are_given_once_taken_back_and_logged() {
    let (_simulator, peer) = prepared().await;
    opened(&peer).await;
    let at = |what: &str| format!("{ROCKET}/pullrequests/1/{what}");
    let approved = peer.post(&at("approve"), json!({})).await;
    assert_eq!(
        (approved.status, &approved.json()["approved"]),
        (200, &json!(true))
    );
    assert_eq!(peer.post(&at("approve"), json!({})).await.status, 409);
    assert_eq!(
        peer.post(&at("request-changes"), json!({})).await.status,
        200
    );
    assert_eq!(peer.delete(&at("approve")).await.status, 404);
    let (log, _) = peer.all(&at("activity")).await;
    assert!(log[0].get("changes_requested").is_some(), "{log:?}");
    assert_eq!(log[1]["update"]["state"], "OPEN");
    let (all, _) = peer.all(&format!("{ROCKET}/pullrequests/activity")).await;
    assert_eq!(all, log);
    assert_eq!(peer.delete(&at("request-changes")).await.status, 204);
    let (log, _) = peer.all(&at("activity")).await;
    assert_eq!(log.len(), 1);
}

#[tokio::test]
async fn default_reviewers_are_kept() {
    let (_simulator, peer) = prepared().await;
    let uuid = acme::ADA_UUID.replace('{', "%7B").replace('}', "%7D");
    let all = format!("{ROCKET}/default-reviewers");
    let one = format!("{all}/{uuid}");
    assert_eq!(peer.get(&one).await.status, 404);
    assert_eq!(peer.put(&one, Value::Null).await.json()["nickname"], "ada");
    peer.put(&one, Value::Null).await;
    assert_eq!(peer.all(&all).await.0.len(), 1);
    let (effective, _) = peer
        .all(&format!("{ROCKET}/effective-default-reviewers"))
        .await;
    assert_eq!(effective[0]["user"]["uuid"], acme::ADA_UUID);
    assert_eq!(peer.delete(&one).await.status, 204);
    assert_eq!(peer.get(&one).await.status, 404);
}
