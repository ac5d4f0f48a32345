//! Deliveries and the jobs that come with them.

use bitbucket_integration_provider::ports::{
    Acceptance, Delivery, DeliverySource, JobCounts, NewJob,
};
use bytes::Bytes;
use futures_util::future::join_all;

use super::Ports;
use super::fixtures::{
    assert_conflict, at, claim_one, delivery, delivery_id, due, installation_id, job_id, process,
};

pub(crate) async fn an_accepted_delivery_comes_back_byte_by_byte(store: Ports<'_>) {
    let from_connect = Delivery {
        repository: None,
        source: DeliverySource::Connect,
        attempt: 3,
        body: Bytes::new(),
        ..delivery(2)
    };
    assert_eq!(
        store
            .deliveries
            .accept(&delivery(1), &process(1))
            .await
            .unwrap(),
        Acceptance::New
    );
    assert_eq!(
        store
            .deliveries
            .accept(&from_connect, &process(2))
            .await
            .unwrap(),
        Acceptance::New
    );

    assert_eq!(
        store.deliveries.find(delivery_id(1)).await.unwrap(),
        Some(delivery(1))
    );
    assert_eq!(
        store.deliveries.find(delivery_id(2)).await.unwrap(),
        Some(from_connect)
    );
    assert_eq!(store.deliveries.find(delivery_id(3)).await.unwrap(), None);
}

pub(crate) async fn an_accepted_delivery_has_its_job(store: Ports<'_>) {
    store
        .deliveries
        .accept(&delivery(1), &process(1))
        .await
        .unwrap();
    assert_eq!(store.jobs.next_due().await.unwrap(), Some(at(2)));
    let job = claim_one(store, 2).await;
    assert_eq!(job.lease.job, job_id(1));
    assert_eq!(job.installation, installation_id(1));
    assert_eq!(job.work, process(1).work);
}

pub(crate) async fn a_duplicate_stores_nothing(store: Ports<'_>) {
    store
        .deliveries
        .accept(&delivery(1), &process(1))
        .await
        .unwrap();
    let again = Delivery {
        dedupe_key: delivery(1).dedupe_key,
        ..delivery(2)
    };
    assert_eq!(
        store.deliveries.accept(&again, &process(2)).await.unwrap(),
        Acceptance::Duplicate
    );
    assert_eq!(
        store
            .deliveries
            .accept(&delivery(1), &process(1))
            .await
            .unwrap(),
        Acceptance::Duplicate
    );

    assert_eq!(store.deliveries.find(delivery_id(2)).await.unwrap(), None);
    assert_eq!(
        store.jobs.counts().await.unwrap(),
        JobCounts {
            ready: 1,
            ..JobCounts::default()
        }
    );
}

pub(crate) async fn dedupe_keys_belong_to_their_installation(store: Ports<'_>) {
    let other = Delivery {
        installation: installation_id(2),
        dedupe_key: delivery(1).dedupe_key,
        ..delivery(2)
    };
    store
        .deliveries
        .accept(&delivery(1), &process(1))
        .await
        .unwrap();
    assert_eq!(
        store.deliveries.accept(&other, &process(2)).await.unwrap(),
        Acceptance::New
    );
    assert_eq!(
        store.deliveries.find(delivery_id(2)).await.unwrap(),
        Some(other)
    );
}

pub(crate) async fn of_many_equal_deliveries_at_once_one_is_new(store: Ports<'_>) {
    let offers = (1..=20).map(|n| async move {
        let offer = Delivery {
            dedupe_key: "the same".into(),
            ..delivery(n)
        };
        store.deliveries.accept(&offer, &process(n)).await.unwrap()
    });
    let outcomes = join_all(offers).await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Acceptance::New)
            .count(),
        1
    );
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
}

pub(crate) async fn a_delivery_is_kept_when_its_job_is_known(store: Ports<'_>) {
    store.jobs.enqueue(&[due(1, 0)]).await.unwrap();
    let job = NewJob {
        id: job_id(2),
        ..process(1)
    };
    assert_eq!(
        store.deliveries.accept(&delivery(1), &job).await.unwrap(),
        Acceptance::New
    );
    assert_eq!(
        store.deliveries.find(delivery_id(1)).await.unwrap(),
        Some(delivery(1))
    );
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
}

pub(crate) async fn a_used_delivery_id_is_a_conflict(store: Ports<'_>) {
    store
        .deliveries
        .accept(&delivery(1), &process(1))
        .await
        .unwrap();
    let other = Delivery {
        dedupe_key: "another".into(),
        ..delivery(1)
    };
    assert_conflict(store.deliveries.accept(&other, &process(2)).await);
    assert_eq!(
        store.deliveries.find(delivery_id(1)).await.unwrap(),
        Some(delivery(1))
    );
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
}

pub(crate) async fn deliveries_at_once_have_their_own_outcomes(store: Ports<'_>) {
    store
        .deliveries
        .accept(&delivery(3), &process(3))
        .await
        .unwrap();
    let offers = (1..=50).map(|n| async move {
        let offer = match n {
            // The id of another delivery is taken.
            7 => Delivery {
                id: delivery_id(3),
                ..delivery(n)
            },
            _ => delivery(n),
        };
        store.deliveries.accept(&offer, &process(n)).await
    });
    for (n, outcome) in (1..=50).zip(join_all(offers).await) {
        match n {
            3 => assert_eq!(outcome.unwrap(), Acceptance::Duplicate),
            7 => assert_conflict(outcome),
            _ => assert_eq!(outcome.unwrap(), Acceptance::New, "{n}"),
        }
    }
    assert_eq!(store.jobs.counts().await.unwrap().ready, 49);
    assert_eq!(
        store.deliveries.find(delivery_id(50)).await.unwrap(),
        Some(delivery(50))
    );
}
