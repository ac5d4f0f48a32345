//! A program that knew no order worked on the same data: who waits is found.

use std::time::Duration;

use bitbucket_integration_provider::ports::{Jobs, NewJob, OrderingKey, Work};
use bitbucket_integration_provider::{DeliveryId, InstallationId, JobId, RepositoryId};
use jiff::Timestamp;
use uuid::Uuid;

use super::fresh;
use crate::Store;
use crate::statement::Statement;

const LEASE: Duration = Duration::from_secs(30);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// The order is the number's last digit.
fn job(n: u128) -> NewJob {
    let repository = RepositoryId::from_uuid(Uuid::from_u128(n % 10));
    NewJob {
        id: JobId::from_uuid(Uuid::from_u128(n)),
        installation: InstallationId::from_uuid(Uuid::from_u128(1)),
        work: Work::ProcessDelivery {
            delivery: DeliveryId::from_uuid(Uuid::from_u128(n)),
        },
        run_at: at(0),
        ordering_key: Some(OrderingKey::deliveries_of(repository)),
    }
}

async fn claimed(store: &Store, second: i64) -> Vec<u128> {
    let jobs = store.claim(at(second), LEASE, 10).await.unwrap();
    let number =
        |job: &bitbucket_integration_provider::ports::Job| job.lease.job.as_uuid().as_u128();
    jobs.iter().map(number).collect()
}

#[tokio::test]
async fn who_waits_for_nobody_is_let_go() {
    let (store, _folder) = fresh().await;
    let jobs = [11, 12, 13, 21, 22, 23, 31].map(job);
    store.enqueue(&jobs).await.unwrap();
    assert_eq!(claimed(&store, 0).await, [11, 12, 13]);
    assert_eq!(store.release_stranded(10).await.unwrap(), 0);
    // As a program does that tells nobody.
    let ended =
        "UPDATE jobs SET state = 'done', due_at = NULL, finished_at = 1 WHERE seq IN (1, 2)";
    store.change(Statement::new(ended)).await.unwrap();
    assert_eq!(claimed(&store, 1).await, Vec::<u128>::new());
    assert_eq!(store.release_stranded(1).await.unwrap(), 1);
    assert_eq!(store.release_stranded(10).await.unwrap(), 1);
    assert_eq!(store.release_stranded(10).await.unwrap(), 0);
    assert_eq!(claimed(&store, 1).await, [21, 22]);
}

#[tokio::test]
async fn a_job_that_cant_be_read_holds_nobody_up() {
    let (store, _folder) = fresh().await;
    store.enqueue(&[job(11), job(21)]).await.unwrap();
    let newer = r#"UPDATE jobs SET work = '{"work":"from_the_future"}' WHERE seq = 1"#;
    store.change(Statement::new(newer)).await.unwrap();
    assert_eq!(claimed(&store, 0).await, Vec::<u128>::new());
    assert_eq!(claimed(&store, 0).await, [21]);
}
