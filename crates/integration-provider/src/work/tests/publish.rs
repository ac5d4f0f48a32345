//! Which commits and files a release gets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bitbucket_api_paths::{PullRequestId, Revision};
use bitbucket_commit_resolver::{Action, Grammar, Policy};
use bitbucket_http_client::{ChangeKind, CommitListing, FileChange};

use crate::ports::{
    Capabilities, Capability, Deploy, NewJob, PublishedRelease, PullRequestStanding, Release,
    ReleaseState, TrackedPullRequest, TrackedRepository, TrackerError, TrackerRelease, Work,
};
use crate::testing::{World, commit, failing, not_found, now, release, rocket, sha};
use crate::work::WorkError;

fn change(path: &str) -> FileChange {
    FileChange {
        path: path.to_owned(),
        kind: ChangeKind::Modified,
    }
}

/// A world in which the release exists, no changes are remembered, and whatever is recorded is accepted.
pub(super) fn world(release: Release) -> World {
    world_in(World::following(rocket()), release)
}

fn world_in(mut world: World, release: Release) -> World {
    world
        .releases
        .expect_find()
        .returning(move |_| Ok(Some(release.clone())));
    world
        .commits
        .expect_changes()
        .returning(|_, _| Ok(HashMap::new()));
    world
        .commits
        .expect_record()
        .returning(|_, commits, _| Ok(commits.len()));
    world
        .commits
        .expect_record_changes()
        .returning(|_, _, _| Ok(()));
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&Capability::ALL));
    world
}

#[derive(Clone, Default)]
struct Seen {
    published: Arc<Mutex<Option<TrackerRelease>>>,
    updated: Arc<Mutex<Option<Release>>>,
}

pub(super) async fn publish(
    mut world: World,
) -> (
    Result<Vec<NewJob>, WorkError>,
    Option<TrackerRelease>,
    Option<Release>,
) {
    let seen = Seen::default();
    let published = Arc::clone(&seen.published);
    world.tracker.expect_publish().returning(move |release| {
        *published.lock().unwrap() = Some(release.clone());
        Ok(PublishedRelease {
            created: true,
            warnings: vec!["a path was too long".to_owned()],
        })
    });
    let updated = Arc::clone(&seen.updated);
    world.releases.expect_update().returning(move |release| {
        *updated.lock().unwrap() = Some(release.clone());
        Ok(())
    });
    let result = world.integration().publish_release(release().id).await;
    let published = seen.published.lock().unwrap().clone();
    let updated = seen.updated.lock().unwrap().clone();
    (result, published, updated)
}

pub(super) fn listing(messages: &[(char, &str)], complete: bool) -> CommitListing {
    CommitListing {
        commits: messages
            .iter()
            .map(|(digit, message)| commit(*digit, message))
            .collect(),
        complete,
        ..CommitListing::default()
    }
}

#[tokio::test]
async fn the_commits_since_the_previous_release_go_out_with_their_files() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(|_, range| {
            assert_eq!(
                (range.include.clone(), range.exclude.clone()),
                (
                    vec![Revision::from(sha('4'))],
                    vec![Revision::from(sha('1'))]
                )
            );
            Ok(listing(
                &[
                    ('4', "Fixes ROCKET-1A"),
                    ('3', "Fixes ROCKET-1A and ROCKET-2B"),
                    ('2', "Fixes ROCKET-3C #skipsentry"),
                ],
                true,
            ))
        });
    world
        .bitbucket
        .expect_changed_files()
        .times(3)
        .returning(|_, sha| Ok(vec![change(&format!("src/{}.rs", &sha.as_str()[..1]))]));
    let (result, published, updated) = publish(world).await;
    let works: Vec<Work> = result.unwrap().into_iter().map(|job| job.work).collect();
    let resolve = |digit, id: &str| Work::ResolveIssue {
        release: release().id,
        commit: sha(digit),
        short_id: id.to_owned(),
    };
    assert_eq!(
        works,
        [resolve('4', "ROCKET-1A"), resolve('3', "ROCKET-2B")]
    );
    let published = published.unwrap();
    assert_eq!(
        (
            published.version.as_str(),
            published.commits[0].repository.as_str()
        ),
        ("rocket@1.4.0", "acme/rocket")
    );
    let files: Vec<_> = published
        .commits
        .iter()
        .map(|commit| commit.changes.clone().unwrap()[0].path.clone())
        .collect();
    assert_eq!(files, ["src/4.rs", "src/3.rs", "src/2.rs"]);
    let updated = updated.unwrap();
    assert_eq!(
        (updated.state, updated.commit_count),
        (ReleaseState::Published, Some(3))
    );
    assert_eq!(updated.issues, ["ROCKET-1A", "ROCKET-2B"]);
    assert_eq!(updated.warnings, ["a path was too long"]);
}

#[tokio::test]
async fn only_what_a_commit_asks_to_resolve_is_resolved() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world.policy = Some(Policy::new(Grammar::strict()));
    world.bitbucket.expect_commits().returning(|_, _| {
        Ok(listing(
            &[('4', "See ROCKET-2B, reopens ROCKET-3C. Fixes ROCKET-1A")],
            true,
        ))
    });
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    let (result, _, updated) = publish(world).await;
    let works: Vec<_> = result.unwrap().into_iter().map(|job| job.work).collect();
    let expected = [
        Work::ChangeIssue {
            repository: rocket().id,
            commit: sha('4'),
            short_id: "ROCKET-3C".to_owned(),
            action: Action::Reopen,
        },
        Work::ResolveIssue {
            release: release().id,
            commit: sha('4'),
            short_id: "ROCKET-1A".to_owned(),
        },
    ];
    assert_eq!(works, expected);
    assert_eq!(updated.unwrap().issues, ["ROCKET-1A"]);
}

#[tokio::test]
async fn without_a_given_start_the_release_begins_at_the_one_before_it() {
    let mut world = world(release());
    world.releases.expect_earlier().times(1).returning(|_, _| {
        Ok(vec![Release {
            commit: sha('2'),
            ..release()
        }])
    });
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(|_, range| {
            assert_eq!(range.exclude, [Revision::from(sha('2'))]);
            Ok(listing(&[], true))
        });
    let (result, _, updated) = publish(world).await;
    assert_eq!(result.unwrap(), []);
    assert_eq!(updated.unwrap().previous, Some(sha('2')));
}

#[tokio::test]
async fn a_release_at_the_commit_of_the_one_before_it_has_nothing_new() {
    let mut world = world(release());
    world.releases.expect_earlier().returning(|_, _| {
        Ok(vec![Release {
            version: "rocket@1.3.9".to_owned(),
            ..release()
        }])
    });
    world.bitbucket.expect_commits().never();
    let (result, published, updated) = publish(world).await;
    assert_eq!(result.unwrap(), []);
    assert_eq!(published.unwrap().commits, []);
    let updated = updated.unwrap();
    assert_eq!(
        (updated.state, updated.commit_count, updated.previous),
        (ReleaseState::Published, Some(0), Some(release().commit))
    );
    assert_eq!(
        updated.warnings[0],
        "the release before it has the same commit, so it holds no commits of its own"
    );
}

#[tokio::test]
async fn a_first_release_gets_the_newest_commits_and_says_so() {
    let mut world = world(release());
    world.releases.expect_earlier().returning(|_, _| Ok(vec![]));
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(|_, range| {
            assert_eq!((range.exclude.len(), range.limit), (0, 20));
            Ok(listing(&[('4', "x")], false))
        });
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    let (_, _, updated) = publish(world).await;
    assert_eq!(
        updated.unwrap().warnings[0],
        "there is no earlier release of this repository, so the newest 20 commits were taken"
    );
}

#[tokio::test]
async fn remembered_changes_are_not_asked_for_again() {
    let mut world = World::following(rocket());
    world.releases.expect_find().returning(|_| {
        Ok(Some(Release {
            previous: Some(sha('1')),
            ..release()
        }))
    });
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&Capability::ALL));
    world
        .commits
        .expect_changes()
        .returning(|_, _| Ok(HashMap::from([(sha('4'), vec![change("known.rs")])])));
    world
        .commits
        .expect_record()
        .returning(|_, commits, _| Ok(commits.len()));
    world
        .commits
        .expect_record_changes()
        .times(1)
        .returning(|_, fetched, _| {
            assert_eq!(*fetched, sha('3'));
            Ok(())
        });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[('4', "x"), ('3', "y")], true)));
    world
        .bitbucket
        .expect_changed_files()
        .times(1)
        .returning(|_, asked| {
            assert_eq!(*asked, sha('3'));
            Ok(vec![change("fetched.rs")])
        });
    let (_, published, _) = publish(world).await;
    let paths: Vec<_> = published
        .unwrap()
        .commits
        .into_iter()
        .flat_map(|commit| commit.changes.unwrap())
        .map(|change| change.path)
        .collect();
    assert_eq!(paths, ["known.rs", "fetched.rs"]);
}

#[tokio::test]
async fn a_commit_whose_diff_is_too_large_goes_without_files() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[('4', "x"), ('3', "y")], true)));
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, asked| {
            if *asked == sha('4') {
                Err(failing(555))
            } else {
                Ok(vec![change("a.rs")])
            }
        });
    let (result, published, updated) = publish(world).await;
    assert_eq!(result.unwrap(), []);
    assert_eq!(
        published
            .unwrap()
            .commits
            .iter()
            .map(|commit| commit.changes.is_some())
            .collect::<Vec<_>>(),
        [false, true]
    );
    assert!(
        updated
            .unwrap()
            .warnings
            .iter()
            .any(|warning| warning.starts_with(&format!(
                "commit {} goes without its changed files",
                sha('4')
            )))
    );
}

#[tokio::test]
async fn a_passing_failure_of_one_diff_delays_the_release() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[('4', "x")], true)));
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Err(failing(503)));
    let (result, published, updated) = publish(world).await;
    assert!(result.unwrap_err().is_retryable());
    assert_eq!((published, updated), (None, None));
}

#[tokio::test]
async fn the_commit_that_bitbucket_does_not_know_is_named() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world.bitbucket.expect_commits().returning(|_, range| {
        let asks_for_the_newest_alone =
            range.include == [Revision::from(sha('4'))] && range.exclude.is_empty();
        if asks_for_the_newest_alone {
            Ok(listing(&[('4', "x")], true))
        } else {
            Err(not_found())
        }
    });
    let (result, ..) = publish(world).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("unknown_commit", false)
    );
    assert_eq!(
        error.to_string(),
        format!(
            "commit {} is not in repository acme/rocket; push it first, or check the hash",
            sha('1')
        )
    );
}

#[tokio::test]
async fn a_tracker_that_is_down_delays_the_release_and_nothing_is_marked() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[], true)));
    world.tracker.expect_publish().times(1).returning(|_| {
        Err(TrackerError::Unavailable {
            reason: "503".to_owned(),
            retry_after: None,
        })
    });
    let error = world
        .integration()
        .publish_release(release().id)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("tracker_unavailable", true)
    );
}

#[tokio::test]
async fn what_other_repositories_bring_into_the_version_goes_along() {
    let other = Release {
        id: "0190a5c2-0000-7000-8000-000000000033".parse().unwrap(),
        repository: launchpad().id,
        projects: vec!["pad".parse().unwrap()],
        commit: sha('9'),
        previous: Some(sha('8')),
        ..release()
    };
    let own = Release {
        previous: Some(sha('1')),
        ..release()
    };
    let mut world = world_in(following_both(), own);
    world
        .releases
        .expect_siblings()
        .times(1)
        .returning(move |_| Ok(vec![other.clone()]));
    world.bitbucket.expect_commits().returning(|_, range| {
        let own = range.include == [Revision::from(sha('4'))];
        let commits = if own { ('4', "x") } else { ('9', "y") };
        Ok(listing(&[commits], true))
    });
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    let (_, published, updated) = publish(world).await;
    let published = published.unwrap();
    let sent: Vec<_> = published
        .commits
        .iter()
        .map(|commit| (commit.repository.as_str(), commit.sha.clone()))
        .collect();
    assert_eq!(
        sent,
        [("acme/rocket", sha('4')), ("acme/launchpad", sha('9'))]
    );
    let projects: Vec<String> = published.projects.iter().map(ToString::to_string).collect();
    assert_eq!(projects, ["rocket", "pad"]);
    assert_eq!(updated.unwrap().commit_count, Some(1));
}

#[tokio::test]
async fn a_repository_that_can_not_give_its_part_is_left_out_and_said() {
    let other = Release {
        repository: launchpad().id,
        commit: sha('9'),
        previous: Some(sha('8')),
        ..release()
    };
    let own = Release {
        previous: Some(sha('1')),
        ..release()
    };
    let mut world = world_in(following_both(), own);
    world
        .releases
        .expect_siblings()
        .returning(move |_| Ok(vec![other.clone()]));
    world.bitbucket.expect_commits().returning(|_, range| {
        if range.include == [Revision::from(sha('4'))] {
            Ok(listing(&[('4', "x")], true))
        } else {
            Err(not_found())
        }
    });
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    let (_, published, updated) = publish(world).await;
    assert_eq!(published.unwrap().commits.len(), 1);
    let warnings = updated.unwrap().warnings;
    assert!(
        warnings[0].contains("is not in repository acme/launchpad"),
        "{warnings:?}"
    );
}

fn following_both() -> World {
    let mut world = World::connected();
    world.repositories.expect_find().returning(|id| {
        let mut all = [rocket(), launchpad()].into_iter();
        Ok(all.find(|one| one.id == id))
    });
    world
}

fn launchpad() -> TrackedRepository {
    TrackedRepository {
        id: "0190a5c2-0000-7000-8000-000000000022".parse().unwrap(),
        full_name: "acme/launchpad".parse().unwrap(),
        ..rocket()
    }
}

#[tokio::test]
async fn a_deploy_that_was_asked_for_is_told_when_the_release_is_there() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[], true)));
    world.releases.expect_deploys().returning(|_| {
        let environment = "live".to_owned();
        Ok(vec![Deploy {
            environment,
            deployed_at: now(),
            number: 1,
        }])
    });
    let (result, _, _) = publish(world).await;
    let works: Vec<Work> = result.unwrap().into_iter().map(|job| job.work).collect();
    let told = Work::RecordDeploy {
        release: release().id,
        installation: release().installation,
        version: "rocket@1.4.0".to_owned(),
        environment: "live".to_owned(),
        number: None,
    };
    assert_eq!(works, [told]);
}

#[tokio::test]
async fn the_text_of_a_merged_pull_request_counts_in_the_release_of_its_merge() {
    let mut world = world(Release {
        previous: Some(sha('1')),
        ..release()
    });
    world
        .bitbucket
        .expect_commits()
        .returning(|_, _| Ok(listing(&[('4', "Merged in fix"), ('3', "Work")], true)));
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    world.pull_requests.expect_merged_by().returning(|_, _| {
        Ok(vec![TrackedPullRequest {
            repository: rocket().id,
            id: PullRequestId::new(12).unwrap(),
            title: "Fixes ROCKET-1A".to_owned(),
            description: String::new(),
            messages: vec!["Closes ROCKET-2B".to_owned()],
            issues: vec![],
            author: None,
            state: PullRequestStanding::Merged,
            source_branch: None,
            destination_branch: None,
            merge_commit: Some(sha('4')),
            web_url: None,
            updated_at: now(),
        }])
    });
    let (_, published, updated) = publish(world).await;
    assert_eq!(updated.unwrap().issues, ["ROCKET-1A", "ROCKET-2B"]);
    assert_eq!(published.unwrap().commits[0].message, "Merged in fix");
}
