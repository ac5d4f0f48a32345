//! A job that this version can't read, such as a newer version's, neither blocks the queue nor gets lost.

use std::time::Duration;

use bitbucket_integration_provider::ports::{Jobs, NewJob, Work};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId};
use jiff::Timestamp;
use uuid::Uuid;

use super::fresh;
use crate::statement::Statement;

const LEASE: Duration = Duration::from_secs(30);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn job(n: u128) -> NewJob {
    NewJob {
        id: JobId::from_uuid(Uuid::from_u128(n)),
        installation: InstallationId::from_uuid(Uuid::from_u128(1)),
        work: Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(Uuid::from_u128(n)),
        },
        run_at: at(0),
        ordering_key: None,
    }
}

#[tokio::test]
async fn it_is_put_off_and_the_others_are_claimed() {
    let (store, _folder) = fresh().await;
    store.enqueue(&[job(1), job(2)]).await.unwrap();
    let newer = r#"UPDATE jobs SET work = '{"work":"from_the_future"}' WHERE seq = 1"#;
    store.change(Statement::new(newer)).await.unwrap();

    let claimed = store.claim(at(0), LEASE, 10).await.unwrap();
    assert_eq!(
        claimed.iter().map(|job| job.lease.job).collect::<Vec<_>>(),
        [job(2).id]
    );
    assert!(store.claim(at(29), LEASE, 10).await.unwrap().is_empty());

    let readable_again =
        r#"UPDATE jobs SET work = (SELECT work FROM jobs WHERE seq = 2) WHERE seq = 1"#;
    store.change(Statement::new(readable_again)).await.unwrap();
    store.complete(claimed[0].lease, at(29), &[]).await.unwrap();
    let claimed = store.claim(at(30), LEASE, 10).await.unwrap();
    assert_eq!(
        claimed.iter().map(|job| job.lease.job).collect::<Vec<_>>(),
        [job(1).id]
    );
}
