//! Raw diffs and patches: git itself must be able to apply them.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use bitbucket_simulator::{
    Simulator, acme,
    control::{NewCommit, Push},
    sha,
    world::FileChange,
};

use crate::peer::{Peer, simulator};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

/// A name that has to be quoted.
const NASTY: &str = "src/a \"b\"\té.rs";

async fn pushed() -> Simulator {
    let simulator = simulator().await;
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [
            NewCommit::new("d1", "Write").files([
                FileChange::written("plain.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"),
                FileChange::written(NASTY, "x\n"),
                FileChange::written("with blank.txt", "no end of line"),
                FileChange::written("empty", ""),
            ]),
            NewCommit::new("d2", "Change\n\nMore about it.").files([
                FileChange::rewritten("plain.txt", "one\n2\nthree\nfour\nfive\nsix\n7\n"),
                FileChange::rewritten(NASTY, "x\ny\n"),
                FileChange::rewritten("with blank.txt", "an end of line\n"),
                FileChange::renamed("README.md", "docs/README.md"),
                FileChange::removed("empty"),
                FileChange::modified("src/engine.rs"),
            ]),
        ],
    );
    simulator.control().push(&push).await.expect("pushed");
    simulator
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut running = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git");
    let mut stdin = running.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, input).expect("written");
    drop(stdin);
    let done = running.wait_with_output().expect("git's output");
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "git {arguments:?}: {told}");
    String::from_utf8(done.stdout).expect("text")
}

/// The files that git has after applying diffs, each with its content.
fn files(folder: &Path) -> Vec<(String, String)> {
    let listed = git(folder, &["ls-files", "-z", "--cached", "--others"], b"");
    let names = listed.split('\0').filter(|name| !name.is_empty());
    let mut files: Vec<(String, String)> = names
        .filter_map(|name| {
            Some((
                name.to_owned(),
                std::fs::read_to_string(folder.join(name)).ok()?,
            ))
        })
        .collect();
    files.sort();
    files
}

/// The same as the simulator serves it.
async fn served(peer: &Peer, label: &str) -> Vec<(String, String)> {
    let root = format!("{ROCKET}/src/{}/?max_depth=9&pagelen=100", sha(label));
    let (entries, _) = peer.all(&root).await;
    let mut files = Vec::new();
    for entry in entries.iter().filter(|one| one["type"] == "commit_file") {
        let address = entry["links"]["self"]["href"].as_str().expect("a link");
        let content = peer.get(address).await.body;
        files.push((
            entry["path"].as_str().expect("a path").to_owned(),
            String::from_utf8(content.to_vec()).expect("text"),
        ));
    }
    files.sort();
    files
}

#[tokio::test]
async fn git_applies_the_diff_of_each_commit_and_gets_the_files_that_are_served() {
    let simulator = pushed().await;
    let peer = Peer::bitbucket(&simulator);
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"], b"");
    for label in ["r1", "r2", "r3", "d1", "d2"] {
        let diff = peer.get(&format!("{ROCKET}/diff/{}", sha(label))).await;
        assert_eq!(diff.header("content-type"), "text/plain; charset=utf-8");
        git(folder.path(), &["apply", "--index"], &diff.body);
        assert_eq!(files(folder.path()), served(&peer, label).await, "{label}");
    }
}

#[tokio::test]
async fn git_applies_a_range_in_the_order_new_then_old() {
    let simulator = pushed().await;
    let peer = Peer::bitbucket(&simulator);
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"], b"");
    for range in [
        sha("r1"),
        format!("{}..{}?topic=false", sha("d2"), sha("r1")),
        format!("{}..{}?topic=false&renames=false", sha("r1"), sha("d2")),
    ] {
        let diff = peer.get(&format!("{ROCKET}/diff/{range}")).await;
        git(folder.path(), &["apply", "--index"], &diff.body);
    }
    assert_eq!(files(folder.path()), served(&peer, "r1").await);
}

#[tokio::test]
async fn git_makes_the_commits_of_a_patch() {
    let simulator = pushed().await;
    let peer = Peer::bitbucket(&simulator);
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet"], b"");
    let identity = ["-c", "user.name=x", "-c", "user.email=x@x.example"];
    let am = [&identity[..], &["am", "--keep-cr"]].concat();
    let first = peer.get(&format!("{ROCKET}/patch/{}", sha("r1"))).await;
    git(folder.path(), &am, &first.body);
    let range = format!("{}..{}", sha("d2"), sha("r1"));
    let rest = peer.get(&format!("{ROCKET}/patch/{range}")).await;
    git(folder.path(), &am, &rest.body);
    let log = git(folder.path(), &["log", "--format=%s by %an"], b"");
    let subjects: Vec<&str> = log.lines().collect();
    assert_eq!(
        subjects,
        [
            "Change by Ada Lovelace",
            "Write by Ada Lovelace",
            "Add the guidance system by Ada Lovelace",
            "Add the engine by Sam Stranger",
            "Set up the launch pad by Ada Lovelace",
        ]
    );
    assert_eq!(files(folder.path()), served(&peer, "d2").await);
}

#[tokio::test]
async fn a_diff_can_be_asked_for_with_other_context_paths_and_without_binary_files() {
    let simulator = simulator().await;
    let text: String = (1..=9).map(|line| format!("{line}\n")).collect();
    let push = Push::to(acme::REPOSITORY).commits(
        "main",
        [
            NewCommit::new("b1", "x").files([
                FileChange::written("a/n.txt", &text),
                FileChange::written("a/picture", "\0\u{1}"),
            ]),
            NewCommit::new("b2", "y").files([
                FileChange::rewritten("a/n.txt", &text.replace('5', "five")),
                FileChange::rewritten("a/picture", "\0\u{2}"),
            ]),
        ],
    );
    simulator.control().push(&push).await.expect("pushed");
    let peer = Peer::bitbucket(&simulator);
    let diff = async |query: &str| -> String {
        let answer = peer
            .get(&format!("{ROCKET}/diff/{}?{query}", sha("b2")))
            .await;
        String::from_utf8(answer.body.to_vec()).expect("text")
    };
    let near = diff("context=1&path=a/n.txt").await;
    assert!(
        near.ends_with("@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n"),
        "{near}"
    );
    assert!(
        diff("")
            .await
            .contains("Binary files a/a/picture and b/a/picture differ\n")
    );
    assert!(!diff("binary=false").await.contains("picture"));
    assert_eq!(diff("path=elsewhere").await, "");
    let stat = peer
        .get(&format!("{ROCKET}/diffstat/{}", sha("b2")))
        .await
        .json();
    let lines: Vec<(u64, u64)> = stat["values"]
        .as_array()
        .expect("values")
        .iter()
        .map(|one| {
            let count = |name: &str| one[name].as_u64().expect("a number");
            (count("lines_added"), count("lines_removed"))
        })
        .collect();
    assert_eq!(lines, [(1, 1), (0, 0)]);
}

#[tokio::test]
async fn what_leads_to_no_commit_is_named() {
    let simulator = simulator().await;
    let peer = Peer::bitbucket(&simulator);
    for path in [
        "diff/nowhere",
        "patch/nowhere",
        "diff/main..nowhere",
        "file-conflicts/main..nowhere",
    ] {
        let missing = peer.get(&format!("{ROCKET}/{path}")).await;
        assert_eq!(missing.status, 404, "{path}");
        assert_eq!(missing.json()["data"]["shas"][0], "nowhere", "{path}");
    }
    assert_eq!(
        peer.get(&format!("{ROCKET}/diff/main?context=much"))
            .await
            .status,
        400
    );
}
