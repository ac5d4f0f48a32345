//! What is written gets into the file while others write, and the log begins anew.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{file, fresh};
use crate::Store;
use crate::columns::Columns;
use crate::statement::Statement;

const PAGE: usize = 4096;

async fn prepare(store: &Store) {
    let create = "CREATE TABLE pages (n INTEGER PRIMARY KEY, content BLOB NOT NULL)";
    store.change(Statement::new(create)).await.unwrap();
}

/// Writes rows of a page each, every one as an operation of its own.
async fn write(store: &Store, from: i64, count: i64) {
    let insert = |n: i64| {
        let insert = Statement::new("INSERT INTO pages VALUES (?, ?)");
        store.change(insert.with(n).with(vec![7_u8; PAGE]))
    };
    let written = join_all((from..from + count).map(insert)).await;
    assert!(written.iter().all(Result::is_ok));
}

fn pages(path: &Path) -> u64 {
    path.metadata().unwrap().len() / PAGE as u64
}

#[tokio::test]
async fn what_is_written_gets_into_the_file_before_the_writer_has_to_see_to_it() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    let before = pages(&file(&folder));
    // Far fewer pages than those after which the writer moves them itself.
    write(&store, 0, 600).await;
    let begun = Instant::now();
    while pages(&file(&folder)) < before + 200 {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let counted = Statement::new("SELECT count(*) AS n FROM pages");
    let counted = store.one(counted, |row| Columns::new("pages", row).integer("n"));
    assert_eq!(counted.await.unwrap(), Some(600));
}

#[tokio::test]
async fn the_log_begins_anew_however_much_is_written() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    for round in 0..20 {
        write(&store, round * 1000, 1000).await;
    }
    let log = folder.path().join("store.sqlite3-wal");
    let (log, all) = (pages(&log), pages(&file(&folder)));
    assert!(all > 10_000, "{all} pages are in the file");
    assert!(log < 16_000, "{log} pages are in the log");
}

#[tokio::test]
async fn nothing_works_on_a_store_that_is_closed() {
    let (store, folder) = fresh().await;
    prepare(&store).await;
    write(&store, 0, 300).await;
    store.close().await;
    let log = folder.path().join("store.sqlite3-wal");
    assert!(!log.exists(), "the last connection took the log away");
    assert!(pages(&file(&folder)) > 300);
}
