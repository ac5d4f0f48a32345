//! What never changes is asked for once, and nobody sees what another credential may see.

use std::sync::Arc;

use async_trait::async_trait;
use bitbucket_api_paths::{CommitSha, DiffSpec, FilePath, Revision, RevisionRange};
use bitbucket_http_client::{
    AnswerCache, BitbucketClient, CHANGES_IN_FLIGHT, CacheKey, CommitRange, Commits as _,
    DiffOptions, Diffs as _, Folder, History as _, KeptAnswer, MAX_KEPT_ANSWER, MemoryCache,
    Sources as _, commits_with_changes,
};
use bytes::Bytes;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::faulty::{Faulty, Step};
use crate::peer::{Peer, SHA_A, SHA_B, Waits, client_of, json, rocket};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn sha(text: &str) -> CommitSha {
    CommitSha::parse(text).unwrap()
}

fn cache() -> Arc<MemoryCache> {
    Arc::new(MemoryCache::new(10_000_000))
}

/// A peer that gives `answer` to everything.
async fn always(answer: ResponseTemplate) -> Peer {
    let peer = Peer::start().await;
    Mock::given(any())
        .respond_with(answer)
        .mount(&peer.server)
        .await;
    peer
}

fn diffstat() -> ResponseTemplate {
    json(json!({"values": [{"status": "added", "old": null, "new": {"path": "a"}}]}))
}

async fn changed(client: &BitbucketClient, commit: &str) -> usize {
    client
        .changed_files(&rocket(), &sha(commit))
        .await
        .unwrap()
        .len()
}

#[tokio::test]
async fn a_release_of_a_hundred_known_commits_costs_two_requests() {
    let peer = Peer::start().await;
    let commit = |number: usize| json!({"hash": format!("{number:040x}"), "date": "2026-11-22T10:00:00+00:00", "author": {"raw": "Ada"}});
    let half = |from: usize| (from..from + 50).map(commit).collect::<Vec<_>>();
    let commits = format!("{ROCKET}/commits");
    let next = format!("{}{commits}?page=2", peer.server.uri());
    let first = json(json!({"values": half(0), "next": next}));
    Mock::given(wiremock::matchers::path(&commits))
        .and(wiremock::matchers::query_param_is_missing("page"))
        .respond_with(first)
        .mount(&peer.server)
        .await;
    peer.on("GET", &commits, json(json!({"values": half(50)})))
        .await;
    Mock::given(wiremock::matchers::path_regex("/diffstat/"))
        .respond_with(diffstat())
        .mount(&peer.server)
        .await;
    let client = peer.client().with_cache(cache(), "acme");
    let range = CommitRange::between(None, Revision::parse("main").unwrap(), 100);
    let release = async || {
        let found = commits_with_changes(&client, &rocket(), &range, CHANGES_IN_FLIGHT).await;
        found.unwrap()
    };

    let new = release().await;
    assert_eq!(peer.asked().await.len(), 102);
    let known = release().await;

    assert_eq!(peer.asked().await.len(), 104);
    assert_eq!(known, new);
    assert!(
        known
            .commits
            .iter()
            .all(|commit| commit.changes.as_ref().unwrap().len() == 1)
    );
}

#[tokio::test]
async fn whatever_a_full_hash_names_is_asked_for_once() {
    let full = sha(SHA_A);
    let path = FilePath::parse("a.rs").unwrap();
    let range = RevisionRange::new(Revision::from(sha(SHA_A)), Revision::from(sha(SHA_B)));
    let listing = json(
        json!({"values": [], "hash": SHA_A, "date": "2026-11-22T10:00:00Z",
        "path": "a.rs", "type": "commit_file"}),
    );
    let peer = always(listing).await;
    let client = peer.client().with_cache(cache(), "acme");
    for _ in 0..3 {
        client.commit(&rocket(), &full).await.unwrap();
        client.changed_files(&rocket(), &full).await.unwrap();
        client
            .changed_files_between(&rocket(), &range, 9)
            .await
            .unwrap();
        client.source_entry(&rocket(), &full, &path).await.unwrap();
        client.source_file(&rocket(), &full, &path).await.unwrap();
        client
            .directory(&rocket(), &full, &Folder::default(), 9)
            .await
            .unwrap();
        for spec in [
            DiffSpec::Commit(full.clone()),
            DiffSpec::Range(range.clone()),
        ] {
            let diff = client
                .diff(&rocket(), &spec, &DiffOptions::default())
                .await
                .unwrap();
            assert!(!diff.collect_up_to(1_000).await.unwrap().is_empty());
            let patch = client.patch(&rocket(), &spec).await.unwrap();
            assert!(!patch.collect_up_to(1_000).await.unwrap().is_empty());
        }
    }
    assert_eq!(peer.requests().await.len(), 10);
}

#[tokio::test]
async fn whatever_may_change_is_asked_for_every_time() {
    let peer = always(json(
        json!({"values": [], "hash": SHA_A, "date": "2026-11-22T10:00:00Z"}),
    ))
    .await;
    let client = peer.client().with_cache(cache(), "acme");
    let short = sha("1a2b3c4d5e6f");
    let main = Revision::parse("main").unwrap();
    let moving = RevisionRange::new(Revision::from(sha(SHA_A)), main.clone());
    for _ in 0..2 {
        client.commit(&rocket(), &short).await.unwrap();
        client.changed_files(&rocket(), &short).await.unwrap();
        client
            .changed_files_between(&rocket(), &moving, 9)
            .await
            .unwrap();
        client.merge_base(&rocket(), &moving).await.unwrap();
        for spec in [
            DiffSpec::Revision(main.clone()),
            DiffSpec::Range(moving.clone()),
        ] {
            let diff = client
                .diff(&rocket(), &spec, &DiffOptions::default())
                .await
                .unwrap();
            diff.collect_up_to(1_000).await.unwrap();
        }
    }
    assert_eq!(peer.requests().await.len(), 12);
}

#[tokio::test]
async fn what_was_kept_is_seen_within_its_scope_and_at_its_address_only() {
    let (one, other) = (always(diffstat()).await, always(diffstat()).await);
    let cache = cache();
    let acme = one.client().with_cache(cache.clone(), "acme");
    assert_eq!(changed(&acme, SHA_A).await, 1);

    let same = one.client().with_cache(cache.clone(), "acme");
    assert_eq!(changed(&same, SHA_A).await, 1);
    assert_eq!(one.requests().await.len(), 1);

    let stranger = one.client().with_cache(cache.clone(), "evil");
    assert_eq!(changed(&stranger, SHA_A).await, 1);
    assert_eq!(one.requests().await.len(), 2);

    let elsewhere = other.client().with_cache(cache, "acme");
    assert_eq!(changed(&elsewhere, SHA_A).await, 1);
    assert_eq!(other.requests().await.len(), 1);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let peer = Peer::start().await;
    let at = format!("{ROCKET}/diffstat/{SHA_A}");
    peer.once("GET", &at, ResponseTemplate::new(404)).await;
    peer.on("GET", &at, diffstat()).await;
    let client = peer.client().with_cache(cache(), "acme");
    let missing = client.changed_files(&rocket(), &sha(SHA_A)).await;
    assert_eq!(missing.unwrap_err().code(), "not_found");
    assert_eq!(changed(&client, SHA_A).await, 1);
}

/// The diff as the client gives it, or the code of the error that ended it.
async fn diff(client: &BitbucketClient) -> Result<Bytes, &'static str> {
    let spec = DiffSpec::Commit(sha(SHA_A));
    let diff = client
        .diff(&rocket(), &spec, &DiffOptions::default())
        .await
        .unwrap();
    diff.collect_up_to(10 * MAX_KEPT_ANSWER)
        .await
        .map_err(|error| error.code())
}

#[tokio::test]
async fn a_body_that_broke_off_or_was_left_is_not_kept() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n+hal".to_vec();
    let whole = b"HTTP/1.1 200 OK\r\ncontent-type: text/x-diff\r\ncontent-length: 9\r\nconnection: close\r\n\r\n+complete".to_vec();
    let steps = [half, whole.clone(), whole].map(|bytes| vec![Step::AnswerAndClose(bytes)]);
    let peer = Faulty::start(steps.to_vec()).await;
    let auth = Arc::new(bitbucket_http_client::AccessToken::new(&"token".into()));
    let client = client_of(peer.base(), auth, Arc::<Waits>::default()).with_cache(cache(), "acme");

    assert_eq!(diff(&client).await, Err("closed_inside_answer"));
    let spec = DiffSpec::Commit(sha(SHA_A));
    drop(
        client
            .diff(&rocket(), &spec, &DiffOptions::default())
            .await
            .unwrap(),
    );
    assert_eq!(diff(&client).await, Ok(Bytes::from("+complete")));
    // The peer serves nobody any more.
    assert_eq!(diff(&client).await, Ok(Bytes::from("+complete")));
    let kept = client
        .diff(&rocket(), &spec, &DiffOptions::default())
        .await
        .unwrap();
    assert_eq!(kept.headers["content-type"], "text/x-diff");
    peer.served_all().await;
}

#[tokio::test]
async fn an_answer_of_many_megabytes_is_passed_on_and_not_kept() {
    let body = vec![b'+'; MAX_KEPT_ANSWER + 1];
    let peer = always(ResponseTemplate::new(200).set_body_bytes(body.clone())).await;
    let cache = cache();
    let client = peer.client().with_cache(cache.clone(), "acme");
    for _ in 0..2 {
        assert_eq!(diff(&client).await, Ok(Bytes::from(body.clone())));
    }
    assert_eq!(peer.requests().await.len(), 2);
    assert_eq!(cache.held(), (0, 0));
}

/// A cache that lost everything.
struct Lost;

#[async_trait]
impl AnswerCache for Lost {
    async fn find(&self, _: &CacheKey) -> Option<KeptAnswer> {
        None
    }

    async fn keep(&self, _: &CacheKey, _: &KeptAnswer) {}
}

#[tokio::test]
async fn a_cache_that_has_nothing_stands_in_nobodys_way() {
    let peer = always(diffstat()).await;
    let client = peer.client().with_cache(Arc::new(Lost), "acme");
    assert_eq!(
        changed(&client, SHA_A).await + changed(&client, SHA_A).await,
        2
    );
    assert_eq!(peer.requests().await.len(), 2);
}
