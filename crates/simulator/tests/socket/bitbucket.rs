//! The Bitbucket half: credentials, pages, commits, changed files, hooks, removed endpoints.

use bitbucket_simulator::{
    acme,
    control::{NewCommit, Push},
    sha,
};
use serde_json::json;

use crate::peer::{Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

#[tokio::test]
async fn a_repository_is_found_by_name_and_by_uuid() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let by_name = peer.get(ROCKET).await;
    let uuid = acme::REPOSITORY_UUID
        .replace('{', "%7B")
        .replace('}', "%7D");
    let by_uuid = peer.get(&format!("/2.0/repositories/%7B%7D/{uuid}")).await;
    assert_eq!((by_name.status, by_uuid.status), (200, 200));
    assert_eq!(by_name.json(), by_uuid.json());
    assert_eq!(by_name.json()["uuid"], acme::REPOSITORY_UUID);
    assert_eq!(by_name.json()["mainbranch"]["name"], "main");
    assert_eq!(
        peer.get("/2.0/repositories/acme/launchpad").await.json()["mainbranch"],
        json!(null)
    );
}

#[tokio::test]
async fn credentials_are_asked_for_and_scopes_are_named() {
    let simulator = simulator().await;
    simulator
        .change_world(|world| world.bitbucket.access_tokens[0].scopes = vec!["webhook".to_owned()]);
    let stranger = Peer::new(simulator.bitbucket_url(), None);
    assert_eq!(stranger.get(ROCKET).await.status, 401);
    let liar = Peer::new(simulator.bitbucket_url(), Some("Bearer wrong".to_owned()));
    assert_eq!(liar.get(ROCKET).await.status, 401);
    let refused = Peer::bitbucket(&simulator).get(ROCKET).await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.json()["error"]["detail"],
        json!({"required": ["repository"], "granted": ["webhook"]})
    );
}

#[tokio::test]
async fn an_api_token_is_a_person_with_granular_scopes() {
    let simulator = simulator().await;
    let basic = |token: &str| format!("Basic {}", base64(&format!("{}:{token}", acme::API_EMAIL)));
    let ada = Peer::new(simulator.bitbucket_url(), Some(basic(acme::API_TOKEN)));
    assert_eq!(ada.get("/2.0/user").await.json()["nickname"], "ada");
    assert_eq!(ada.get(ROCKET).await.status, 200);
    let wrong = Peer::new(simulator.bitbucket_url(), Some(basic("wrong")));
    assert_eq!(wrong.get("/2.0/user").await.status, 401);
    simulator.change_world(|world| {
        world.bitbucket.api_tokens[0]
            .scopes
            .retain(|scope| !scope.starts_with("write"));
    });
    let body = json!({"url": "http://127.0.0.1:1/", "events": ["repo:push"]});
    let refused = ada.post(&format!("{ROCKET}/hooks"), body).await;
    let required = &refused.json()["error"]["detail"]["required"];
    assert_eq!(
        required,
        &json!(["read:webhook:bitbucket", "write:webhook:bitbucket"])
    );
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[tokio::test]
async fn no_access_and_no_repository_look_the_same() {
    let simulator = simulator().await;
    simulator.change_world(|world| {
        world.bitbucket.access_tokens[0].repository = Some(acme::EMPTY_REPOSITORY.to_owned());
    });
    let peer = Peer::bitbucket(&simulator);
    let (hidden, unknown) = (
        peer.get(ROCKET).await,
        peer.get("/2.0/repositories/acme/nothing").await,
    );
    assert_eq!((hidden.status, unknown.status), (404, 404));
    assert_eq!(hidden.json(), unknown.json());
    assert_eq!(
        peer.get("/2.0/repositories/acme/launchpad").await.status,
        200
    );
}

#[tokio::test]
async fn a_workspace_lists_its_repositories_by_query() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let (all, _) = peer.all("/2.0/repositories/acme").await;
    assert_eq!(all.len(), 2);
    let (found, _) = peer
        .all("/2.0/repositories/acme?q=name%20~%20%22ROCK%22")
        .await;
    assert_eq!(found[0]["full_name"], "acme/rocket");
    assert_eq!(
        peer.get("/2.0/repositories/acme?q=name%20~%20rock")
            .await
            .status,
        400
    );
    assert_eq!(peer.get("/2.0/repositories/elsewhere").await.status, 404);
}

#[tokio::test]
async fn commits_come_newest_first_and_without_the_excluded() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let hashes = |values: &[serde_json::Value]| -> Vec<String> {
        values
            .iter()
            .map(|one| one["hash"].as_str().expect("hash").to_owned())
            .collect()
    };
    let (all, _) = peer.all(&format!("{ROCKET}/commits")).await;
    assert_eq!(hashes(&all), [sha("r3"), sha("r2"), sha("r1")]);
    assert!(all[1]["author"].get("user").is_none());
    assert_eq!(all[0]["author"]["user"]["nickname"], "ada");
    let (some, _) = peer
        .all(&format!("{ROCKET}/commits/main?exclude={}", sha("r1")))
        .await;
    assert_eq!(hashes(&some), [sha("r3"), sha("r2")]);
    let form = format!("include=main&exclude={}", &sha("r2")[..12]);
    let posted = peer.post_form(&format!("{ROCKET}/commits"), &form).await;
    assert_eq!(
        hashes(posted.json()["values"].as_array().expect("values")),
        [sha("r3")]
    );
    let unknown = peer
        .get(&format!("{ROCKET}/commits/{}", sha("nothing")))
        .await;
    assert_eq!(
        (unknown.status, unknown.json()["error"]["message"].as_str()),
        (404, Some("Commit not found"))
    );
}

#[tokio::test]
async fn a_listing_goes_on_by_an_opaque_link_also_after_a_post() {
    let simulator = simulator().await;
    let commits = (0..70).map(|number| NewCommit::new(format!("n{number}"), "More"));
    let push = Push::to(acme::REPOSITORY).commits("main", commits);
    simulator.control().push(&push).await.expect("pushed");
    let peer = Peer::bitbucket(&simulator);
    let (all, pages) = peer
        .all(&format!("{ROCKET}/commits?include=main&pagelen=20"))
        .await;
    assert_eq!((all.len(), pages), (73, 4));
    let first = peer
        .post_form(&format!("{ROCKET}/commits"), "include=main")
        .await
        .json();
    assert_eq!(first["values"].as_array().expect("values").len(), 30);
    assert!(first.get("size").is_none());
    let (rest, _) = peer.all(first["next"].as_str().expect("next")).await;
    assert_eq!(rest.len(), 43);
}

#[tokio::test]
async fn a_page_is_never_longer_than_allowed() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    for query in ["pagelen=101", "pagelen=0", "pagelen=many"] {
        let refused = peer.get(&format!("{ROCKET}/commits?{query}")).await;
        assert_eq!(
            (refused.status, refused.json()["error"]["message"].as_str()),
            (400, Some("Invalid pagelen"))
        );
    }
    assert_eq!(
        peer.get(&format!("{ROCKET}/diffstat/{}?pagelen=5000", sha("r3")))
            .await
            .status,
        200
    );
    simulator.change_world(|world| world.bitbucket.page_cap = Some(1));
    let (all, pages) = peer.all(&format!("{ROCKET}/commits?pagelen=100")).await;
    assert_eq!((all.len(), pages), (3, 3));
}

#[tokio::test]
async fn a_range_of_changes_names_the_new_side_first() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let stat = |spec: String| {
        let address = format!("{ROCKET}/diffstat/{spec}?topic=false");
        let peer = &peer;
        async move {
            let (values, _) = peer.all(&address).await;
            let line = |one: &serde_json::Value| {
                let path = one["new"]["path"].as_str().or(one["old"]["path"].as_str());
                format!(
                    "{} {}",
                    one["status"].as_str().expect("status"),
                    path.expect("path")
                )
            };
            values.iter().map(line).collect::<Vec<_>>()
        }
    };
    assert_eq!(stat(sha("r3")).await, ["added src/guidance.rs"]);
    assert_eq!(
        stat(format!("{}..{}", sha("r3"), sha("r1"))).await,
        ["added src/engine.rs", "added src/guidance.rs"]
    );
    assert_eq!(
        stat(format!("{}..{}", sha("r1"), sha("r3"))).await,
        ["removed src/engine.rs", "removed src/guidance.rs"]
    );
}

#[tokio::test]
async fn a_hook_lives_from_creation_to_deletion_and_keeps_its_secret() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let hooks = format!("{ROCKET}/hooks");
    let body = json!({"description": "ours", "url": "http://127.0.0.1:1/hook", "active": true,
        "events": ["repo:push"], "secret": "s3cret"});
    let created = peer.post(&hooks, body).await;
    assert_eq!(created.status, 201);
    let hook = created.json();
    assert_eq!(
        (hook["secret_set"].as_bool(), hook.get("secret")),
        (Some(true), None)
    );
    let address = created.header("location").to_owned();
    assert_eq!(peer.get(&address).await.json()["uuid"], hook["uuid"]);
    let updated = peer
        .put(&address, json!({"active": false, "secret": null}))
        .await;
    assert_eq!(
        (
            updated.json()["active"].as_bool(),
            updated.json()["secret_set"].as_bool()
        ),
        (Some(false), Some(false))
    );
    assert_eq!(peer.delete(&address).await.status, 204);
    assert_eq!(peer.get(&address).await.status, 404);
    assert!(
        simulator
            .records()
            .iter()
            .all(|record| !record.body.contains("s3cret"))
    );
}

#[tokio::test]
async fn a_hook_that_breaks_the_rules_is_refused() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let url = "http://127.0.0.1:1/hook";
    let cases = [
        (json!({"url": url, "events": []}), "events"),
        (
            json!({"url": url, "events": ["repo:push", "repo:push"]}),
            "events",
        ),
        (json!({"url": url, "events": ["repo:pushed"]}), "events"),
        (json!({"url": url}), "events"),
        (json!({"events": ["repo:push"]}), "url"),
        (json!({"url": "nowhere", "events": ["repo:push"]}), "url"),
        (
            json!({"url": url, "events": ["repo:push"], "secret": "x".repeat(129)}),
            "secret",
        ),
    ];
    for (body, field) in cases {
        let refused = peer.post(&format!("{ROCKET}/hooks"), body).await;
        assert_eq!(refused.status, 400);
        assert!(
            refused.json()["error"]["fields"].get(field).is_some(),
            "{field}"
        );
    }
    assert_eq!(
        simulator
            .control()
            .hooks(acme::REPOSITORY)
            .await
            .expect("hooks"),
        []
    );
}

#[tokio::test]
async fn removed_endpoints_say_which_change_removed_them() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    for (path, change) in [
        ("/2.0/repositories", "CHANGE-2770"),
        ("/2.0/workspaces", "CHANGE-2770"),
        ("/2.0/repositories/acme/rocket/issues", "CHANGE-3071"),
        (
            "/2.0/repositories/acme/rocket/issues/1/comments",
            "CHANGE-3071",
        ),
    ] {
        let gone = peer.get(path).await;
        assert_eq!(gone.status, 410);
        let body = gone.json();
        assert_eq!(
            body["error"]["message"],
            format!("{change} - Functionality has been deprecated")
        );
        assert_eq!(body["error"]["data"], body["data"]);
    }
}

#[tokio::test]
async fn branches_and_tags_are_listed_filtered_and_found_with_their_slashes() {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY)
        .commit("feature/x", "f1", "Try")
        .tag("v1", "r3");
    simulator.control().push(&push).await.expect("pushed");
    simulator.change_world(|world| {
        let branches = &mut world.bitbucket.repositories[0].branches;
        for name in ["r10", "r2"] {
            branches.insert(name.to_owned(), sha("r3"));
        }
    });
    let peer = Peer::bitbucket(&simulator);
    let names = async |path: &str| -> Vec<String> {
        let (values, _) = peer.all(&format!("{ROCKET}/refs{path}")).await;
        values
            .iter()
            .map(|one| one["name"].as_str().expect("name").to_owned())
            .collect()
    };
    assert_eq!(names("").await, ["feature/x", "main", "r10", "r2", "v1"]);
    // By name means as people count.
    assert_eq!(
        names("/branches?sort=name").await,
        ["feature/x", "main", "r2", "r10"]
    );
    assert_eq!(
        names("/branches?sort=-name").await,
        ["r10", "r2", "main", "feature/x"]
    );
    assert_eq!(
        names("/branches?q=name%20~%20%22EAT%22").await,
        ["feature/x"]
    );
    assert_eq!(names("/tags").await, ["v1"]);
    let branch = peer
        .get(&format!("{ROCKET}/refs/branches/feature%2Fx"))
        .await;
    assert_eq!(branch.json()["target"]["hash"], sha("f1"));
    assert_eq!(
        peer.get(&format!("{ROCKET}/refs/tags/v2")).await.status,
        404
    );
}

#[tokio::test]
async fn event_keys_can_be_read_by_anybody() {
    let simulator = simulator().await;
    let stranger = Peer::new(simulator.bitbucket_url(), None);
    let (events, _) = stranger
        .all("/2.0/hook_events/repository?pagelen=100")
        .await;
    let keys: Vec<_> = events
        .iter()
        .filter_map(|one| one["event"].as_str())
        .collect();
    assert!(keys.contains(&"repo:push"));
    assert!(!keys.contains(&"issue:created"));
    assert_eq!(stranger.get("/2.0/hook_events/team").await.status, 404);
}
