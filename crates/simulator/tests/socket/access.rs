//! Who is in a workspace and may do what; references made; the tracker that was; code search; an app's own installation.

use bitbucket_simulator::{
    Simulator, acme,
    world::{AccessToken, Grant, Membership, User},
};
use http::Method;
use serde_json::{Value, json};

use crate::peer::{Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";
const BOB: &str = "{b0b00000-0000-4000-8000-000000000001}";

fn basic(simulator: &Simulator) -> Peer {
    use base64::Engine as _;
    let credentials = format!("{}:{}", acme::API_EMAIL, acme::API_TOKEN);
    let encoded = base64::engine::general_purpose::STANDARD.encode(credentials);
    Peer::new(simulator.bitbucket_url(), Some(format!("Basic {encoded}")))
}

fn with_scopes(simulator: &Simulator, scopes: &[&str]) -> Peer {
    simulator.change_world(|world| {
        let token = AccessToken::new("special", "special-token", acme::WORKSPACE, scopes);
        world.bitbucket.access_tokens.push(token);
    });
    Peer::new(
        simulator.bitbucket_url(),
        Some("Bearer special-token".to_owned()),
    )
}

async fn with_bob() -> Simulator {
    let simulator = simulator().await;
    simulator.change_world(|world| {
        world.bitbucket.users.push(User {
            uuid: BOB.to_owned(),
            account_id: "712020:bob".to_owned(),
            nickname: "bob".to_owned(),
            display_name: "Bob".to_owned(),
            emails: vec!["bob@acme.example".to_owned()],
        });
        world
            .bitbucket
            .memberships
            .push(Membership::new(acme::WORKSPACE, BOB, "member"));
        world
            .bitbucket
            .grants
            .push(Grant::new(acme::REPOSITORY_UUID, BOB, "write"));
    });
    simulator
}

#[tokio::test]
async fn members_and_their_permissions_are_told() {
    let simulator = with_bob().await;
    let peer = Peer::bitbucket(&simulator);
    let (members, _) = peer.all("/2.0/workspaces/acme/members").await;
    assert_eq!(
        (members.len(), &members[1]["user"]["nickname"]),
        (2, &json!("bob"))
    );
    let query = "q=user.email%20IN%20(%22bob@acme.example%22)";
    let (found, _) = peer
        .all(&format!("/2.0/workspaces/acme/members?{query}"))
        .await;
    assert_eq!((found.len(), &found[0]["user"]["uuid"]), (1, &json!(BOB)));
    assert_eq!(found[0]["user"].get("email"), None);
    let bob = BOB.replace('{', "%7B").replace('}', "%7D");
    let one = peer
        .get(&format!("/2.0/workspaces/acme/members/{bob}"))
        .await;
    assert_eq!(one.json()["permission"], "member");
    let (all, _) = peer
        .all("/2.0/workspaces/acme/permissions?q=permission%3D%22owner%22")
        .await;
    assert_eq!((all.len(), &all[0]["user"]["nickname"]), (1, &json!("ada")));
    let of = async |path: &str| {
        let (values, _) = peer
            .all(&format!("/2.0/workspaces/acme/permissions/{path}"))
            .await;
        let told = values.iter().map(|one| {
            format!(
                "{} {} {}",
                one["repository"]["name"].as_str().expect("a name"),
                one["user"]["nickname"].as_str().expect("a name"),
                one["permission"].as_str().expect("a permission"),
            )
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        of("repositories").await,
        [
            "Rocket ada admin",
            "Rocket bob write",
            "launchpad ada admin"
        ]
    );
    assert_eq!(of("repositories/launchpad").await, ["launchpad ada admin"]);
    let (projects, _) = with_scopes(&simulator, &["project"])
        .all("/2.0/workspaces/acme/projects")
        .await;
    assert_eq!(projects[0]["key"], "ACME");
}

#[tokio::test]
async fn a_person_is_told_their_own_permissions_and_a_bot_is_not() {
    let simulator = simulator().await;
    let (ada, bot) = (basic(&simulator), Peer::bitbucket(&simulator));
    let own = "/2.0/user/workspaces/acme/permission";
    assert_eq!(ada.get(own).await.json()["permission"], "owner");
    assert_eq!(bot.get(own).await.status, 403);
    let repositories = "/2.0/user/workspaces/acme/permissions/repositories";
    assert_eq!(ada.all(repositories).await.0.len(), 2);
    let uuid = acme::ADA_UUID.replace('{', "%7B").replace('}', "%7D");
    assert_eq!(
        bot.get(&format!("/2.0/users/{uuid}")).await.json()["nickname"],
        "ada"
    );
    simulator.change_world(|world| world.bitbucket.memberships[0].permission = "member".to_owned());
    assert_eq!(ada.all(repositories).await.0, Vec::<Value>::new());
    assert_eq!(
        ada.get("/2.0/workspaces/acme/permissions/repositories")
            .await
            .status,
        403
    );
    assert_eq!(
        ada.all("/2.0/repositories/acme?role=admin").await.0,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn branches_and_tags_are_made_and_removed_by_those_who_may_write() {
    let simulator = simulator().await;
    let branches = format!("{ROCKET}/refs/branches");
    let body = json!({"name": "hot/fix", "target": {"hash": "main"}});
    let refused = Peer::bitbucket(&simulator)
        .post(&branches, body.clone())
        .await;
    assert_eq!(refused.status, 403);
    let peer = with_scopes(&simulator, &["repository:write"]);
    assert_eq!(peer.post(&branches, body.clone()).await.status, 201);
    assert_eq!(peer.post(&branches, body).await.status, 400);
    let one = format!("{branches}/hot%2Ffix");
    assert_eq!(peer.get(&one).await.json()["name"], "hot/fix");
    assert_eq!(peer.delete(&one).await.status, 204);
    assert_eq!(peer.get(&one).await.status, 404);
    assert_eq!(peer.delete(&format!("{branches}/main")).await.status, 400);
    let tags = format!("{ROCKET}/refs/tags");
    let body = json!({"name": "v1", "target": {"hash": "main"}, "message": "First"});
    assert_eq!(peer.post(&tags, body).await.json()["message"], "First");
    assert_eq!(peer.delete(&format!("{tags}/v1")).await.status, 204);
}

#[tokio::test]
async fn the_tracker_works_where_it_is_still_switched_on() {
    let simulator = simulator().await;
    simulator.change_world(|world| world.bitbucket.issue_tracker = true);
    let peer = with_scopes(&simulator, &["issue:write", "repository"]);
    let issues = format!("{ROCKET}/issues");
    let body =
        json!({"title": "It breaks", "content": {"raw": "x"}, "kind": "bug", "priority": "minor"});
    let made = peer.post(&issues, body).await;
    assert_eq!((made.status, &made.json()["id"]), (201, &json!(1)));
    let bad = peer
        .post(&issues, json!({"title": "x", "kind": "rocket"}))
        .await;
    assert_eq!(bad.status, 400);
    let one = format!("{issues}/1");
    assert_eq!(
        peer.put(&one, json!({"state": "resolved"})).await.json()["state"],
        "resolved"
    );
    let (found, _) = peer
        .all(&format!("{issues}?q=title~%22BREAKS%22&sort=-created_on"))
        .await;
    assert_eq!(found.len(), 1);
    let comments = format!("{one}/comments");
    let comment = peer
        .post(&comments, json!({"content": {"raw": "Seen"}}))
        .await
        .json();
    let comment = format!("{comments}/{}", comment["id"]);
    let edited = peer
        .put(&comment, json!({"content": {"raw": "Seen twice"}}))
        .await;
    assert_eq!(edited.json()["content"]["raw"], "Seen twice");
    assert_eq!(peer.delete(&comment).await.status, 204);
    assert_eq!(peer.all(&comments).await.0, Vec::<Value>::new());
    assert_eq!(peer.get(ROCKET).await.json()["has_issues"], true);
    // Who may not write issues is told so, and who shows no credential too.
    let reader = Peer::bitbucket(&simulator);
    assert_eq!(reader.get(&issues).await.status, 403);
    let stranger = Peer::new(simulator.bitbucket_url(), None);
    assert_eq!(stranger.get(&issues).await.status, 401);
    assert_eq!(peer.delete(&one).await.status, 204);
    assert_eq!(peer.get(&one).await.status, 404);
}

#[tokio::test]
async fn code_is_searched_only_where_that_is_switched_on() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let search = "/2.0/workspaces/acme/search/code?search_query=guidance";
    assert_eq!(peer.get(search).await.status, 404);
    simulator.change_world(|world| world.bitbucket.code_search = true);
    let (found, _) = peer.all(search).await;
    assert_eq!(
        (found.len(), &found[0]["file"]["path"]),
        (1, &json!("src/guidance.rs"))
    );
}

#[tokio::test]
async fn an_app_updates_and_removes_itself_and_nobody_else_does() {
    let simulator = crate::connect::stopped().await;
    let refused = Peer::bitbucket(&simulator)
        .put("/2.0/addon", json!({}))
        .await;
    assert_eq!(refused.status, 403);
    let token = crate::connect::app_token(&Method::PUT, "/2.0/addon");
    let app = Peer::new(simulator.bitbucket_url(), Some(token));
    assert_eq!(app.put("/2.0/addon", json!({})).await.status, 204);
    let more = json!({"descriptor": {"scopes": ["repository", "repository:admin"]}});
    assert_eq!(app.put("/2.0/addon", more).await.status, 400);
    let fewer = json!({"descriptor": {"scopes": ["repository"]}});
    assert_eq!(app.put("/2.0/addon", fewer).await.status, 204);
    let own = &simulator.world().bitbucket.installations[0];
    assert_eq!(own.scopes, ["repository"]);
    let token = crate::connect::app_token(&Method::DELETE, "/2.0/addon");
    let app = Peer::new(simulator.bitbucket_url(), Some(token));
    assert_eq!(app.delete("/2.0/addon").await.status, 204);
    assert_eq!(simulator.world().bitbucket.installations, []);
    assert_eq!(app.delete("/2.0/addon").await.status, 401);
}
