//! Pull requests, and our comments on them.

use bitbucket_api_paths::{CommentId, PullRequestId};
use bitbucket_integration_provider::ports::{PullRequestStanding, TrackedPullRequest};

use super::Ports;
use super::fixtures::{assert_unreadable, at, repository_id, sha};

fn number(n: u64) -> PullRequestId {
    PullRequestId::new(n).unwrap()
}

pub(crate) fn pull_request(n: u64, second: i64) -> TrackedPullRequest {
    TrackedPullRequest {
        repository: repository_id(1),
        id: number(n),
        title: format!("Fixes ROCKET-{n} with ünïcode"),
        description: "It's 'quoted'".into(),
        messages: vec!["Closes ROCKET-2B\n".into()],
        issues: vec!["ROCKET-1A".into(), "ROCKET-2B".into()],
        author: Some("Ada".into()),
        state: PullRequestStanding::Open,
        source_branch: Some("feature/x".into()),
        destination_branch: Some("main".into()),
        merge_commit: None,
        web_url: Some("https://bitbucket.org/acme/rocket/pull-requests/1".into()),
        updated_at: at(second),
    }
}

async fn record(store: Ports<'_>, pull_request: &TrackedPullRequest) -> bool {
    store.pull_requests.record(pull_request).await.unwrap()
}

async fn find(store: Ports<'_>, n: u64) -> Option<TrackedPullRequest> {
    let found = store.pull_requests.find(repository_id(1), number(n));
    found.await.unwrap()
}

pub(crate) async fn a_pull_request_comes_back_whole(store: Ports<'_>) {
    let whole = pull_request(1, 0);
    let bare = TrackedPullRequest {
        messages: vec![],
        issues: vec![],
        author: None,
        source_branch: None,
        destination_branch: None,
        web_url: None,
        merge_commit: Some(sha(7)),
        state: PullRequestStanding::Superseded,
        ..pull_request(2, 1)
    };
    for one in [&whole, &bare] {
        assert!(record(store, one).await);
    }
    assert_eq!(find(store, 1).await, Some(whole));
    assert_eq!(find(store, 2).await, Some(bare));
    assert_eq!(find(store, 3).await, None);
}

pub(crate) async fn an_earlier_state_never_replaces_a_later_one(store: Ports<'_>) {
    let merged = TrackedPullRequest {
        state: PullRequestStanding::Merged,
        merge_commit: Some(sha(7)),
        ..pull_request(1, 5)
    };
    assert!(record(store, &merged).await);
    assert!(!record(store, &pull_request(1, 4)).await);
    assert_eq!(find(store, 1).await, Some(merged.clone()));
    // The same again counts, so that work that broke off goes on.
    assert!(record(store, &merged).await);
    let declined = TrackedPullRequest {
        state: PullRequestStanding::Declined,
        ..pull_request(1, 6)
    };
    assert!(record(store, &declined).await);
    assert_eq!(find(store, 1).await, Some(declined));
}

pub(crate) async fn pull_requests_are_found_by_the_commit_that_merged_them(store: Ports<'_>) {
    let merged = |n: u64, by| TrackedPullRequest {
        merge_commit: Some(sha(by)),
        ..pull_request(n, 0)
    };
    let (first, second) = (merged(1, 7), merged(2, 8));
    let elsewhere = TrackedPullRequest {
        repository: repository_id(2),
        ..merged(1, 7)
    };
    for one in [&first, &second, &elsewhere, &pull_request(3, 0)] {
        record(store, one).await;
    }
    let by = |shas: Vec<_>| async move {
        let log = store.pull_requests;
        log.merged_by(repository_id(1), &shas).await.unwrap()
    };
    assert_eq!(by(vec![sha(8), sha(7), sha(9)]).await, [first, second]);
    assert_eq!(by(vec![sha(9)]).await, []);
    assert_eq!(by(vec![]).await, []);
}

pub(crate) async fn pull_requests_are_listed_by_their_last_change(store: Ports<'_>) {
    for (n, second) in [(1, 3), (2, 1), (3, 2)] {
        record(store, &pull_request(n, second)).await;
    }
    let list = store.pull_requests.list(repository_id(1), 2).await.unwrap();
    let numbers: Vec<u64> = list.iter().map(|one| one.id.value()).collect();
    assert_eq!(numbers, [1, 3]);
    assert_eq!(
        store.pull_requests.list(repository_id(2), 2).await.unwrap(),
        []
    );
}

pub(crate) async fn our_comment_outlives_later_states(store: Ports<'_>) {
    let log = store.pull_requests;
    let comment = CommentId::new(4711).unwrap();
    let unknown = log.set_comment(repository_id(1), number(1), comment).await;
    assert_unreadable(unknown);
    record(store, &pull_request(1, 0)).await;
    let ours = async || log.comment(repository_id(1), number(1)).await.unwrap();
    assert_eq!(ours().await, None);
    log.set_comment(repository_id(1), number(1), comment)
        .await
        .unwrap();
    record(store, &pull_request(1, 1)).await;
    assert_eq!(ours().await, Some(comment));
}
