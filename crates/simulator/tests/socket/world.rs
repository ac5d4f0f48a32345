//! Changing the world while it runs: names, homes, limits, partial answers.

use bitbucket_simulator::{
    Clock, acme,
    control::{ControlError, Push, Seed},
    sha,
    world::{Hook, Workspace},
};
use serde_json::{Value, json};

use crate::peer::{Peer, Receiver, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn hook(url: &str, event: &str) -> Seed {
    Seed::Hook {
        repository: acme::REPOSITORY.to_owned(),
        hook: Hook::new(url, &[event]),
    }
}

#[tokio::test]
async fn a_renamed_repository_keeps_its_uuid_and_tells_its_hooks() {
    let (simulator, receiver) = (simulator().await, Receiver::start(&[]).await);
    let control = simulator.control();
    control
        .seed([hook(&receiver.url, "repo:updated")])
        .await
        .expect("seeded");
    control
        .rename(acme::REPOSITORY, "starship")
        .await
        .expect("renamed");
    let body: Value = serde_json::from_slice(&receiver.arrived().await[0].body).expect("JSON");
    let full_name = json!({"old": "acme/rocket", "new": "acme/starship"});
    assert_eq!(
        (&body["changes"]["full_name"], &body["repository"]["uuid"]),
        (&full_name, &json!(acme::REPOSITORY_UUID))
    );
    let peer = Peer::bitbucket(&simulator);
    assert_eq!(peer.get(ROCKET).await.status, 404);
    assert_eq!(
        peer.get("/2.0/repositories/acme/starship").await.status,
        200
    );
}

#[tokio::test]
async fn a_transferred_repository_is_out_of_its_old_workspaces_reach() {
    let (simulator, receiver) = (simulator().await, Receiver::start(&[]).await);
    let control = simulator.control();
    let orbit = Workspace::new("orbit");
    control
        .seed([hook(&receiver.url, "repo:transfer"), Seed::Workspace(orbit)])
        .await
        .expect("seeded");
    control
        .transfer(acme::REPOSITORY, "orbit")
        .await
        .expect("transferred");
    let body: Value = serde_json::from_slice(&receiver.arrived().await[0].body).expect("JSON");
    assert_eq!(
        (
            &body["previous_workspace"]["slug"],
            &body["repository"]["full_name"]
        ),
        (&json!("acme"), &json!("orbit/rocket"))
    );
    assert_eq!(
        Peer::bitbucket(&simulator)
            .get("/2.0/repositories/orbit/rocket")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_has_no_home_cannot_be_seeded() {
    let simulator = simulator().await;
    let Seed::Hook { hook, .. } = hook("http://127.0.0.1:1/", "repo:push") else {
        return;
    };
    let repository = "acme/nothing".to_owned();
    let refused = simulator
        .control()
        .seed([Seed::Hook { repository, hook }])
        .await;
    let message = "no repository acme/nothing".to_owned();
    assert_eq!(
        refused,
        Err(ControlError::Refused {
            status: 404,
            message
        })
    );
}

#[tokio::test]
async fn the_whole_world_travels_through_control() {
    let simulator = simulator().await;
    let control = simulator.control();
    let mut world = control.world().await.expect("a world");
    assert_eq!(world, simulator.world());
    world.bitbucket.repositories.truncate(1);
    control.set_world(&world).await.expect("set");
    assert_eq!(simulator.world(), world);
    control
        .push(&Push::to(acme::REPOSITORY).commit("main", "a1", "One"))
        .await
        .expect("pushed");
    assert_eq!(
        control
            .repository(acme::REPOSITORY)
            .await
            .expect("there")
            .branches["main"],
        sha("a1")
    );
}

#[tokio::test]
async fn an_hours_requests_are_counted_per_credential() {
    let simulator = simulator().await;
    let control = simulator.control();
    control
        .set_clock(Clock::Stopped(
            "2026-11-22T10:00:00Z".parse().expect("a time"),
        ))
        .await
        .expect("set");
    control
        .seed([Seed::RateLimit(Some(5))])
        .await
        .expect("seeded");
    let peer = Peer::bitbucket(&simulator);
    let mut seen = Vec::new();
    for _ in 0..6 {
        let answer = peer.get(ROCKET).await;
        seen.push((
            answer.status,
            answer.header("x-ratelimit-nearlimit").to_owned(),
        ));
    }
    let (far, near) = ("false".to_owned(), "true".to_owned());
    assert_eq!(seen[0], (200, far.clone()));
    assert_eq!(seen[3], (200, far));
    assert_eq!(seen[4], (200, near.clone()));
    assert_eq!(seen[5], (429, near));
    control.advance(3600).await.expect("advanced");
    assert_eq!(peer.get(ROCKET).await.status, 200);
}

#[tokio::test]
async fn a_partial_answer_holds_only_what_was_asked_for_on_every_page() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    let (values, pages) = peer
        .all(&format!(
            "{ROCKET}/commits?pagelen=2&fields=next,values.hash"
        ))
        .await;
    assert_eq!(
        (values, pages),
        (
            ["r3", "r2", "r1"]
                .map(|label| json!({"hash": sha(label)}))
                .to_vec(),
            2
        )
    );
}
