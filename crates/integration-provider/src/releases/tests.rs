//! What is stored when a release is asked for.

use super::*;
use crate::ports::Failure;
use crate::testing::{World, release, rocket, sha};

fn asked() -> OpenRelease {
    OpenRelease {
        version: "rocket@1.4.0".to_owned(),
        repository: rocket().full_name,
        commit: sha('4'),
        previous: None,
        projects: vec![],
    }
}

fn existing(world: &mut World, existing: Release) {
    world
        .releases
        .expect_open()
        .returning(move |_, _| Ok(Opened::Existing(Box::new(existing.clone()))));
}

#[tokio::test]
async fn a_release_is_stored_with_its_job_and_the_repositorys_projects() {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_open()
        .times(1)
        .returning(|release, job| {
            assert_eq!(release.projects, rocket().projects);
            assert_eq!(release.state, ReleaseState::Pending);
            assert_eq!(
                job.work,
                Work::PublishRelease {
                    release: release.id
                }
            );
            Ok(Opened::New)
        });
    let opened = world.integration().open_release(asked()).await.unwrap();
    assert!(opened.created);
    assert_eq!(opened.release.version, "rocket@1.4.0");
}

#[tokio::test]
async fn the_same_release_again_changes_nothing() {
    let mut world = World::following(rocket());
    existing(
        &mut world,
        Release {
            state: ReleaseState::Published,
            ..release()
        },
    );
    let opened = world.integration().open_release(asked()).await.unwrap();
    assert_eq!((opened.created, opened.release.id), (false, release().id));
}

#[tokio::test]
async fn a_failed_release_is_tried_again_perhaps_with_another_commit() {
    let mut world = World::following(rocket());
    let failure = Some(Failure {
        code: "unknown_commit".to_owned(),
        message: "x".to_owned(),
    });
    existing(
        &mut world,
        Release {
            state: ReleaseState::Failed,
            commit: sha('9'),
            failure,
            ..release()
        },
    );
    world
        .releases
        .expect_reopen()
        .times(1)
        .returning(|reopened, job| {
            assert_eq!(
                (reopened.id, reopened.commit.clone(), reopened.state),
                (release().id, sha('4'), ReleaseState::Pending)
            );
            assert_eq!(reopened.failure, None);
            assert_eq!(
                job.work,
                Work::PublishRelease {
                    release: release().id
                }
            );
            Ok(())
        });
    assert!(
        world
            .integration()
            .open_release(asked())
            .await
            .unwrap()
            .created
    );
}

#[tokio::test]
async fn a_version_can_not_be_released_with_another_commit() {
    let mut world = World::following(rocket());
    existing(
        &mut world,
        Release {
            commit: sha('9'),
            ..release()
        },
    );
    let error = world.integration().open_release(asked()).await.unwrap_err();
    assert!(
        matches!(&error, OpenReleaseError::Differs { commit, .. } if *commit == sha('9')),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_can_not_be_released_is_refused_with_its_reason() {
    let cases = [
        (
            OpenRelease {
                version: String::new(),
                ..asked()
            },
            "invalid_version",
            "the version is empty",
        ),
        (
            OpenRelease {
                version: " 1".to_owned(),
                ..asked()
            },
            "invalid_version",
            "the version begins or ends with white space",
        ),
        (
            OpenRelease {
                version: "1\n2".to_owned(),
                ..asked()
            },
            "invalid_version",
            "the version holds a control character",
        ),
        (
            OpenRelease {
                version: "v".repeat(201),
                ..asked()
            },
            "invalid_version",
            "the version is longer than 200 characters",
        ),
        (
            OpenRelease {
                commit: CommitSha::parse("abcdef1").unwrap(),
                ..asked()
            },
            "abbreviated_commit",
            "commit abcdef1 is shortened; give all 40 digits (`git rev-parse abcdef1`)",
        ),
        (
            OpenRelease {
                repository: "acme/missile".parse().unwrap(),
                ..asked()
            },
            "unknown_repository",
            "repository acme/missile is not followed; add it with `bitbucket-integration repository add acme/missile`",
        ),
    ];
    for (request, code, message) in cases {
        let error = World::following(rocket())
            .integration()
            .open_release(request)
            .await
            .unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }
}

#[tokio::test]
async fn a_release_needs_a_project() {
    let world = World::following(TrackedRepository {
        projects: vec![],
        ..rocket()
    });
    assert_eq!(
        world
            .integration()
            .open_release(asked())
            .await
            .unwrap_err()
            .code(),
        "no_project"
    );
}
