//! Files and folders at a commit, and where files come from.

use bitbucket_simulator::{
    acme,
    control::{NewCommit, Push},
    sha,
    world::FileChange,
};
use http::Method;
use serde_json::Value;

use crate::peer::{Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn column<'a>(values: &'a [Value], name: &str) -> Vec<&'a str> {
    values.iter().filter_map(|one| one[name].as_str()).collect()
}

#[tokio::test]
async fn a_file_is_its_bytes_and_its_properties_are_asked_for_apart() {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [NewCommit::new("s1", "x").files([
            FileChange::written("src/a b.rs", "fn main() {}\n"),
            FileChange::written("blob", "\0"),
            FileChange::written(
                "big.bin",
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            ),
        ])],
    );
    simulator.control().push(&push).await.expect("pushed");
    let peer = Peer::bitbucket(&simulator);
    let at = format!("{ROCKET}/src/{}", sha("s1"));

    let file = peer.get(&format!("{at}/src/a%20b.rs")).await;
    assert_eq!((file.status, &file.body[..]), (200, &b"fn main() {}\n"[..]));
    assert_eq!(file.header("content-type"), "text/plain");
    assert!(
        file.header("content-disposition")
            .starts_with("attachment;")
    );
    let meta = peer
        .get(&format!("{at}/src/a%20b.rs?format=meta"))
        .await
        .json();
    assert_eq!(
        (&meta["type"], &meta["size"], &meta["commit"]["hash"]),
        (&"commit_file".into(), &13.into(), &sha("s1").into())
    );
    let head = peer
        .try_send(
            Method::HEAD,
            &format!("{at}/src/a%20b.rs"),
            "text/plain",
            String::new(),
        )
        .await
        .expect("an answer");
    assert_eq!(
        (head.status, head.body.len(), head.header("content-length")),
        (200, 0, "13")
    );
    assert_eq!(peer.get(&format!("{at}/src/none.rs")).await.status, 404);
    let attributes = async |path: &str| {
        peer.get(&format!("{at}/{path}?format=meta")).await.json()["attributes"].clone()
    };
    assert_eq!(attributes("blob").await, serde_json::json!(["binary"]));
    assert_eq!(attributes("big.bin").await, serde_json::json!(["lfs"]));
    let moved = peer.get(&format!("{at}/big.bin")).await;
    assert_eq!(moved.status, 301);
    assert!(
        moved
            .header("location")
            .starts_with("https://api.media.atlassian.com/")
    );
}

#[tokio::test]
async fn folders_are_listed_level_by_level() {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [NewCommit::new("s1", "x").files([FileChange::added("src/deep/er/x.rs")])],
    );
    simulator.control().push(&push).await.expect("pushed");
    let peer = Peer::bitbucket(&simulator);
    let names = async |rest: &str| {
        let (values, _) = peer.all(&format!("{ROCKET}/src/main/{rest}")).await;
        column(&values, "path").join(" ")
    };
    assert_eq!(names("").await, "README.md src");
    assert_eq!(names("src").await, "src/deep src/engine.rs src/guidance.rs");
    assert_eq!(
        names("?max_depth=3&pagelen=2").await,
        "README.md src src/deep src/engine.rs src/guidance.rs src/deep/er"
    );
    assert_eq!(names("?q=type%3D%22commit_file%22").await, "README.md");
    let folder = peer
        .get(&format!("{ROCKET}/src/main/src?format=meta"))
        .await;
    assert_eq!(folder.json()["type"], "commit_directory");
    let root = peer.get(&format!("{ROCKET}/src")).await;
    assert_eq!(root.status, 302);
    assert!(
        root.header("location")
            .ends_with(&format!("/src/{}/", sha("s1")))
    );
    assert_eq!(
        peer.get("/2.0/repositories/acme/launchpad/src")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn the_history_of_a_file_follows_it_through_its_renames() {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [
            NewCommit::new("h1", "x").files([FileChange::renamed("src/engine.rs", "src/motor.rs")]),
            NewCommit::new("h2", "y").files([FileChange::modified("src/motor.rs")]),
        ],
    );
    simulator.control().push(&push).await.expect("pushed");
    let peer = Peer::bitbucket(&simulator);
    let history = async |query: &str| {
        let path = format!("{ROCKET}/filehistory/main/src/motor.rs?{query}");
        let (values, _) = peer.all(&path).await;
        let versions = values.iter().map(|one| {
            let hash = one["commit"]["hash"].as_str().expect("a hash");
            (
                one["path"].as_str().expect("a path").to_owned(),
                hash.to_owned(),
            )
        });
        versions.collect::<Vec<_>>()
    };
    let own = |path: &str, label: &str| (path.to_owned(), sha(label));
    assert_eq!(
        history("pagelen=1").await,
        [
            own("src/motor.rs", "h2"),
            own("src/motor.rs", "h1"),
            own("src/engine.rs", "r2"),
        ]
    );
    assert_eq!(history("renames=false").await.len(), 2);
    assert_eq!(
        peer.get(&format!("{ROCKET}/filehistory/main/nothing"))
            .await
            .status,
        404
    );
}
