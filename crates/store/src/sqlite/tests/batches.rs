//! Operations that share a transaction do not share their failures.

use bitbucket_integration_provider::ports::StoreError;
use futures_util::future::join_all;
use sqlx::Row as _;

use super::fresh;
use crate::sqlite::SqliteStore;
use crate::sqlite::change::Change;
use crate::sqlite::error::unreadable;

/// What an operation does after it has inserted its number.
#[derive(Clone, Copy)]
enum End {
    Well,
    Refused,
    BadStatement,
    Panicking,
}

async fn prepare(store: &SqliteStore) {
    let create = "CREATE TABLE numbers (n INTEGER PRIMARY KEY)";
    store
        .writer
        .write(move |c| {
            Box::pin(async move { Ok(sqlx::query(create).execute(c).await.map(drop)?) })
        })
        .await
        .unwrap();
}

async fn insert(store: &SqliteStore, n: i64, end: End) -> Result<i64, StoreError> {
    store
        .writer
        .write(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT INTO numbers VALUES (?)")
                    .bind(n)
                    .execute(&mut *connection)
                    .await?;
                match end {
                    End::Well => Ok(n),
                    End::Refused => Err(unreadable("on purpose").into()),
                    End::BadStatement => Ok(sqlx::query("INSERT INTO nowhere VALUES (1)")
                        .execute(connection)
                        .await
                        .map(|_| n)?),
                    End::Panicking => panic!("on purpose"),
                }
            })
        })
        .await
}

async fn numbers(store: &SqliteStore) -> Vec<i64> {
    let rows = store
        .rows(sqlx::query("SELECT n FROM numbers ORDER BY n"))
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
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
        End::Panicking,
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
            "store_unavailable",
            "ok",
            "ok",
            "store_unreadable"
        ]
    );
    assert_eq!(numbers(&store).await, [2, 5, 6]);
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
    let rollback = store.writer.write(|c| {
        Box::pin(async move { Ok(sqlx::query("ROLLBACK").execute(c).await.map(drop)?) })
    });
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
        store.writer.write(move |c| {
            Box::pin(async move {
                sqlx::query("PRAGMA max_page_count = 60")
                    .execute(&mut *c)
                    .await?;
                sqlx::query("INSERT INTO secret_keys VALUES (randomblob(8), zeroblob(?))")
                    .bind(bytes)
                    .execute(c)
                    .await?;
                Ok(())
            })
        })
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
    let refused = store
        .row(sqlx::query("INSERT INTO numbers VALUES (1)"))
        .await;
    assert!(refused.is_err());
    assert_eq!(numbers(&store).await, [0_i64; 0]);
}

#[tokio::test]
async fn equal_changes_go_together_and_fail_apart() {
    const TWO: &str =
        "INSERT INTO numbers VALUES (?) ON CONFLICT DO NOTHING; INSERT INTO numbers VALUES (?)";
    let (store, _folder) = fresh().await;
    prepare(&store).await;
    let change = |first: i64, second: i64| {
        store
            .writer
            .change(Change::new(TWO).with(first).with(second))
    };
    // The first two are one group, the third one another; the group fails at its second change.
    let outcomes = join_all([change(1, 2), change(3, 2), change(1, 4)]).await;
    assert_eq!(
        outcomes.iter().map(code).collect::<Vec<_>>(),
        ["ok", "store_conflict", "ok"]
    );
    assert_eq!(numbers(&store).await, [1, 2, 4]);

    let delete = |n: i64| {
        store
            .writer
            .change(Change::new("DELETE FROM numbers WHERE n >= ?").with(n))
    };
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
