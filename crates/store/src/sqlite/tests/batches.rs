//! Operations that share a transaction do not share their failures.

use bitbucket_integration_provider::ports::StoreError;
use futures_util::future::join_all;

use super::fresh;
use crate::Store;
use crate::columns::Columns;
use crate::error::unreadable;
use crate::statement::{Statement, Steps};

/// What an operation does after it has inserted its number.
#[derive(Clone, Copy)]
enum End {
    Well,
    Refused,
    BadStatement,
}

async fn prepare(store: &Store) {
    let create = "CREATE TABLE numbers (n INTEGER PRIMARY KEY)";
    store.change(Statement::new(create)).await.unwrap();
}

async fn insert(store: &Store, n: i64, end: End) -> Result<i64, StoreError> {
    let steps = Steps::new().then(Statement::new("INSERT INTO numbers VALUES (?)").with(n));
    let none = Statement::new("DELETE FROM numbers WHERE n < 0");
    let steps = match end {
        End::Well => steps,
        End::Refused => steps.then_or(none, unreadable("on purpose")),
        End::BadStatement => steps.then(Statement::new("INSERT INTO nowhere VALUES (1)")),
    };
    store.transact(steps).await.map(|_| n)
}

async fn numbers(store: &Store) -> Vec<i64> {
    let numbers = Statement::new("SELECT n FROM numbers ORDER BY n");
    let read = store.all(numbers, |row| Columns::new("numbers", row).integer("n"));
    read.await.unwrap()
}

fn code<T>(outcome: &Result<T, StoreError>) -> &'static str {
    outcome.as_ref().map_or_else(StoreError::code, |_| "ok")
}

#[tokio::test]
async fn a_failing_operation_takes_back_only_what_it_did() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    // All of these wait before the writer runs again, so they are one batch, with a failure first, between and last.
    let ends = [
        End::Refused,
        End::Well,
        End::BadStatement,
        End::Well,
        End::Well,
        End::Refused,
    ];
    let outcomes = join_all((1..).zip(ends).map(|(n, end)| insert(&store, n, end))).await;
    let codes: Vec<_> = outcomes.iter().map(code).collect();
    assert_eq!(
        codes,
        [
            "store_unreadable",
            "ok",
            "store_unavailable",
            "ok",
            "ok",
            "store_unreadable"
        ]
    );
    assert_eq!(numbers(&store).await, [2, 4, 5]);
}

#[tokio::test]
async fn a_step_that_changes_nothing_may_stop_the_steps_and_keep_what_was_done() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let insert = |n: i64| Statement::new("INSERT INTO numbers VALUES (?)").with(n);
    let steps = Steps::new()
        .then_or_stop(insert(1))
        .then_or_stop(Statement::new("DELETE FROM numbers WHERE n < 0"))
        .then(insert(2));
    let done = store.transact(steps).await.unwrap();
    let changed: Vec<_> = done.iter().map(|done| done.changed).collect();
    assert_eq!(changed, [1, 0]);
    assert_eq!(numbers(&store).await, [1]);
}

#[tokio::test]
async fn a_conflict_inside_a_batch_is_answered_to_the_later_operation() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let outcomes = join_all([
        insert(&store, 1, End::Well),
        insert(&store, 1, End::Well),
        insert(&store, 2, End::Well),
    ])
    .await;
    assert_eq!(
        outcomes.iter().map(code).collect::<Vec<_>>(),
        ["ok", "store_conflict", "ok"]
    );
    assert_eq!(numbers(&store).await, [1, 2]);
}

#[tokio::test]
async fn when_the_engine_gives_a_batch_up_all_of_it_fails_and_the_next_one_works() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    // This ends the transaction behind the writer's back, as the engine itself does when the disk is full.
    let rollback = store.transact(Steps::new().then(Statement::new("ROLLBACK")));
    let (first, rollback, last) = tokio::join!(
        insert(&store, 1, End::Well),
        rollback,
        insert(&store, 2, End::Well)
    );
    assert_eq!(
        [code(&first), code(&rollback), code(&last)],
        ["store_unavailable"; 3]
    );
    assert_eq!(numbers(&store).await, [0_i64; 0]);

    assert_eq!(insert(&store, 3, End::Well).await.unwrap(), 3);
    assert_eq!(numbers(&store).await, [3]);
}

#[tokio::test]
async fn a_full_database_answers_unavailable_and_recovers() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let fill = |bytes: i64| {
        let fill = "INSERT INTO secret_keys VALUES (randomblob(8), zeroblob(?))";
        let limit = Statement::new("PRAGMA max_page_count = 60");
        store.transact(
            Steps::new()
                .then(limit)
                .then(Statement::new(fill).with(bytes)),
        )
    };
    assert_eq!(code(&fill(10_000_000).await), "store_unavailable");
    assert_eq!(code(&insert(&store, 1, End::Well).await), "ok");
    assert_eq!(numbers(&store).await, [1]);
}

#[tokio::test]
async fn more_operations_than_a_batch_holds_are_all_done() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let outcomes = join_all((0..3000).map(|n| insert(&store, n, End::Well))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(numbers(&store).await.len(), 3000);
}

#[tokio::test]
async fn readers_can_not_write() {
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let insert = Statement::new("INSERT INTO numbers VALUES (1)");
    let refused = store.sqlite().rows(&insert).await;
    assert!(refused.is_err());
    assert_eq!(numbers(&store).await, [0_i64; 0]);
}

#[tokio::test]
async fn equal_changes_go_together_and_fail_apart() {
    const TWO: &str =
        "INSERT INTO numbers VALUES (?) ON CONFLICT DO NOTHING; INSERT INTO numbers VALUES (?)";
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let change =
        |first: i64, second: i64| store.change(Statement::new(TWO).with(first).with(second));
    // The first two are one group, the third one another; the group fails at its second change.
    let outcomes = join_all([change(1, 2), change(3, 2), change(1, 4)]).await;
    assert_eq!(
        outcomes.iter().map(code).collect::<Vec<_>>(),
        ["ok", "store_conflict", "ok"]
    );
    assert_eq!(numbers(&store).await, [1, 2, 4]);

    let delete = |n: i64| store.change(Statement::new("DELETE FROM numbers WHERE n >= ?").with(n));
    let rows: Vec<u64> = join_all([delete(4), delete(2), delete(1)])
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows, [1, 1, 1]);
    let rows: Vec<u64> = join_all((0..70).map(|n| change(2 * n, 2 * n + 1)))
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows, [2; 70]);
}
