//! Operations that share a transaction do not share their failures.

use bitbucket_integration_provider::ports::StoreError;
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::super::batch::{Batch, Pending};
use super::super::connect::Connector;
use super::super::readers::Readers;
use super::{file, fresh};
use crate::Store;
use crate::columns::Columns;
use crate::error::{unavailable, unreadable};
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

fn inserting(n: i64, end: End) -> Steps {
    let steps = Steps::new().then(Statement::new("INSERT INTO numbers VALUES (?)").with(n));
    let none = Statement::new("DELETE FROM numbers WHERE n < 0");
    match end {
        End::Well => steps,
        End::Refused => steps.then_or(none, unreadable("on purpose")),
        End::BadStatement => steps.then(Statement::new("INSERT INTO nowhere VALUES (1)")),
    }
}

async fn insert(store: &Store, n: i64, end: End) -> Result<i64, StoreError> {
    store.transact(inserting(n, end)).await.map(|_| n)
}

/// What becomes of operations that are one batch.
async fn together(
    folder: &TempDir,
    operations: impl IntoIterator<Item = Steps>,
) -> Vec<&'static str> {
    let connection = Connector::new(&file(folder)).writer().unwrap();
    let (mut batch, mut answers) = (Batch::default(), Vec::new());
    for steps in operations {
        let (reply, answer) = oneshot::channel();
        batch.push(Pending::new(steps, reply));
        answers.push(answer);
    }
    let verdict = batch.apply(&connection);
    batch.answer(&verdict.map_err(unavailable));
    let answers = join_all(answers).await;
    answers
        .iter()
        .map(|answer| code(answer.as_ref().unwrap()))
        .collect()
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
    let (store, folder) = fresh().await;
    prepare(&store).await;
    let ends = [
        End::Refused,
        End::Well,
        End::BadStatement,
        End::Well,
        End::Well,
        End::Refused,
    ];
    let operations = (1..).zip(ends).map(|(n, end)| inserting(n, end));
    assert_eq!(
        together(&folder, operations).await,
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
    let (store, folder) = fresh().await;
    prepare(&store).await;
    let operations = [1, 1, 2].map(|n| inserting(n, End::Well));
    assert_eq!(
        together(&folder, operations).await,
        ["ok", "store_conflict", "ok"]
    );
    assert_eq!(numbers(&store).await, [1, 2]);
}

#[tokio::test]
async fn when_the_engine_gives_a_batch_up_all_of_it_fails_and_the_next_one_works() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    // This ends the transaction behind the writer's back, as the engine itself does when the disk is full.
    let rollback = || Steps::new().then(Statement::new("ROLLBACK"));
    let operations = [inserting(1, End::Well), rollback(), inserting(2, End::Well)];
    assert_eq!(
        together(&folder, operations).await,
        ["store_unavailable"; 3]
    );
    assert_eq!(numbers(&store).await, [0_i64; 0]);

    assert_eq!(code(&store.transact(rollback()).await), "store_unavailable");
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
    let refused = store.sqlite().rows(insert).await;
    let Err(StoreError::Unavailable(cause)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(cause.to_string(), "attempt to write a readonly database");
    assert_eq!(numbers(&store).await, [0_i64; 0]);
}

#[tokio::test]
async fn a_change_of_many_rows_that_fails_at_the_last_leaves_none_of_them() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    let two = |first: i64, second: i64| {
        let two = "INSERT INTO numbers VALUES (?), (?)";
        Steps::new().then(Statement::new(two).with(first).with(second))
    };
    assert_eq!(
        together(&folder, [two(1, 2), two(3, 2), two(4, 5)]).await,
        ["ok", "store_conflict", "ok"]
    );
    assert_eq!(numbers(&store).await, [1, 2, 4, 5]);
}

/// A look-up reads where it is asked for, so it must not wait there for a file that somebody holds.
#[tokio::test]
async fn a_quick_look_up_waits_for_a_locked_file_elsewhere() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    insert(&store, 1, End::Well).await.unwrap();
    store.close().await;
    let path = file(&folder);
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
        .unwrap();
    let readers = Readers::new(Connector::new(&path));
    let look = || Statement::quick("SELECT n FROM numbers");
    let waiting = readers.rows(look());
    let freed = async {
        // The look-up has been tried in place by now, and did not keep this task from running.
        holder.execute_batch("COMMIT").unwrap();
        drop(holder);
    };
    let (found, ()) = tokio::join!(waiting, freed);
    assert_eq!(found.unwrap().len(), 1);
}
