//! Commits and the files they changed.

use bitbucket_api_paths::{CommitSha, Revision};
use std::sync::Arc;

use bitbucket_http_client::{
    CHANGES_IN_FLIGHT, ChangeKind, CommitRange, Commits, FileChange, MemoryCache,
    commits_with_changes,
};
use serde_json::{Value, json};
use wiremock::matchers::path_regex;
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, SHA_A, SHA_B, json, rocket};

const COMMITS: &str = "/2.0/repositories/acme/rocket/commits";
const FIELDS: &str = "fields=next%2Cvalues.hash%2Cvalues.message%2Cvalues.date%2Cvalues.author.raw\
                      %2Cvalues.author.user.account_id%2Cvalues.parents.hash";

fn commit(sha: &str) -> Value {
    json!({
        "hash": sha, "message": "Fixes ROCKET-1A", "date": "2026-11-22T10:00:00+00:00",
        "author": {"raw": "Ada <ada@acme.example>"}, "parents": [{"hash": SHA_B}],
    })
}

fn revision(text: &str) -> Revision {
    Revision::parse(text).unwrap()
}

fn range(limit: usize) -> CommitRange {
    CommitRange {
        include: vec![revision("main")],
        exclude: vec![revision("1.3.0")],
        limit,
    }
}

#[tokio::test]
async fn a_range_is_asked_with_the_largest_pages_and_the_fields_that_are_read() {
    let peer = Peer::start().await;
    peer.on("GET", COMMITS, json(json!({"values": [commit(SHA_A)]})))
        .await;

    let listing = peer.client().commits(&rocket(), &range(500)).await.unwrap();

    assert!(listing.complete);
    assert_eq!(listing.commits.len(), 1);
    let found = &listing.commits[0];
    assert_eq!(
        (found.sha.as_str(), found.message.as_str()),
        (SHA_A, "Fixes ROCKET-1A")
    );
    assert_eq!(found.author.email.as_deref(), Some("ada@acme.example"));
    assert_eq!(found.parents, [CommitSha::parse(SHA_B).unwrap()]);
    let query = format!("include=main&exclude=1.3.0&pagelen=100&{FIELDS}");
    assert_eq!(peer.asked().await, [format!("GET {COMMITS}?{query}")]);
}

#[tokio::test]
async fn several_ends_and_names_with_slashes_are_all_sent() {
    let peer = Peer::start().await;
    peer.on("GET", COMMITS, json(json!({"values": []}))).await;
    let range = CommitRange {
        include: vec![revision("feature/a+b"), revision("main")],
        exclude: vec![revision(SHA_A), revision("release/1+2&x")],
        limit: 30,
    };

    let listing = peer.client().commits(&rocket(), &range).await.unwrap();

    assert!(listing.complete);
    let pairs: Vec<(String, String)> = peer.requests().await[0]
        .url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .filter(|(name, _)| name != "fields")
        .collect();
    let expected = [
        ("include", "feature/a+b"),
        ("include", "main"),
        ("exclude", SHA_A),
        ("exclude", "release/1+2&x"),
        ("pagelen", "30"),
    ];
    assert_eq!(
        pairs,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn a_listing_stops_at_its_limit_and_says_whether_it_is_complete() {
    let peer = Peer::start().await;
    let next = format!("{}{COMMITS}?page=2", peer.server.uri());
    peer.once(
        "GET",
        COMMITS,
        json(json!({"values": [commit(SHA_A), commit(SHA_B)], "next": next})),
    )
    .await;
    peer.on("GET", COMMITS, json(json!({"values": [commit(SHA_A)]})))
        .await;
    let client = peer.client();

    let listing = client.commits(&rocket(), &range(2)).await.unwrap();
    assert_eq!((listing.commits.len(), listing.complete), (2, false));
    assert_eq!(peer.requests().await.len(), 1);

    let listing = client.commits(&rocket(), &range(1)).await.unwrap();
    assert_eq!((listing.commits.len(), listing.complete), (1, true));

    let listing = client.commits(&rocket(), &range(0)).await.unwrap();
    assert_eq!((listing.commits.len(), listing.complete), (0, false));
    assert_eq!(peer.requests().await.len(), 2);
}

#[tokio::test]
async fn changed_files_come_from_every_page_of_the_diffstat() {
    let peer = Peer::start().await;
    let at = format!("/2.0/repositories/acme/rocket/diffstat/{SHA_A}");
    let next = format!("{}{at}?page=2&fields=x", peer.server.uri());
    let first = json!({"next": next, "values": [
        {"status": "added", "old": null, "new": {"path": "new.rs"}},
        {"status": "renamed", "old": {"path": "a.rs"}, "new": {"path": "b.rs"}},
    ]});
    peer.once("GET", &at, json(first)).await;
    let second = json!({"values": [
        {"status": "removed", "old": {"path": "gone.rs"}, "new": null},
        {"status": "modified", "old": {"path": "m.rs"}, "new": {"path": "m.rs"}},
        {"status": "odd"},
    ]});
    peer.on("GET", &at, json(second)).await;

    let changes = peer
        .client()
        .changed_files(&rocket(), &CommitSha::parse(SHA_A).unwrap())
        .await
        .unwrap();

    let renamed = ChangeKind::Renamed {
        from: "a.rs".to_owned(),
    };
    assert_eq!(
        changes,
        [
            FileChange::new("new.rs", ChangeKind::Added),
            FileChange::new("b.rs", renamed),
            FileChange::new("gone.rs", ChangeKind::Removed),
            FileChange::new("m.rs", ChangeKind::Modified),
        ]
    );
    let fields = "fields=next%2Cvalues.status%2Cvalues.old.path%2Cvalues.new.path";
    assert_eq!(
        peer.asked().await,
        [
            format!("GET {at}?pagelen=500&{fields}"),
            format!("GET {at}?page=2&fields=x")
        ]
    );
}

#[tokio::test]
async fn a_commit_too_large_to_compare_is_told_apart() {
    let peer = Peer::start().await;
    let at = format!("/2.0/repositories/acme/rocket/diffstat/{SHA_A}");
    peer.on(
        "GET",
        &at,
        ResponseTemplate::new(555).set_body_string("<html>timed out</html>"),
    )
    .await;

    let error = peer
        .client()
        .changed_files(&rocket(), &CommitSha::parse(SHA_A).unwrap())
        .await
        .unwrap_err();

    assert_eq!(
        (error.code(), error.status(), error.attempts()),
        ("too_costly", Some(555), 3)
    );
    assert_eq!(error.excerpt(), Some("<html>timed out</html>"));
    assert_eq!(
        error.template(),
        "/2.0/repositories/{workspace}/{repo_slug}/diffstat/{spec}"
    );
}

/// A range of a hundred commits, each of which changed one file.
async fn hundred_commits(peer: &Peer) {
    let commits: Vec<_> = (0..100)
        .map(|number| commit(&format!("{number:040x}")))
        .collect();
    peer.on("GET", COMMITS, json(json!({"values": commits})))
        .await;
    let files = json(json!({"values": [{"status": "added", "old": null, "new": {"path": "a"}}]}));
    Mock::given(path_regex("/diffstat/[0-9a-f]{40}$"))
        .respond_with(files)
        .mount(&peer.server)
        .await;
}

#[tokio::test]
async fn a_release_of_a_hundred_commits_costs_a_hundred_and_one_requests_and_one_when_cached() {
    let peer = Peer::start().await;
    hundred_commits(&peer).await;
    let client = peer
        .client()
        .with_cache(Arc::new(MemoryCache::new(1_000_000)), "acme");

    let first = commits_with_changes(&client, &rocket(), &range(100), CHANGES_IN_FLIGHT)
        .await
        .unwrap();
    assert_eq!(peer.asked().await.len(), 101);
    let again = commits_with_changes(&client, &rocket(), &range(100), CHANGES_IN_FLIGHT)
        .await
        .unwrap();
    assert_eq!(peer.asked().await.len(), 102);

    assert_eq!(first.commits.len(), 100);
    assert_eq!(first, again);
    let changes = Ok(vec![FileChange::new("a", ChangeKind::Added)]);
    assert!(first.commits.iter().all(|commit| commit.changes == changes));
}

#[tokio::test]
async fn an_abbreviated_hash_is_asked_every_time() {
    let peer = Peer::start().await;
    let at = "/2.0/repositories/acme/rocket/diffstat/1a2b3c4d5e6f";
    peer.on("GET", at, json(json!({"values": []}))).await;
    let client = peer
        .client()
        .with_cache(Arc::new(MemoryCache::new(1_000_000)), "acme");
    let short = CommitSha::parse("1a2b3c4d5e6f").unwrap();

    for _ in 0..2 {
        assert_eq!(client.changed_files(&rocket(), &short).await, Ok(vec![]));
    }
    assert_eq!(peer.asked().await.len(), 2);
}

#[tokio::test]
async fn many_revisions_are_sent_as_a_form_and_that_is_repeated_on_trouble() {
    let peer = Peer::start().await;
    let next = format!("{}{COMMITS}?page=2", peer.server.uri());
    peer.once("POST", COMMITS, ResponseTemplate::new(503)).await;
    peer.on(
        "POST",
        COMMITS,
        json(json!({"values": [commit(SHA_A)], "next": next})),
    )
    .await;
    peer.on("GET", COMMITS, json(json!({"values": [commit(SHA_B)]})))
        .await;
    let exclude: Vec<_> = (0..200)
        .map(|number| revision(&format!("{number:040x}")))
        .collect();
    let range = CommitRange {
        include: vec![revision("feature/a+b")],
        exclude,
        limit: 100,
    };

    let listing = peer.client().commits(&rocket(), &range).await.unwrap();

    assert_eq!(listing.commits.len(), 2);
    let first = format!("POST {COMMITS}?pagelen=100&{FIELDS}");
    assert_eq!(
        peer.asked().await,
        [first.clone(), first, format!("GET {COMMITS}?page=2")]
    );
    let request = &peer.requests().await[0];
    assert_eq!(
        request.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    let body = std::str::from_utf8(&request.body).unwrap();
    assert!(
        body.starts_with(&format!(
            "include=feature%2Fa%2Bb&exclude={:040x}&exclude=",
            0
        )),
        "{body}"
    );
    assert_eq!(body.matches("exclude=").count(), 200);
}
