//! Commits, what they changed, and what lies between two of them.

use bitbucket_api_paths::{DiffSpec, FilePath, RevisionRange};
use bitbucket_http_client::diff::{DiffKind, files_of_diff};
use bitbucket_http_client::{
    ApiErrorCause, ChangeKind, CommitRange, Commits as _, DiffOptions, Diffs as _, FileChange,
    History as _, commits_with_changes,
};
use bitbucket_simulator::{
    acme,
    control::{NewCommit, Push},
    world,
};

use super::peer::{Peer, in_pages_of_every_length, revision, rocket, sha};

/// `main` with two more commits, and a branch `side` that left at `r2`.
async fn with_history() -> Peer {
    let peer = Peer::start().await;
    let main = [
        NewCommit::new("m1", "Move the engine").files([
            world::FileChange::renamed("src/engine.rs", "src/motor.rs"),
            world::FileChange::written("docs/a \"b\".md", "x\n"),
        ]),
        NewCommit::new("m2", "Mend").author(acme::STRANGER).files([
            world::FileChange::modified("src/motor.rs"),
            world::FileChange::removed("README.md"),
        ]),
    ];
    let push = Push::to(acme::REPOSITORY)
        .commits("main", main)
        .reset("side", "r2", [NewCommit::new("s1", "Try")])
        .tag("1.0", "r1");
    peer.push(push).await;
    peer
}

#[tokio::test]
async fn a_range_is_what_the_new_side_has_and_the_old_side_lacks() {
    let peer = with_history().await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let range = CommitRange::between(Some(revision("side")), revision("main"), 100);
        let listing = client.commits(&rocket(), &range).await.unwrap();
        let hashes: Vec<_> = listing
            .commits
            .iter()
            .map(|commit| commit.sha.clone())
            .collect();
        assert_eq!(hashes, [sha("m2"), sha("m1"), sha("r3")]);
        assert!(listing.complete);
        assert_eq!(listing.commits[0].parents, [sha("m1")]);
        assert_eq!(listing.commits[0].message, "Mend");
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
}

#[tokio::test]
async fn a_range_of_many_names_travels_as_a_form_and_means_the_same() {
    let peer = with_history().await;
    peer.change_rocket(|rocket| {
        for number in 0..400 {
            rocket
                .branches
                .insert(format!("release-{number}"), world_sha("r2"));
        }
    });
    let range = CommitRange {
        include: vec![revision("main")],
        exclude: (0..400)
            .map(|number| revision(&format!("release-{number}")))
            .collect(),
        limit: 500,
    };
    peer.change(|world| world.bitbucket.page_cap = Some(2));
    let listing = peer.client().commits(&rocket(), &range).await.unwrap();
    assert_eq!(listing.commits.len(), 3);
    let methods: Vec<String> = peer.asked().into_iter().map(|one| one.method).collect();
    assert_eq!(methods, ["POST", "GET"]);
}

fn world_sha(label: &str) -> String {
    bitbucket_simulator::sha(label)
}

#[tokio::test]
async fn authors_are_read_from_what_git_was_told_and_from_the_account() {
    let peer = with_history().await;
    let ada = peer.client().commit(&rocket(), &sha("r3")).await.unwrap();
    let stranger = peer.client().commit(&rocket(), &sha("m2")).await.unwrap();
    assert_eq!(
        (ada.author.name.as_deref(), ada.author.account_id.is_some()),
        (Some("Ada Lovelace"), true)
    );
    assert_eq!(
        (stranger.author.email.as_deref(), stranger.author.account_id),
        (Some("sam@elsewhere.example"), None)
    );
    let missing = peer
        .client()
        .commit(&rocket(), &sha("nothing"))
        .await
        .unwrap_err();
    assert_eq!(
        (missing.cause(), missing.peer_message()),
        (&ApiErrorCause::NotFound, Some("Commit not found"))
    );
}

#[tokio::test]
async fn a_commits_files_and_those_between_two_ends_are_told() {
    let peer = with_history().await;
    let client = peer.client();
    let moved = |from: &str, path: &str| FileChange {
        path: path.to_owned(),
        kind: ChangeKind::Renamed {
            from: from.to_owned(),
        },
    };
    let requests = in_pages_of_every_length(&peer, async || {
        assert_eq!(
            client.changed_files(&rocket(), &sha("m1")).await.unwrap(),
            [
                moved("src/engine.rs", "src/motor.rs"),
                FileChange::new("docs/a \"b\".md", ChangeKind::Added),
            ]
        );
    })
    .await;
    assert_eq!(requests, [2, 1, 1]);
    let range = RevisionRange::new(sha("r3"), revision("main"));
    let between = client
        .changed_files_between(&rocket(), &range, 100)
        .await
        .unwrap();
    assert_eq!(
        between.values,
        [
            FileChange::new("README.md", ChangeKind::Removed),
            FileChange::new("docs/a \"b\".md", ChangeKind::Added),
            FileChange::new("src/engine.rs", ChangeKind::Removed),
            FileChange::new("src/motor.rs", ChangeKind::Added),
        ]
    );
    let back = RevisionRange::new(revision("main"), sha("r3"));
    let back = client
        .changed_files_between(&rocket(), &back, 1)
        .await
        .unwrap();
    assert_eq!(
        (back.values, back.complete),
        (vec![FileChange::new("README.md", ChangeKind::Added)], false)
    );
}

#[tokio::test]
async fn a_release_is_its_commits_with_their_files() {
    let peer = with_history().await;
    let range = CommitRange::between(Some(revision("1.0")), revision("main"), 100);
    let told = commits_with_changes(&peer.client(), &rocket(), &range, 4)
        .await
        .unwrap();
    let counts: Vec<usize> = told
        .commits
        .iter()
        .map(|one| one.changes.as_ref().unwrap().len())
        .collect();
    assert_eq!(counts, [2, 2, 1, 1]);
    assert_eq!(peer.asked().len(), 5);
}

#[tokio::test]
async fn a_raw_diff_names_the_files_that_the_diffstat_names() {
    let peer = with_history().await;
    let client = peer.client();
    let diff = client
        .diff(
            &rocket(),
            &DiffSpec::Commit(sha("m1")),
            &DiffOptions::default(),
        )
        .await
        .unwrap();
    let diff = diff.collect_up_to(100_000).await.unwrap();
    let files: Vec<_> = files_of_diff(&diff)
        .into_iter()
        .map(|file| {
            (
                file.kind,
                String::from_utf8(file.new_path.unwrap()).unwrap(),
            )
        })
        .collect();
    assert_eq!(
        files,
        [
            (DiffKind::Renamed, "src/motor.rs".to_owned()),
            (DiffKind::Added, "docs/a \"b\".md".to_owned()),
        ]
    );
    let options = DiffOptions {
        paths: vec![FilePath::parse("src").unwrap()],
        context: Some(0),
        without_binary: true,
        without_renames: true,
    };
    let range = DiffSpec::Range(RevisionRange::new(sha("r3"), sha("m1")));
    let diff = client.diff(&rocket(), &range, &options).await.unwrap();
    let diff = diff.collect_up_to(100_000).await.unwrap();
    let kinds: Vec<_> = files_of_diff(&diff).iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [DiffKind::Removed, DiffKind::Added]);
    let patch = client.patch(&rocket(), &range).await.unwrap();
    let patch = patch.collect_up_to(100_000).await.unwrap();
    assert!(patch.starts_with(format!("From {}", world_sha("m1")).as_bytes()));
}

#[tokio::test]
async fn the_merge_base_is_where_the_sides_parted() {
    let peer = with_history().await;
    let range = RevisionRange::new(revision("side"), revision("main"));
    let base = peer.client().merge_base(&rocket(), &range).await.unwrap();
    assert_eq!(base.sha, sha("r2"));
}

#[tokio::test]
async fn a_files_history_follows_it_to_its_older_names() {
    let peer = with_history().await;
    let client = peer.client();
    let path = FilePath::parse("src/motor.rs").unwrap();
    let requests = in_pages_of_every_length(&peer, async || {
        let history = client
            .file_history(&rocket(), &sha("m2"), &path, 100)
            .await
            .unwrap();
        let told: Vec<_> = history
            .values
            .into_iter()
            .map(|version| (version.path, version.commit))
            .collect();
        assert_eq!(
            told,
            [
                ("src/motor.rs".to_owned(), sha("m2")),
                ("src/motor.rs".to_owned(), sha("m1")),
                ("src/engine.rs".to_owned(), sha("r2")),
            ]
        );
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
}
