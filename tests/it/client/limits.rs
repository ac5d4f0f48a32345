//! The hourly limit, seen by the client over HTTP.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bitbucket_http_client::policy::{Budget, Concurrency, MemoryCounter, Priority};
use bitbucket_http_client::{
    ApiError, ApiErrorCause, CommitRange, Notice, NoticeObserver, Repositories as _,
    commits_with_changes,
};
use bitbucket_simulator::{Fault, Half};

use super::peer::{Peer, revision, rocket};

#[derive(Default)]
struct Heard(Mutex<Vec<Notice>>);

impl NoticeObserver for Heard {
    fn notice(&self, notice: &Notice) {
        self.0.lock().unwrap().push(notice.clone());
    }
}

#[tokio::test]
async fn a_refusal_for_too_many_requests_is_waited_out_as_it_asks() {
    let peer = Peer::start().await;
    let fault = Fault::status(Half::Bitbucket, 429).retry_after("2").once();
    peer.fail(fault);
    let repository = peer.client().repository(&rocket()).await.unwrap();
    assert_eq!(repository.name, "Rocket");
    let waits = peer.waits();
    assert_eq!(waits.len(), 1);
    assert!(waits[0] >= Duration::from_secs(2), "{waits:?}");
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_handed_to_the_caller() {
    let peer = Peer::start().await;
    peer.fail(Fault::status(Half::Bitbucket, 429).retry_after("3600"));
    let error = peer.client().repository(&rocket()).await.unwrap_err();
    let hour = Duration::from_secs(3_600);
    assert_eq!(
        *error.cause(),
        ApiErrorCause::RateLimited {
            retry_after: Some(hour)
        }
    );
    assert_eq!((error.retry_after(), error.attempts()), (Some(hour), 1));
    assert!(peer.waits().is_empty());
}

#[tokio::test]
async fn the_limit_comes_near_is_told_and_is_reached() {
    let peer = Peer::start().await;
    peer.change(|world| world.bitbucket.rate_limit = Some(10));
    let heard = Arc::new(Heard::default());
    let client = peer
        .client()
        .with_observer(Arc::clone(&heard) as Arc<dyn NoticeObserver>);
    for _ in 0..8 {
        client.repository(&rocket()).await.unwrap();
    }
    assert_eq!(*heard.0.lock().unwrap(), []);
    client.repository(&rocket()).await.unwrap();
    let near = Notice::NearLimit {
        template: "/2.0/repositories/{workspace}/{repo_slug}",
        limit: Some(10),
        resource: Some("api-repositories".to_owned()),
    };
    assert_eq!(*heard.0.lock().unwrap(), [near]);
    client.repository(&rocket()).await.unwrap();
    peer.asked();
    let error = client.repository(&rocket()).await.unwrap_err();
    assert_eq!(
        *error.cause(),
        ApiErrorCause::RateLimited { retry_after: None }
    );
    assert_eq!(
        error.peer_message(),
        Some("Rate limit for this resource has been exceeded")
    );
    assert_eq!(error.attempts() as usize, peer.asked().len());
}

#[tokio::test]
async fn once_the_limit_is_reached_the_remaining_commits_are_not_asked_for() {
    let peer = Peer::start().await;
    peer.change(|world| world.bitbucket.rate_limit = Some(2));
    let range = CommitRange::between(None, revision("main"), 100);
    let told = commits_with_changes(&peer.client(), &rocket(), &range, 1)
        .await
        .unwrap();
    let codes: Vec<_> = told
        .commits
        .iter()
        .map(|one| one.changes.as_ref().err().map(ApiError::code))
        .collect();
    assert_eq!(codes, [None, Some("rate_limited"), Some("rate_limited")]);
    let diffstats = peer.asked();
    let last: Vec<&str> = diffstats[2..].iter().map(|one| one.path.as_str()).collect();
    assert!(last.windows(2).all(|pair| pair[0] == pair[1]), "{last:?}");
}

#[tokio::test]
async fn background_work_stops_before_the_peer_has_to_refuse() {
    let peer = Peer::start().await;
    peer.change(|world| world.bitbucket.rate_limit = Some(10));
    let counter = Arc::new(MemoryCounter::default());
    let budget = Arc::new(Budget::new("acme", counter).with_requests_per_hour(10));
    let client = peer.client().with_budget(budget);
    let background = client.clone().with_priority(Priority::Background);
    let mut went = 0;
    let error = loop {
        match background.repository(&rocket()).await {
            Ok(_) => went += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((went, error.code()), (7, "budget_exhausted"));
    assert!(error.retry_after().is_some());
    let asked = peer.asked();
    assert_eq!(asked.len(), 7, "nothing was sent without a share");
    assert!(asked.iter().all(|one| one.status == Some(200)));
    // A person who waits still gets an answer.
    let person = client.with_priority(Priority::Interactive);
    assert_eq!(person.repository(&rocket()).await.unwrap().name, "Rocket");
}

#[tokio::test]
async fn no_more_calls_run_at_a_time_than_allowed() {
    let peer = Peer::start().await;
    let one = Concurrency::new(NonZeroUsize::MIN);
    let client = peer.client().with_concurrency(one);
    let range = CommitRange::between(None, revision("main"), 100);
    let told = commits_with_changes(&client, &rocket(), &range, 20)
        .await
        .unwrap();
    assert!(told.commits.iter().all(|one| one.changes.is_ok()));
    assert_eq!(peer.asked().len(), 4);
}
