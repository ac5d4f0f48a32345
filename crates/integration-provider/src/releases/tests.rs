//! What is stored when a release is asked for.

use super::*;
use crate::ports::{Deploy, Failure, NewDeploy};
use crate::testing::{World, now, release, rocket, sha};

fn asked() -> OpenRelease {
    OpenRelease {
        version: "rocket@1.4.0".to_owned(),
        repository: rocket().full_name,
        commit: sha('4'),
        previous: None,
        projects: vec![],
        environment: None,
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
            "commit abcdef1 of acme/rocket is shortened; give all 40 digits (`git rev-parse abcdef1`)",
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
    let environments = [
        ("", "the environment is empty"),
        (
            "none",
            "the environment is `none`, which means no environment",
        ),
        ("eu/live", "the environment holds a `/`"),
        (" live", "the environment begins or ends with white space"),
    ];
    let environments = environments.map(|(environment, message)| {
        let request = OpenRelease {
            environment: Some(environment.to_owned()),
            ..asked()
        };
        (request, "invalid_environment", message)
    });
    for (request, code, message) in cases.into_iter().chain(environments) {
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

/// A second followed repository.
fn launchpad() -> TrackedRepository {
    TrackedRepository {
        id: "0190a5c2-0000-7000-8000-000000000022".parse().unwrap(),
        full_name: "acme/launchpad".parse().unwrap(),
        ..rocket()
    }
}

fn following_both(other: TrackedRepository) -> World {
    let mut world = World::connected();
    world
        .repositories
        .expect_by_full_name()
        .returning(move |name| {
            let all = [rocket(), other.clone()];
            Ok(all.into_iter().find(|one| one.full_name == *name))
        });
    world
}

fn both() -> Vec<OpenRelease> {
    let other = OpenRelease {
        repository: launchpad().full_name,
        commit: sha('5'),
        ..asked()
    };
    vec![asked(), other]
}

#[tokio::test]
async fn a_release_of_several_repositories_is_opened_in_each() {
    let mut world = following_both(launchpad());
    world
        .releases
        .expect_by_version()
        .returning(|_, _| Ok(None));
    world
        .releases
        .expect_open()
        .times(2)
        .returning(|_, _| Ok(Opened::New));
    let opened = world.integration().open_releases(both()).await.unwrap();
    let refs: Vec<_> = opened
        .iter()
        .map(|opened| (opened.release.repository, opened.release.commit.clone()))
        .collect();
    assert_eq!(refs, [(rocket().id, sha('4')), (launchpad().id, sha('5'))]);
}

#[tokio::test]
async fn nothing_is_opened_when_one_of_several_repositories_is_wrong() {
    let unknown = OpenRelease {
        repository: "acme/missile".parse().unwrap(),
        ..asked()
    };
    let short = OpenRelease {
        commit: CommitSha::parse("abcdef1").unwrap(),
        repository: launchpad().full_name,
        ..asked()
    };
    for (second, code, part) in [
        (unknown, "unknown_repository", "acme/missile"),
        (
            short,
            "abbreviated_commit",
            "of acme/launchpad is shortened",
        ),
        (asked(), "repository_twice", "acme/rocket"),
    ] {
        let mut world = following_both(launchpad());
        world
            .releases
            .expect_by_version()
            .returning(|_, _| Ok(None));
        let refused = world
            .integration()
            .open_releases(vec![asked(), second])
            .await;
        let error = refused.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(part), "{error}");
    }
    let mut world = following_both(TrackedRepository {
        installation: "0190a5c2-0000-7000-8000-000000000011".parse().unwrap(),
        ..launchpad()
    });
    world
        .releases
        .expect_by_version()
        .returning(|_, _| Ok(None));
    let refused = world.integration().open_releases(both()).await;
    assert_eq!(refused.unwrap_err().code(), "other_installation");
}

#[tokio::test]
async fn a_version_that_one_repository_has_with_another_commit_opens_nothing() {
    let mut world = following_both(launchpad());
    world
        .releases
        .expect_by_version()
        .returning(|repository, _| {
            let taken = Release {
                commit: sha('9'),
                ..release()
            };
            Ok((repository == launchpad().id).then_some(taken))
        });
    let refused = world.integration().open_releases(both()).await;
    assert_eq!(refused.unwrap_err().code(), "release_differs");
}

fn remembered(new: &NewDeploy) -> Deploy {
    Deploy {
        environment: new.environment.clone(),
        deployed_at: new.deployed_at,
        number: 1,
    }
}

#[tokio::test]
async fn a_rollback_is_told_as_a_deploy_of_its_own_and_a_key_must_be_one() {
    let mut world = World::following(rocket());
    world.releases.expect_find().returning(|_| {
        Ok(Some(Release {
            state: ReleaseState::Published,
            ..release()
        }))
    });
    let again = |new: &NewDeploy| Deploy {
        number: 2,
        ..remembered(new)
    };
    let expected = NewDeploy {
        environment: "live".to_owned(),
        deployed_at: now(),
        key: Some("run-7".to_owned()),
    };
    let known = vec![remembered(&expected), again(&expected)];
    world
        .releases
        .expect_deploys()
        .returning(move |_| Ok(known.clone()));
    world
        .releases
        .expect_record_deploy()
        .times(1)
        .returning(move |_, new| {
            assert_eq!(*new, expected);
            Ok(again(new))
        });
    world.jobs.expect_enqueue().times(1).returning(|jobs| {
        let (version, id) = ("rocket@1.4.0", release().installation);
        let keys: Vec<String> = jobs.iter().map(|job| job.work.key()).collect();
        let first = format!("record_deploy:{id}:live:{version}");
        let second = format!("record_deploy:2:{id}:live:{version}");
        assert_eq!(keys, [first, second]);
        Ok(2)
    });
    let integration = world.integration();
    let id = release().id;
    let deployed = integration.deploy_release(id, "live", Some("run-7")).await;
    assert_eq!(deployed.unwrap().number, 2);
    for key in ["", "a b", "\u{e4}", &"k".repeat(129)] {
        let refused = integration.deploy_release(id, "live", Some(key)).await;
        assert_eq!(refused.unwrap_err().code(), "invalid_field", "{key}");
    }
}

#[tokio::test]
async fn a_deploy_of_a_published_release_is_remembered_and_told() {
    let mut world = World::following(rocket());
    world.releases.expect_find().returning(|_| {
        Ok(Some(Release {
            state: ReleaseState::Published,
            ..release()
        }))
    });
    world
        .releases
        .expect_record_deploy()
        .times(1)
        .returning(|_, new| Ok(remembered(new)));
    world.releases.expect_deploys().returning(|_| {
        let environment = "live".to_owned();
        Ok(vec![Deploy {
            environment,
            deployed_at: now(),
            number: 1,
        }])
    });
    world.jobs.expect_enqueue().times(1).returning(|jobs| {
        let told = Work::RecordDeploy {
            release: release().id,
            installation: release().installation,
            version: "rocket@1.4.0".to_owned(),
            environment: "live".to_owned(),
            number: None,
        };
        assert_eq!(
            jobs.iter().map(|job| &job.work).collect::<Vec<_>>(),
            [&told]
        );
        Ok(1)
    });
    let deployed = world
        .integration()
        .deploy_release(release().id, "live", None)
        .await;
    assert_eq!(deployed.unwrap().environment, "live");
}

#[tokio::test]
async fn a_deploy_of_a_release_that_is_on_its_way_waits_for_it() {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_find()
        .returning(|_| Ok(Some(release())));
    world
        .releases
        .expect_record_deploy()
        .times(1)
        .returning(|_, new| Ok(remembered(new)));
    let deployed = world
        .integration()
        .deploy_release(release().id, "live", None)
        .await;
    assert_eq!(deployed.unwrap().deployed_at, now());
    let mut world = World::following(rocket());
    world.releases.expect_find().returning(|_| Ok(None));
    let unknown = world
        .integration()
        .deploy_release(release().id, "live", None)
        .await;
    assert_eq!(unknown.unwrap_err().code(), "not_found");
}

#[test]
fn a_deploy_job_that_an_earlier_program_stored_is_about_the_first_deploy() {
    let (release, installation) = (release().id, release().installation);
    let stored = format!(
        r#"{{"work":"record_deploy","release":"{release}","installation":"{installation}","version":"rocket@1","environment":"live"}}"#
    );
    let work: Work = serde_json::from_str(&stored).unwrap();
    assert!(matches!(work, Work::RecordDeploy { number: None, .. }));
    assert_eq!(
        work.key(),
        format!("record_deploy:{installation}:live:rocket@1")
    );
}
