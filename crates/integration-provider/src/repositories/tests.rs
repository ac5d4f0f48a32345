//! What is kept, and what is created at Bitbucket, when a repository is followed.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use bitbucket_api_paths::RepoRef;
use bitbucket_http_client::Hook;

use super::*;
use crate::events::EventKey;
use crate::ports::RepositoryState;
use crate::testing::{World, failing, rocket, rocket_uuid, shown_repository};

fn request() -> AddRepository {
    AddRepository {
        repository: rocket().full_name,
        projects: rocket().projects,
        on_push: PushPolicy::Comment,
    }
}

fn subscribed() -> Vec<&'static str> {
    EventKey::SUBSCRIBED
        .iter()
        .map(|key| key.as_str())
        .collect()
}

fn hook_with(active: bool) -> Hook {
    let url = format!(
        "https://hooks.example.com/webhooks/bitbucket/{}",
        rocket().id
    );
    let shown = json!({"uuid": "{44444444-4444-4444-8444-444444444444}", "url": url, "active": active, "events": subscribed(), "description": "x"});
    serde_json::from_value(shown).unwrap()
}

fn hook() -> Hook {
    hook_with(true)
}

fn unfollowed() -> World {
    let mut world = World::connected();
    world
        .repositories
        .expect_by_uuid()
        .returning(|_, _| Ok(None));
    world
        .bitbucket
        .expect_repository()
        .returning(|_| Ok(shown_repository()));
    world.bitbucket.expect_hooks().returning(|_| Ok(vec![]));
    world
}

#[tokio::test]
async fn a_repository_is_kept_before_its_hook_exists_and_ready_after() {
    let mut world = unfollowed();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
    let row = std::sync::Arc::clone(&kept);
    world
        .repositories
        .expect_add()
        .times(1)
        .returning(move |repository, secret| {
            assert_eq!(
                (repository.state, repository.hook.clone()),
                (RepositoryState::Pending, None)
            );
            *row.lock().unwrap() = Some((repository.id, secret.expose_secret().to_owned()));
            Ok(())
        });
    world
        .bitbucket
        .expect_create_hook()
        .times(1)
        .returning(move |at, new| {
            let (id, secret) = kept.lock().unwrap().clone().unwrap();
            assert_eq!(*at, RepoRef::from(rocket_uuid()));
            assert_eq!(
                new.url,
                format!("https://hooks.example.com/webhooks/bitbucket/{id}")
            );
            assert_eq!(new.secret.expose_secret(), secret);
            assert_eq!(
                (secret.len(), new.events.join(" ").as_str()),
                (64, subscribed().join(" ").as_str())
            );
            Ok(hook())
        });
    world
        .repositories
        .expect_update()
        .times(1)
        .returning(|repository| {
            assert_eq!(
                (repository.state, repository.hook.clone()),
                (RepositoryState::Active, Some(hook().uuid))
            );
            Ok(())
        });
    let added = world.integration().add_repository(request()).await.unwrap();
    assert!(added.created);
    assert_eq!(added.repository.uuid, rocket_uuid());
}

#[tokio::test]
async fn a_refused_hook_leaves_nothing_behind() {
    let mut world = unfollowed();
    world
        .repositories
        .expect_add()
        .times(1)
        .returning(|_, _| Ok(()));
    world
        .bitbucket
        .expect_create_hook()
        .returning(|_, _| Err(failing(403)));
    world
        .repositories
        .expect_remove()
        .times(1)
        .returning(|_| Ok(()));
    let error = world
        .integration()
        .add_repository(request())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, AddRepositoryError::Hook { error, .. } if error.status() == Some(403)),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("needs the scope `webhook`"),
        "{error}"
    );
}

#[tokio::test]
async fn adding_again_keeps_the_hook_and_takes_the_new_projects() {
    let mut world = World::following(rocket());
    world
        .bitbucket
        .expect_repository()
        .returning(|_| Ok(shown_repository()));
    world
        .bitbucket
        .expect_hooks()
        .returning(|_| Ok(vec![hook()]));
    world
        .repositories
        .expect_update()
        .times(1)
        .returning(|_| Ok(()));
    let projects = vec![ProjectSlug::parse("launcher").unwrap()];
    let added = world
        .integration()
        .add_repository(AddRepository {
            projects: projects.clone(),
            ..request()
        })
        .await
        .unwrap();
    assert_eq!(
        (added.created, added.repository.projects),
        (false, projects)
    );
}

/// A followed repository whose hooks at Bitbucket are these.
fn followed_with(hooks: Vec<Hook>) -> World {
    let mut world = World::following(rocket());
    world
        .bitbucket
        .expect_repository()
        .returning(|_| Ok(shown_repository()));
    world
        .bitbucket
        .expect_hooks()
        .returning(move |_| Ok(hooks.clone()));
    world
        .repositories
        .expect_hook_secrets()
        .returning(|_| Ok(vec![SecretString::from("kept")]));
    world
        .repositories
        .expect_update()
        .times(1)
        .returning(|_| Ok(()));
    world
}

#[tokio::test]
async fn adding_again_brings_a_deleted_hook_back_with_the_same_secret() {
    let mut world = followed_with(vec![]);
    world
        .bitbucket
        .expect_create_hook()
        .times(1)
        .returning(|_, new| {
            assert_eq!(new.secret.expose_secret(), "kept");
            Ok(hook())
        });
    let again = world.integration().add_repository(request()).await;
    assert!(!again.unwrap().created);
}

#[tokio::test]
async fn a_hook_that_was_switched_off_is_mended_and_not_doubled() {
    let mut world = followed_with(vec![hook_with(false)]);
    world
        .bitbucket
        .expect_update_hook()
        .times(1)
        .returning(|_, uuid, update| {
            assert_eq!((uuid, update.active), (&hook().uuid, true));
            assert_eq!(update.secret.as_ref().unwrap().expose_secret(), "kept");
            Ok(hook())
        });
    let again = world.integration().add_repository(request()).await;
    assert!(!again.unwrap().created);
}

#[tokio::test]
async fn a_repository_of_a_workspace_that_nobody_connected_is_refused() {
    let mut world = World::default();
    world.installations.expect_list().returning(|| Ok(vec![]));
    let error = world
        .integration()
        .add_repository(request())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "workspace `acme` is not connected; connect it with `bitbucket-integration connect acme`"
    );
}

#[tokio::test]
async fn a_credential_that_must_not_read_pull_requests_gets_a_hook_without_them() {
    let mut world = unfollowed();
    world.repositories.expect_add().returning(|_, _| Ok(()));
    world.repositories.expect_update().returning(|_| Ok(()));
    let mut asked = mockall::Sequence::new();
    let (wide, narrow) = (subscribed().len(), 3);
    for (events, answer) in [(wide, Err(failing(403))), (narrow, Ok(hook()))] {
        world
            .bitbucket
            .expect_create_hook()
            .times(1)
            .in_sequence(&mut asked)
            .withf(move |_, new| new.events.len() == events)
            .return_once(move |_, _| answer);
    }
    let added = world.integration().add_repository(request()).await.unwrap();
    assert_eq!(added.repository.state, RepositoryState::Active);
}
