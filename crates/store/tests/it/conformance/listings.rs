//! Listings by page.

use bitbucket_commit_resolver::Action;
use bitbucket_integration_provider::ports::{
    DeliverySummary, IssueEffect, JobState, Listed, Page, Position, Reference, ReferencesOf,
    StoreError, TrackedRepository,
};
use secrecy::SecretString;

use super::Ports;
use super::fixtures::{
    at, claimed, commit, delivery, due, install, installation, installation_id, job_id, process,
    publish, release, repository, repository_id, sha,
};

/// Every entry, two at a time, as long as there is a next page.
async fn all<T>(
    mut page: impl AsyncFnMut(Page) -> Result<Listed<T>, StoreError>,
) -> (Vec<T>, Vec<usize>) {
    let (mut entries, mut lengths, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let listed = page(Page { after, limit: 2 }).await.unwrap();
        lengths.push(listed.entries.len());
        entries.extend(listed.entries);
        after = listed.next;
        if after.is_none() {
            return (entries, lengths);
        }
    }
}

fn summary(n: u128) -> DeliverySummary {
    let delivery = delivery(n);
    DeliverySummary {
        id: delivery.id,
        installation: delivery.installation,
        repository: delivery.repository,
        source: delivery.source,
        event_key: delivery.event_key,
        attempt: delivery.attempt,
        body_bytes: delivery.body.len() as u64,
        received_at: delivery.received_at,
    }
}

pub(crate) async fn pages_of_deliveries_show_each_once_newest_first(store: Ports<'_>) {
    for n in 1..=5 {
        store
            .deliveries
            .accept(&delivery(n), &process(n))
            .await
            .unwrap();
    }
    let (entries, lengths) = all(async |page| store.listings.deliveries(page).await).await;
    assert_eq!(entries, [5, 4, 3, 2, 1].map(summary));
    assert_eq!(lengths, [2, 2, 1]);
}

pub(crate) async fn jobs_are_paged_by_state(store: Ports<'_>) {
    let job = claimed(store, 9, 0).await;
    store.jobs.complete(job.lease, at(1), &[]).await.unwrap();
    let waiting: Vec<_> = (1..=4).map(|n| due(n, 100)).collect();
    store.jobs.enqueue(&waiting).await.unwrap();
    let ids = |entries: Vec<bitbucket_integration_provider::ports::JobSummary>| -> Vec<_> {
        entries.into_iter().map(|job| job.id).collect()
    };
    let (ready, lengths) =
        all(async |page| store.listings.jobs(Some(JobState::Ready), page).await).await;
    assert_eq!(ids(ready), [4, 3, 2, 1].map(job_id));
    assert_eq!(
        lengths,
        [2, 2],
        "a full last page has no empty one behind it"
    );
    let (every, _) = all(async |page| store.listings.jobs(None, page).await).await;
    assert_eq!(ids(every), [4, 3, 2, 1, 9].map(job_id));
}

pub(crate) async fn a_job_is_found_by_its_id(store: Ports<'_>) {
    store.jobs.enqueue(&[due(1, 7)]).await.unwrap();
    let found = store.listings.job(job_id(1)).await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.state, found.run_at),
        (job_id(1), JobState::Ready, at(7))
    );
    assert_eq!(store.listings.job(job_id(2)).await.unwrap(), None);
}

pub(crate) async fn releases_are_paged(store: Ports<'_>) {
    for n in 1..=3 {
        store.releases.open(&release(n), &publish(n)).await.unwrap();
    }
    let (entries, lengths) = all(async |page| store.listings.releases(page).await).await;
    assert_eq!(entries, [3, 2, 1].map(release));
    assert_eq!(lengths, [2, 1]);
}

pub(crate) async fn commits_are_paged_within_their_repository(store: Ports<'_>) {
    for (repository, n) in [(1, 1), (2, 2), (1, 3), (2, 4), (1, 5)] {
        store
            .commits
            .record(repository_id(repository), &[commit(n)], at(0))
            .await
            .unwrap();
    }
    let (entries, _) = all(async |page| store.listings.commits(repository_id(1), page).await).await;
    assert_eq!(entries, [5, 3, 1].map(commit));
}

pub(crate) async fn the_page_after_the_last_entry_is_empty(store: Ports<'_>) {
    store.jobs.enqueue(&[due(1, 7)]).await.unwrap();
    let page = Page {
        after: Some(Position::new(0)),
        limit: 10,
    };
    let listed = store.listings.jobs(None, page).await.unwrap();
    assert_eq!((listed.entries, listed.next), (Vec::new(), None));
}

fn reference(repository: u128, commit: u128, issue: &str) -> Reference {
    Reference {
        repository: repository_id(repository),
        effect: IssueEffect {
            short_id: issue.to_owned(),
            action: Action::Resolve,
            commit: sha(commit),
        },
        done_at: at(i64::try_from(commit).unwrap()),
    }
}

pub(crate) async fn references_are_paged_by_repository_and_issue(store: Ports<'_>) {
    let stored = [
        reference(1, 1, "ROCKET-1"),
        reference(2, 2, "ROCKET-1"),
        reference(1, 3, "ROCKET-2"),
        reference(1, 4, "ROCKET-1"),
        reference(2, 5, "ROCKET-3"),
    ];
    for one in &stored {
        let recorded = store
            .effects
            .record(one.repository, &one.effect, one.done_at);
        recorded.await.unwrap();
    }
    let cases: [(Option<u128>, Option<&str>, &[usize]); 5] = [
        (None, None, &[4, 3, 2, 1, 0]),
        (Some(1), None, &[3, 2, 0]),
        (None, Some("ROCKET-1"), &[3, 1, 0]),
        (Some(1), Some("ROCKET-1"), &[3, 0]),
        (Some(2), Some("ROCKET-2"), &[]),
    ];
    for (repository, issue, expected) in cases {
        let of = ReferencesOf {
            repository: repository.map(repository_id),
            short_id: issue.map(str::to_owned),
        };
        let (entries, _) =
            all(async |page| store.listings.references(of.clone(), page).await).await;
        let expected: Vec<_> = expected.iter().map(|&n| stored[n].clone()).collect();
        assert_eq!(entries, expected, "{of:?}");
    }
}

pub(crate) async fn installations_and_repositories_are_paged_by_id(store: Ports<'_>) {
    for n in 1..=3 {
        install(store, n).await;
    }
    for (n, of) in [(1, 2), (2, 1), (3, 3)] {
        let repository = repository(n, installation_id(of));
        let secret = SecretString::from("secret");
        store.repositories.add(&repository, &secret).await.unwrap();
    }
    let listings = store.listings;
    let first = listings.installations(None, 2).await.unwrap();
    assert_eq!(first, [1, 2].map(installation));
    let after = Some(installation_id(2));
    let rest = listings.installations(after, 2).await.unwrap();
    assert_eq!(rest, [installation(3)]);
    let ids = |found: Vec<TrackedRepository>| -> Vec<_> {
        found.into_iter().map(|repository| repository.id).collect()
    };
    let first = listings.repositories(None, 2).await.unwrap();
    assert_eq!(ids(first), [1, 2].map(repository_id));
    let after = Some(repository_id(2));
    let rest = listings.repositories(after, 2).await.unwrap();
    assert_eq!(ids(rest), [repository_id(3)]);
    assert_eq!(listings.repository_count().await.unwrap(), 3);
}
