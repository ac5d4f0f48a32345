//! One page ahead and no more, and how much of a long listing is held.

use std::sync::atomic::{AtomicUsize, Ordering};

use bitbucket_api_paths::{Workspace, repositories};
use bitbucket_http_client::{
    ApiErrorCause, BaseUrl, Repository, RepositoryLists as _, RepositoryQuery,
};
use futures_util::{FutureExt as _, StreamExt as _};
use serde::{Deserialize, Deserializer};
use serde_json::json;

use crate::scripted::{Scripted, number, page};

const PAGES: usize = 100;
const PER_PAGE: usize = 100;

/// A workspace of ten thousand repositories.
fn workspace() -> std::sync::Arc<Scripted> {
    Scripted::new(|uri| {
        let number = number(uri);
        let entries: Vec<_> = (0..PER_PAGE)
            .map(|at| {
                let slug = number * PER_PAGE + at;
                json!({"uuid": format!("{{0d1e2f3a-4b5c-6d7e-8f9a-{slug:012x}}}"), "full_name": format!("acme/r{slug}")})
            })
            .collect();
        let next = format!(
            "https://api.bitbucket.org/2.0/repositories/acme?page={}",
            number + 1
        );
        page(
            &json!(entries),
            (number + 1 < PAGES).then_some(next.as_str()),
        )
    })
}

/// How many entries there are now, and how many there were at most.
static ALIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// A repository that counts itself.
struct Counted(Repository);

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let repository = Repository::deserialize(deserializer)?;
        let alive = ALIVE.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(alive, Ordering::SeqCst);
        Ok(Self(repository))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn ten_thousand_repositories_are_listed_with_a_page_or_two_in_memory() {
    let acme = Workspace::parse("acme").unwrap();
    let endpoint = repositories::list(&acme);
    for (ahead, held) in [(false, PER_PAGE), (true, 2 * PER_PAGE)] {
        MOST.store(0, Ordering::SeqCst);
        let peer = workspace();
        let pages = peer
            .client(&BaseUrl::bitbucket_cloud())
            .pages::<Counted>(&endpoint);
        let mut stream = if ahead {
            pages.into_prefetched_stream().boxed()
        } else {
            pages.into_stream().boxed()
        };
        let mut taken = 0;
        while let Some(repository) = stream.next().await {
            assert_eq!(
                repository.unwrap().0.full_name.as_str(),
                format!("acme/r{taken}")
            );
            taken += 1;
        }
        assert_eq!(taken, PAGES * PER_PAGE);
        let most = MOST.load(Ordering::SeqCst);
        assert!(
            (PER_PAGE..=held).contains(&most),
            "{most} entries were held"
        );
        assert_eq!(
            (ALIVE.load(Ordering::SeqCst), peer.asked().len()),
            (0, PAGES)
        );
    }
}

#[tokio::test]
async fn a_listing_with_a_limit_asks_for_no_more_pages_than_it_needs() {
    let peer = workspace();
    let client = peer.client(&BaseUrl::bitbucket_cloud());
    let acme = Workspace::parse("acme").unwrap();
    let listing = client
        .repositories(&acme, &RepositoryQuery::default(), 250)
        .await
        .unwrap();
    assert_eq!((listing.values.len(), listing.complete), (250, false));
    assert_eq!(peer.asked().len(), 3);
}

#[tokio::test]
async fn the_page_after_the_one_in_use_is_asked_for_and_not_the_one_after_that() {
    let peer = workspace();
    let acme = Workspace::parse("acme").unwrap();
    let pages = peer
        .client(&BaseUrl::bitbucket_cloud())
        .pages::<Repository>(&repositories::list(&acme));
    let mut stream = pages.into_prefetched_stream().boxed();
    assert_eq!(peer.asked().len(), 0);
    for taken in 1..=250 {
        stream.next().await.unwrap().unwrap();
        let in_use = (taken - 1) / PER_PAGE + 1;
        assert_eq!(peer.asked().len(), in_use + 1, "after {taken}");
    }
    drop(stream);
    assert_eq!(peer.asked().len(), 4);
}

#[tokio::test]
async fn an_error_of_the_page_ahead_comes_after_the_entries_before_it() {
    let peer = Scripted::new(|uri| match number(uri) {
        0 => page(
            &json!([1, 2]),
            Some("https://api.bitbucket.org/2.0/x?page=1"),
        ),
        _ => http::Response::builder()
            .status(403)
            .body(bytes::Bytes::new())
            .unwrap(),
    });
    let pages = peer
        .client(&BaseUrl::bitbucket_cloud())
        .pages::<u64>(&repositories::list(&Workspace::parse("acme").unwrap()));
    let mut stream = pages.into_prefetched_stream().boxed();
    assert_eq!(stream.next().await, Some(Ok(1)));
    assert_eq!(stream.next().await, Some(Ok(2)));
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::Forbidden);
    assert_eq!(stream.next().now_or_never(), Some(None));
}
