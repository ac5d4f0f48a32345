//! Two companies on one service: each has its workspace, its hooks, its tenant and its organization of the tracker. Whatever one of
//! them sends with the ids of the other moves nothing of the other.

mod hanging;
mod routes;

use bitbucket_simulator::control::{Lifecycle, Seed};
use bitbucket_simulator::world::{
    AccessToken, Installation, Issue, Organization, Project, Repository, SentryToken, Workspace,
};
use bitbucket_simulator::{acme, sha};
use serde_json::{Value, json};

use crate::world::{OTHER_SENTRY_TOKEN, World, commit, scenario_with};

/// The second organization in the service's configuration.
const GLOBEX: &str = r#"
[trackers.globex]
kind = "sentry"
url = "{sentry}"
organization = "globex"
token_file = "{other-token}"
"#;

/// How many issues Globex has: more than the service has workers.
const ISSUES: u64 = 24;
/// Globex's repository.
const REACTOR: &str = "globex/reactor";
/// The access token of Globex's workspace.
const TOKEN: &str = "ATCTT3xFfGF0-globex-workspace-token";
/// The client key of the app in Globex's workspace.
const CLIENT_KEY: &str =
    "ari:cloud:bitbucket::app/{9b0e0000-0000-4000-8000-000000000001}/bitbucket-integration";
/// Its shared secret.
const SHARED_SECRET: &str = "globex-connect-shared-secret-0123456789abcdef";

/// What Globex has at Bitbucket and in the tracker.
async fn globex_exists(w: &World) {
    let workspace = Workspace {
        uuid: "{9b0e0000-0000-4000-8000-000000000001}".to_owned(),
        ..Workspace::new("globex")
    };
    let scopes = ["account", "repository", "pullrequest", "webhook"];
    let own = |text: &[&str]| text.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let token = SentryToken {
        name: "globex integration".to_owned(),
        token: OTHER_SENTRY_TOKEN.to_owned(),
        scopes: own(&[
            "org:read",
            "project:read",
            "project:releases",
            "event:read",
            "event:write",
            "event:admin",
        ]),
        organization: "globex".to_owned(),
    };
    let organization = Organization {
        id: 2,
        slug: "globex".to_owned(),
        name: "Globex".to_owned(),
        projects: vec![Project {
            id: 21,
            slug: "reactor".to_owned(),
            name: "Reactor".to_owned(),
        }],
        issues: (1..=ISSUES)
            .map(|n| {
                let short_id = format!("REACTOR-{n}A");
                Issue::unresolved(2000 + n, &short_id, "reactor", "CoreMeltdown")
            })
            .collect(),
        ..Organization::default()
    };
    for seed in [
        Seed::Workspace(workspace),
        Seed::Repository(Repository::new("globex", "reactor")),
        Seed::AccessToken(AccessToken::new(
            "globex access token",
            TOKEN,
            "globex",
            &scopes,
        )),
        Seed::Organization(organization),
        Seed::SentryToken(token),
    ] {
        w.bitbucket.seed(seed).await;
    }
    w.repository(REACTOR)
        .push([commit("g1", "Begin"), commit("g2", "Go on")])
        .await;
}

async fn connected(w: &World, workspace: &str, credential: Value, tracker: &str) -> String {
    let body = json!({"workspace": workspace, "credential": credential, "tracker": tracker});
    let made = w.api().post("/api/v1/installations", &body).await.good();
    made["id"].as_str().unwrap().to_owned()
}

async fn followed(w: &World, repository: &str, project: &str) -> String {
    let body = json!({"repository": repository, "projects": [project]});
    let made = w.api().post("/api/v1/repositories", &body).await.good();
    made["id"].as_str().unwrap().to_owned()
}

/// Both companies, connected by access tokens; gives the ids of their installations and of their repositories.
async fn two(w: &World) -> [[String; 2]; 2] {
    globex_exists(w).await;
    let by = |token: &str| json!({"kind": "access_token", "token": token});
    let installations = [
        connected(w, "acme", by(acme::ACCESS_TOKEN), "sentry").await,
        connected(w, "globex", by(TOKEN), "globex").await,
    ];
    let repositories = [
        followed(w, acme::REPOSITORY, "rocket").await,
        followed(w, REACTOR, "reactor").await,
    ];
    [installations, repositories]
}

/// Nothing of Globex was touched: its issue, its log of commits, its organization.
async fn globex_is_untouched(w: &World, asked_before: usize) {
    w.settles().await;
    w.tracker.issue("REACTOR-1A").await.has_notes(0);
    assert_eq!(
        asked_of_globex(w).await,
        asked_before,
        "requests to its organization"
    );
}

async fn asked_of_globex(w: &World) -> usize {
    let mut asked = 0;
    for method in ["GET", "POST", "PUT", "DELETE"] {
        asked += w
            .tracker
            .asked(method, "/api/0/organizations/globex/")
            .await;
    }
    asked
}

/// The hashes of the commits that the service knows of a repository, oldest first.
async fn known_commits(w: &World, repository: &str) -> Vec<String> {
    let path = format!("/api/v1/repositories/{repository}/commits");
    let listed = w.api().get(&path).await.good();
    let commits = listed["commits"].as_array().unwrap().iter();
    let mut hashes: Vec<String> = commits
        .map(|one| one["sha"].as_str().unwrap().to_owned())
        .collect();
    hashes.sort();
    hashes
}

fn hashes(labels: &[&str]) -> Vec<String> {
    let mut hashes: Vec<String> = labels.iter().map(|label| sha(label)).collect();
    hashes.sort();
    hashes
}

#[tokio::test]
async fn a_message_that_names_the_others_issue_does_not_reach_it() {
    scenario_with(GLOBEX, async |w| {
        two(w).await;
        let before = asked_of_globex(w).await;
        let rocket = w.repository(acme::REPOSITORY);
        let push = rocket
            .push([commit("a1", "Fixes REACTOR-1A and ROCKET-1A")])
            .await;
        push.was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        globex_is_untouched(w, before).await;

        let release = rocket.releases("one@1.0.0").at("a1").since("r3").await;
        release.is_published_with(1);
        globex_is_untouched(w, before).await;
        w.tracker
            .issue("ROCKET-1A")
            .await
            .is_resolved_in("one@1.0.0");

        // The same message is Globex's own when it comes from there, under the same version too.
        let reactor = w.repository(REACTOR);
        reactor
            .push([commit("g3", "Fixes REACTOR-1A and ROCKET-2B")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("REACTOR-1A").await.has_notes(1);
        w.tracker.issue("ROCKET-2B").await.has_notes(0);
        reactor
            .releases("one@1.0.0")
            .at("g3")
            .since("g2")
            .await
            .is_published_with(1);
        w.settles().await;
        w.tracker
            .issue("REACTOR-1A")
            .await
            .is_resolved_in("one@1.0.0");
    })
    .await;
}

#[tokio::test]
async fn a_hook_speaks_for_its_own_repository_only() {
    scenario_with(GLOBEX, async |w| {
        let [_, [_, reactor_id]] = two(w).await;
        let before = asked_of_globex(w).await;
        let known = known_commits(w, &reactor_id).await;
        let (rocket, reactor) = (w.repository(acme::REPOSITORY), w.repository(REACTOR));
        let ours = rocket.push_held([commit("a1", "Fixes REACTOR-1A")]).await;
        let theirs = reactor.push_held([commit("g3", "Fixes REACTOR-1A")]).await;
        let secret = rocket.hook_secret().await;

        let mut crossed = ours.clone();
        crossed.url = reactor.hook_url().await;
        let refused = w.deliver(&crossed).await;
        refused.was_refused(401, "bad_signature", "our delivery at their address");
        let forged = theirs.clone().signed_with(&secret);
        let refused = w.deliver(&forged).await;
        refused.was_refused(401, "bad_signature", "their delivery, signed by us");

        // Genuine at our own address, but about their repository.
        let smuggled = ours.with_body(theirs.body.clone()).signed_with(&secret);
        w.deliver(&smuggled).await.was_answered(204);
        let dead = w.waits_for_dead("process_delivery").await;
        assert_eq!(dead.failure_code(), "wrong_repository");
        globex_is_untouched(w, before).await;
        assert_eq!(known_commits(w, &reactor_id).await, known);

        w.deliver(&theirs).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("REACTOR-1A").await.has_notes(1);
        assert_eq!(known_commits(w, &reactor_id).await, hashes(&["g3"]));
    })
    .await;
}

#[tokio::test]
async fn a_tenant_speaks_for_its_own_workspace_only() {
    scenario_with(GLOBEX, async |w| {
        globex_exists(w).await;
        installed(w).await;
        let [_, reactor_id] = [
            followed(w, acme::REPOSITORY, "rocket").await,
            followed(w, REACTOR, "reactor").await,
        ];
        let before = asked_of_globex(w).await;
        let (rocket, reactor) = (w.repository(acme::REPOSITORY), w.repository(REACTOR));
        let ours = rocket
            .push_to_app_held([commit("a1", "Fixes REACTOR-1A")])
            .await;
        let theirs = reactor
            .push_to_app_held([commit("g3", "Fixes REACTOR-1A")])
            .await;
        // The token signs method, path and query, not the body: the tenant decides whose repository it can be.
        let smuggled = ours.with_body(theirs.body.clone());
        w.deliver(&smuggled).await.was_answered(204);
        globex_is_untouched(w, before).await;
        assert_eq!(known_commits(w, &reactor_id).await, Vec::<String>::new());

        w.deliver(&theirs).await.was_answered(204);
        w.settles().await;
        w.tracker.issue("REACTOR-1A").await.has_notes(1);
    })
    .await;
}

/// Both workspaces install the app and are linked, each to its own organization.
async fn installed(w: &World) {
    let app = |client_key: &str, secret: &str, workspace: &str| Installation {
        app_key: acme::CONNECT_APP_KEY.to_owned(),
        client_key: client_key.to_owned(),
        shared_secret: secret.to_owned(),
        workspace: workspace.to_owned(),
        scopes: [
            "account",
            "issue:write",
            "pullrequest",
            "webhook",
            "repository",
        ]
        .map(str::to_owned)
        .into(),
        base_url: w.service_url(""),
        webhook_url: Some(w.service_url("/webhooks/bitbucket/connect")),
        events: vec!["repo:push".to_owned()],
    };
    for (key, secret, workspace, tracker) in [
        (
            acme::CONNECT_CLIENT_KEY,
            acme::CONNECT_SHARED_SECRET,
            "acme",
            "sentry",
        ),
        (CLIENT_KEY, SHARED_SECRET, "globex", "globex"),
    ] {
        w.bitbucket
            .seed(Seed::Installation(app(key, secret, workspace)))
            .await;
        let url = w.service_url("/extensions/bitbucket/installed/");
        w.told(&Lifecycle::installed(key, url))
            .await
            .was_answered(200);
        connected(w, workspace, json!({"kind": "installed_app"}), tracker).await;
    }
}

async fn active(w: &World) -> Vec<String> {
    let listed = w.api().get("/api/v1/installations").await.good();
    let all = listed["installations"].as_array().unwrap().iter();
    let active = all.filter(|one| one["state"] == "active");
    let mut names: Vec<String> = active
        .map(|one| one["workspace"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_tenant_installs_and_removes_itself_only() {
    scenario_with(GLOBEX, async |w| {
        globex_exists(w).await;
        installed(w).await;
        assert_eq!(active(w).await, ["acme", "globex"]);
        let removal = w.service_url("/extensions/bitbucket/uninstalled/");
        let install = w.service_url("/extensions/bitbucket/installed/");
        let ours = acme::CONNECT_SHARED_SECRET;
        let gone = Lifecycle::uninstalled(CLIENT_KEY, &removal, ours);
        w.told(&gone)
            .await
            .was_refused(401, "lifecycle_untrusted", "their removal, signed by us");
        let again = Lifecycle::installed(CLIENT_KEY, &install);
        let again = w.told(&again.signed_with(ours)).await;
        again.was_refused(
            401,
            "lifecycle_untrusted",
            "their installation, signed by us",
        );
        // Our genuine token, but the body is about them.
        for (call, genuine, theirs) in [
            (
                "removal",
                Lifecycle::uninstalled(acme::CONNECT_CLIENT_KEY, &removal, ours),
                Lifecycle::uninstalled(CLIENT_KEY, &removal, SHARED_SECRET),
            ),
            (
                "installation",
                Lifecycle::installed(acme::CONNECT_CLIENT_KEY, &install).signed_with(ours),
                Lifecycle::installed(CLIENT_KEY, &install).signed_with(SHARED_SECRET),
            ),
        ] {
            let body = w.told_held(&theirs).await.body;
            let crossed = w.told_held(&genuine).await.with_body(body);
            w.deliver(&crossed)
                .await
                .was_refused(401, "lifecycle_untrusted", call);
        }
        assert_eq!(active(w).await, ["acme", "globex"]);
        let own = Lifecycle::uninstalled(CLIENT_KEY, &removal, SHARED_SECRET);
        w.told(&own).await.was_answered(200);
        assert_eq!(active(w).await, ["acme"]);
    })
    .await;
}

#[tokio::test]
async fn each_address_of_the_api_keeps_the_two_apart() {
    scenario_with(GLOBEX, async |w| {
        let [[acme_id, globex_id], [rocket_id, reactor_id]] = two(w).await;
        let before = asked_of_globex(w).await;
        let rocket = w.repository(acme::REPOSITORY);
        rocket.push([commit("a1", "x")]).await.was_answered(204);
        w.settles().await;
        let names = async |path: String, list: &str, name: &str| -> Vec<String> {
            let listed = w.api().get(&path).await.good();
            let all = listed[list].as_array().unwrap().iter();
            all.map(|one| one[name].as_str().unwrap().to_owned())
                .collect()
        };
        // What a workspace's credential sees is its workspace.
        let found = format!("/api/v1/installations/{acme_id}/repositories");
        let mut found = names(found, "repositories", "full_name").await;
        found.sort();
        assert_eq!(found, ["acme/launchpad", "acme/rocket"]);
        let found = format!("/api/v1/installations/{globex_id}/repositories");
        assert_eq!(names(found, "repositories", "full_name").await, [REACTOR]);
        assert_eq!(known_commits(w, &rocket_id).await, hashes(&["a1"]));
        assert_eq!(known_commits(w, &reactor_id).await, Vec::<String>::new());

        // A release of ours at their commit, since their commit, and for their project.
        let release = rocket.releases("two@1").at("g2").await;
        release.failed("unknown_commit", &sha("g2"));
        let release = rocket.releases("two@2").at("a1").since("g1").await;
        release.failed("unknown_commit", &sha("g1"));
        let body = json!({"version": "two@3", "repository": acme::REPOSITORY, "commit": sha("a1"),
            "previous": sha("r3"), "projects": ["reactor"]});
        w.api().post("/api/v1/releases", &body).await.good();
        w.settles().await;
        w.expects_dead_jobs(3);
        globex_is_untouched(w, before).await;

        // Ours goes without theirs going.
        w.api()
            .post(&format!("/api/v1/installations/{acme_id}/sync"), &json!({}))
            .await
            .good();
        w.settles().await;
        w.api()
            .delete(&format!("/api/v1/installations/{acme_id}"))
            .await
            .good();
        assert_eq!(w.bitbucket.hooks(acme::REPOSITORY).await.len(), 0);
        assert_eq!(w.bitbucket.hooks(REACTOR).await.len(), 1);
        w.repository(REACTOR)
            .push([commit("g3", "Fixes REACTOR-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("REACTOR-1A").await.has_notes(1);
    })
    .await;
}
