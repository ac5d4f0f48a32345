//! Followed repositories and the secrets of their hooks.

use bitbucket_api_paths::RepoFullName;
use bitbucket_integration_provider::ports::{PushPolicy, RepositoryState, TrackedRepository};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use secrecy::{ExposeSecret as _, SecretString};

use super::Ports;
use super::fixtures::{
    assert_conflict, assert_unreadable, at, commit, install, installation_id, project, repository,
    repository_id, sha,
};

async fn add(store: Ports<'_>, repository: &TrackedRepository) {
    store
        .repositories
        .add(repository, &SecretString::from("secret"))
        .await
        .unwrap();
}

async fn secrets(store: Ports<'_>, id: RepositoryId) -> Vec<String> {
    let secrets = store.repositories.hook_secrets(id).await.unwrap();
    secrets
        .iter()
        .map(|secret| secret.expose_secret().to_owned())
        .collect()
}

fn named(n: u128, installation: InstallationId, name: &str) -> TrackedRepository {
    TrackedRepository {
        full_name: RepoFullName::parse(name).unwrap(),
        ..repository(n, installation)
    }
}

pub(crate) async fn a_hook_has_its_secrets_and_whose_it_is(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let rocket = repository(1, installation);
    add(store, &rocket).await;
    let newer = SecretString::from("newer");
    let added = store.repositories.add_hook_secret(rocket.id, &newer);
    added.await.unwrap();

    let hook = store.repositories.hook(rocket.id).await.unwrap().unwrap();
    assert_eq!((hook.installation, hook.in_use), (installation, true));
    let secrets: Vec<_> = hook
        .secrets
        .iter()
        .map(secrecy::ExposeSecret::expose_secret)
        .collect();
    assert_eq!(secrets, ["newer", "secret"]);
    assert!(!format!("{hook:?}").contains("newer"));

    store
        .repositories
        .retire_hook_secrets(rocket.id, 0)
        .await
        .unwrap();
    store.installations.disconnect(installation).await.unwrap();
    let hook = store.repositories.hook(rocket.id).await.unwrap().unwrap();
    assert_eq!((hook.in_use, hook.secrets.len()), (false, 0));

    store.repositories.remove(rocket.id).await.unwrap();
    assert!(store.repositories.hook(rocket.id).await.unwrap().is_none());
}

pub(crate) async fn a_repository_is_found_by_id_uuid_and_name(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let rocket = named(1, installation, "acme/Rocket");
    add(store, &rocket).await;

    assert_eq!(
        store.repositories.find(rocket.id).await.unwrap(),
        Some(rocket.clone())
    );
    assert_eq!(
        store
            .repositories
            .by_uuid(installation, &rocket.uuid)
            .await
            .unwrap(),
        Some(rocket.clone())
    );
    let other_case = RepoFullName::parse("ACME/rocKET").unwrap();
    assert_eq!(
        store.repositories.by_full_name(&other_case).await.unwrap(),
        Some(rocket.clone())
    );
    assert_eq!(secrets(store, rocket.id).await, ["secret"]);

    assert_eq!(
        store.repositories.find(repository_id(2)).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .repositories
            .by_uuid(installation_id(2), &rocket.uuid)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .repositories
            .by_full_name(&RepoFullName::parse("acme/rocket2").unwrap())
            .await
            .unwrap(),
        None
    );
    assert!(secrets(store, repository_id(2)).await.is_empty());
}

pub(crate) async fn a_repository_with_little_known_comes_back(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let bare = TrackedRepository {
        web_url: None,
        main_branch: None,
        projects: vec![],
        on_push: PushPolicy::Comment,
        hook: None,
        state: RepositoryState::Pending,
        ..repository(1, installation)
    };
    add(store, &bare).await;
    assert_eq!(store.repositories.find(bare.id).await.unwrap(), Some(bare));
}

pub(crate) async fn the_same_uuid_in_one_installation_is_a_conflict(store: Ports<'_>) {
    let installation = install(store, 1).await;
    add(store, &repository(1, installation)).await;
    let second = TrackedRepository {
        uuid: repository(1, installation).uuid,
        ..repository(2, installation)
    };
    assert_conflict(
        store
            .repositories
            .add(&second, &SecretString::from("other"))
            .await,
    );
    assert_eq!(
        store.repositories.list(installation).await.unwrap(),
        [repository(1, installation)]
    );
    assert!(secrets(store, second.id).await.is_empty());
}

pub(crate) async fn another_installation_may_follow_the_same_repository(store: Ports<'_>) {
    let (first, second) = (install(store, 1).await, install(store, 2).await);
    let other = TrackedRepository {
        uuid: repository(1, first).uuid,
        ..repository(2, second)
    };
    add(store, &repository(1, first)).await;
    add(store, &other).await;
    assert_eq!(
        store
            .repositories
            .by_uuid(first, &other.uuid)
            .await
            .unwrap(),
        Some(repository(1, first))
    );
    assert_eq!(
        store
            .repositories
            .by_uuid(second, &other.uuid)
            .await
            .unwrap(),
        Some(other)
    );
}

pub(crate) async fn an_update_replaces_everything_but_the_secrets(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let other = install(store, 2).await;
    add(store, &repository(1, installation)).await;
    let moved = TrackedRepository {
        id: repository_id(1),
        web_url: None,
        main_branch: Some("trunk".into()),
        projects: vec![project("moon")],
        on_push: PushPolicy::Comment,
        state: RepositoryState::Pending,
        added_at: at(9),
        ..repository(5, other)
    };
    store.repositories.update(&moved).await.unwrap();
    assert_eq!(
        store.repositories.find(moved.id).await.unwrap(),
        Some(moved.clone())
    );
    assert_eq!(secrets(store, moved.id).await, ["secret"]);
    assert_eq!(
        store
            .repositories
            .by_full_name(&repository(1, installation).full_name)
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn an_update_of_an_unknown_repository_is_refused(store: Ports<'_>) {
    let installation = install(store, 1).await;
    assert_unreadable(
        store
            .repositories
            .update(&repository(1, installation))
            .await,
    );
    assert_eq!(
        store.repositories.find(repository_id(1)).await.unwrap(),
        None
    );
}

pub(crate) async fn removing_forgets_the_repository_and_its_secrets(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let rocket = repository(1, installation);
    add(store, &rocket).await;
    store
        .commits
        .record(rocket.id, &[commit(1)], at(3))
        .await
        .unwrap();
    let heads = [("main".to_owned(), Some(sha(1)))];
    for id in [rocket.id, repository_id(2)] {
        store.commits.set_heads(id, &heads).await.unwrap();
    }

    store.repositories.remove(rocket.id).await.unwrap();
    store.repositories.remove(rocket.id).await.unwrap();
    assert!(store.commits.heads(rocket.id).await.unwrap().is_empty());
    let others = store.commits.heads(repository_id(2)).await.unwrap();
    assert_eq!(others.len(), 1);
    assert_eq!(store.repositories.find(rocket.id).await.unwrap(), None);
    assert!(secrets(store, rocket.id).await.is_empty());
    assert_eq!(
        store.commits.find(rocket.id, &sha(1)).await.unwrap(),
        Some(commit(1))
    );

    store
        .repositories
        .add(&rocket, &SecretString::from("fresh"))
        .await
        .unwrap();
    assert_eq!(secrets(store, rocket.id).await, ["fresh"]);
}

pub(crate) async fn a_name_belongs_to_the_repository_added_last(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let newest = TrackedRepository {
        added_at: at(50),
        ..named(2, installation, "acme/rocket")
    };
    for repository in [
        &newest,
        &named(1, installation, "acme/rocket"),
        &named(3, installation, "Acme/Rocket"),
    ] {
        add(store, repository).await;
    }
    assert_eq!(
        store
            .repositories
            .by_full_name(&newest.full_name)
            .await
            .unwrap(),
        Some(newest)
    );
}

pub(crate) async fn repositories_are_listed_by_name(store: Ports<'_>) {
    let (first, second) = (install(store, 1).await, install(store, 2).await);
    let [moon, apollo, zulu] = [
        named(1, first, "acme/moon"),
        named(2, first, "acme/Apollo"),
        named(3, first, "acme/zulu"),
    ];
    for repository in [&moon, &apollo, &zulu, &named(4, second, "acme/beta")] {
        add(store, repository).await;
    }
    assert_eq!(
        store.repositories.list(first).await.unwrap(),
        [apollo, moon, zulu]
    );
}

pub(crate) async fn a_repository_without_installation_is_refused(store: Ports<'_>) {
    let orphan = repository(1, installation_id(1));
    assert_unreadable(
        store
            .repositories
            .add(&orphan, &SecretString::from("secret"))
            .await,
    );
    assert_eq!(store.repositories.find(orphan.id).await.unwrap(), None);
}

pub(crate) async fn secrets_are_added_and_retired(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let repository = repository(1, installation);
    let repositories = store.repositories;
    repositories
        .add(&repository, &SecretString::from("first"))
        .await
        .unwrap();
    for secret in ["second", "third"] {
        let secret = SecretString::from(secret);
        repositories
            .add_hook_secret(repository.id, &secret)
            .await
            .unwrap();
    }
    let kept = async || {
        let secrets = repositories.hook_secrets(repository.id).await.unwrap();
        let shown = secrets.iter().map(|one| one.expose_secret().to_owned());
        shown.collect::<Vec<_>>()
    };
    assert_eq!(kept().await, ["third", "second", "first"]);
    repositories
        .retire_hook_secrets(repository.id, 2)
        .await
        .unwrap();
    assert_eq!(kept().await, ["third", "second"]);
}
