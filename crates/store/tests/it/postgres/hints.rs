//! Hints between replicas, and what becomes of them when the listening connection is lost.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use tokio::time::sleep;

use super::{fresh, open};

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until so many hints were heard.
async fn until(heard: &AtomicUsize, count: usize) {
    let begun = Instant::now();
    while heard.load(SeqCst) < count {
        assert!(begun.elapsed() < PATIENCE, "{heard:?} of {count}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_hint_is_heard_by_others_also_after_the_connection_was_lost() {
    let one = fresh().await;
    let other = open(&one.database).await;
    let heard = AtomicUsize::new(0);
    let count = || {
        heard.fetch_add(1, SeqCst);
    };
    let told = async {
        // What was said before it listened is not known, so it is told once.
        until(&heard, 1).await;
        let begun = Instant::now();
        other.hint("one").await.unwrap();
        one.hint("other").await.unwrap();
        until(&heard, 2).await;
        assert!(begun.elapsed() < Duration::from_secs(5));

        let mut operator = PgConnection::connect(&one.database.url()).await.unwrap();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        operator.execute(cut).await.unwrap();
        // It connects again, and may have missed something.
        until(&heard, 3).await;
        one.hint("other").await.unwrap();
        until(&heard, 4).await;
        sleep(Duration::from_millis(50)).await;
        assert_eq!(heard.load(SeqCst), 4, "its own hints are none");
    };
    tokio::select! {
        () = other.hear_hints("one", &count) => {}
        () = told => {}
    }
}
