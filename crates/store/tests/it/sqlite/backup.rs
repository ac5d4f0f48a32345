//! A copy of the file while it is in use, and the way back.

use std::os::unix::fs::PermissionsExt as _;

use bitbucket_integration_provider::ports::Installations;
use bitbucket_store::{BackupError, SecretKey, back_up, restore};

use super::{file, fresh, key, open};
use crate::conformance::fixtures::{credential, installation};

#[tokio::test]
async fn a_copy_made_while_others_write_is_whole_and_comes_back() {
    let store = fresh().await;
    for n in 1..=20 {
        store
            .save(&installation(n), &credential("t"))
            .await
            .unwrap();
    }
    let copy = store.folder.path().join("copy.sqlite3");
    let database = file(store.folder.path());
    let writes = async {
        for n in 21..=60 {
            store
                .save(&installation(n), &credential("t"))
                .await
                .unwrap();
        }
    };
    let (made, ()) = tokio::join!(back_up(&database, &copy), writes);
    made.unwrap();
    let mode = std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    let in_use = restore(&copy, &database, key(), true).await.unwrap_err();
    assert!(matches!(in_use, BackupError::InUse { .. }), "{in_use:?}");
    assert_eq!(store.list().await.unwrap().len(), 60, "nothing is replaced");
    store.close().await;

    let unasked = restore(&copy, &database, key(), false).await.unwrap_err();
    assert!(matches!(unasked, BackupError::Exists { .. }), "{unasked:?}");
    restore(&copy, &database, key(), true).await.unwrap();
    let again = open(store.folder.path()).await;
    let found = again.list().await.unwrap();
    assert!((20..=60).contains(&found.len()), "{}", found.len());
    assert_eq!(found[..20], (1..=20).map(installation).collect::<Vec<_>>());
    again.close().await;
}

#[tokio::test]
async fn a_copy_that_is_damaged_or_of_another_key_replaces_nothing() {
    let store = fresh().await;
    store
        .save(&installation(1), &credential("t"))
        .await
        .unwrap();
    let (copy, database) = (
        store.folder.path().join("copy.sqlite3"),
        file(store.folder.path()),
    );
    back_up(&database, &copy).await.unwrap();
    let taken = back_up(&database, &copy).await.unwrap_err();
    assert!(matches!(taken, BackupError::Exists { .. }), "{taken:?}");
    store.close().await;

    let other = SecretKey::generate([8; 32]);
    let refused = restore(&copy, &database, other, true).await.unwrap_err();
    assert!(
        matches!(refused, BackupError::Unusable { .. }),
        "{refused:?}"
    );
    let mut bytes = std::fs::read(&copy).unwrap();
    let half = bytes.len() / 2;
    bytes[100..half].fill(0x5a);
    std::fs::write(&copy, &bytes).unwrap();
    let refused = restore(&copy, &database, key(), true).await.unwrap_err();
    assert!(
        matches!(refused, BackupError::Damaged { .. }),
        "{refused:?}"
    );
    let missing = store.folder.path().join("none");
    let refused = restore(&missing, &database, key(), true).await.unwrap_err();
    assert!(
        matches!(refused, BackupError::Missing { .. }),
        "{refused:?}"
    );

    let again = open(store.folder.path()).await;
    assert_eq!(again.list().await.unwrap(), [installation(1)]);
    let names: Vec<String> = std::fs::read_dir(store.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("restored"))
        .collect();
    assert_eq!(names, [""; 0], "leftovers");
}
