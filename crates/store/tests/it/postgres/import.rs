//! From the SQLite file into a PostgreSQL database.

use std::time::Duration;

use bitbucket_commit_resolver::Action;
use bitbucket_integration_provider::ports::{
    self, Acceptance, ApiKeyDigest, ApiKeyRecord, ApiScope, IssueEffect, Page, ReferencesOf,
    StoredCredential,
};
use bitbucket_store::{ImportError, Store};
use secrecy::{ExposeSecret as _, SecretString};

use super::{fresh, key};
use crate::conformance::Ports;
use crate::conformance::fixtures::{
    api_key_id, at, commit, credential, delivery, install, installation, installation_id, process,
    publish, release, repository, repository_id, sha,
};

const LEASE: Duration = Duration::from_secs(60);

const DIGEST: ApiKeyDigest = ApiKeyDigest([3; 32]);

async fn filled() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.sqlite3");
    let store = Store::open_sqlite(&file, key()).await.unwrap();
    let to = Ports::of(&store);
    for n in 1..=3 {
        let followed = repository(n, install(to, n).await);
        let secret = SecretString::from("hook-secret");
        to.repositories.add(&followed, &secret).await.unwrap();
    }
    for n in 1..=450 {
        let (one, job) = (delivery(n), process(n));
        to.deliveries.accept(&one, &job).await.unwrap();
    }
    let mut claimed = to.jobs.claim(at(10), LEASE, 1).await.unwrap();
    let lease = claimed.remove(0).lease;
    to.jobs.complete(lease, at(11), &[]).await.unwrap();
    let commits = [commit(1), commit(2)];
    let first = repository_id(1);
    to.commits.record(first, &commits, at(3)).await.unwrap();
    let effect = IssueEffect {
        short_id: "ROCKET-1".to_owned(),
        action: Action::Resolve,
        commit: sha(1),
    };
    to.effects.record(first, &effect, at(4)).await.unwrap();
    to.releases.open(&release(1), &publish(1)).await.unwrap();
    let record = ApiKeyRecord {
        id: api_key_id(1),
        name: "pipelines".to_owned(),
        scope: ApiScope::Write,
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
    };
    to.api_keys.add(&record, &DIGEST).await.unwrap();
    (store, folder)
}

#[tokio::test]
async fn growing_up_loses_nothing() {
    let (small, _folder) = filled().await;
    let big = fresh().await;
    let copied = big.import(&small).await.unwrap();
    assert_eq!((copied["deliveries"], copied["jobs"]), (450, 451));
    assert_eq!(copied["installations"], 3);

    let (old, new): (&dyn ports::Listings, &dyn ports::Listings) = (&small, &*big);
    let to = Ports::of(&*big);
    let page = Page::first(1000);
    assert_eq!(
        new.deliveries(page).await.unwrap(),
        old.deliveries(page).await.unwrap()
    );
    assert_eq!(
        new.jobs(None, page).await.unwrap(),
        old.jobs(None, page).await.unwrap()
    );
    assert_eq!(
        new.releases(page).await.unwrap(),
        old.releases(page).await.unwrap()
    );
    let first = repository_id(1);
    assert_eq!(
        new.commits(first, page).await.unwrap(),
        old.commits(first, page).await.unwrap()
    );
    assert_eq!(
        new.references(ReferencesOf::default(), page).await.unwrap(),
        old.references(ReferencesOf::default(), page).await.unwrap()
    );
    let seventh = to.deliveries.find(delivery(7).id).await.unwrap();
    assert_eq!(seventh, Some(delivery(7)));
    let found = to
        .installations
        .credential(installation_id(2))
        .await
        .unwrap();
    let Some(StoredCredential::AccessToken { token }) = found else {
        panic!("no token")
    };
    assert_eq!(token.expose_secret(), "token");
    let secrets = to
        .repositories
        .hook_secrets(repository_id(3))
        .await
        .unwrap();
    assert_eq!(secrets[0].expose_secret(), "hook-secret");
    let known = to.api_keys.by_digest(&DIGEST).await.unwrap();
    assert_eq!(known.unwrap().id, api_key_id(1));

    // It goes on where it was: new rows come after the old ones, and what was accepted is a duplicate.
    let again = to
        .deliveries
        .accept(&delivery(3), &process(3))
        .await
        .unwrap();
    assert_eq!(again, Acceptance::Duplicate);
    to.deliveries
        .accept(&delivery(451), &process(451))
        .await
        .unwrap();
    let newest = new.deliveries(Page::first(1)).await.unwrap();
    assert_eq!(newest.entries[0].id, delivery(451).id);
    let claimed = to.jobs.claim(at(20), LEASE, 1000).await.unwrap();
    assert_eq!(
        claimed.len(),
        451,
        "all but the one that is done, with the release and the new one"
    );
}

#[tokio::test]
async fn a_database_with_rows_is_left_as_it_is() {
    let (small, _folder) = filled().await;
    let big = fresh().await;
    let kept = Ports::of(&*big).installations;
    kept.save(&installation(9), &credential("kept"))
        .await
        .unwrap();
    let refused = big.import(&small).await.unwrap_err();
    assert!(
        matches!(&refused, ImportError::NotEmpty { table } if table == "installations"),
        "{refused:?}"
    );
    assert_eq!(kept.list().await.unwrap(), [installation(9)]);
    let backwards = small.import(&big).await.unwrap_err();
    assert!(matches!(backwards, ImportError::Engines), "{backwards:?}");
}
