//! What a push leads to.

use bitbucket_api_paths::{RepoRef, Revision};
use bitbucket_commit_resolver::{Action, Grammar, Policy, ResolveWhen};
use bitbucket_http_client::CommitListing;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::ids::DeliveryId;
use crate::ports::{
    Delivery, DeliverySource, IssueEffect, Opened, PushPolicy, Release, ReleaseState,
    TrackedRepository, Work,
};
use crate::releases::{TagRule, VersionTemplate};
use crate::testing::{
    World, commit, installation, not_found, now, release, rocket, rocket_uuid, sha,
};
use crate::work::WorkError;

fn delivery_id() -> DeliveryId {
    "0190a5c2-0000-7000-8000-000000000009".parse().unwrap()
}

pub(super) fn body(changes: &Value) -> Bytes {
    let repository = json!({"uuid": rocket_uuid().as_str(), "full_name": "acme/rocket", "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}}});
    Bytes::from(
        serde_json::to_vec(&json!({"repository": repository, "push": {"changes": changes}}))
            .unwrap(),
    )
}

pub(super) fn branch(name: &str, digit: char) -> Value {
    json!({"type": "branch", "name": name, "target": {"hash": sha(digit).as_str()}})
}

pub(super) fn wire_commit(digit: char, message: &str) -> Value {
    json!({"hash": sha(digit).as_str(), "message": message, "date": "2026-11-20T12:00:00+00:00", "author": {"raw": "Max Muster <max@example.com>"}})
}

fn delivered(world: &mut World, body: Bytes) {
    world.deliveries.expect_find().returning(move |id| {
        Ok(Some(Delivery {
            id,
            installation: installation().id,
            repository: Some(rocket().id),
            source: DeliverySource::Hook,
            event_key: "repo:push".to_owned(),
            dedupe_key: "a".to_owned(),
            attempt: 1,
            body: body.clone(),
            received_at: now(),
        }))
    });
}

/// Processes a push and gives back the jobs that follow and the commits that were recorded.
pub(super) async fn process(
    mut world: World,
    changes: &Value,
) -> Result<(Vec<Work>, Vec<String>), WorkError> {
    delivered(&mut world, body(changes));
    let outcome = world.integration().process_delivery(delivery_id()).await?;
    let learned = outcome.learned.into_iter();
    let commits = learned.flat_map(|learned| learned.commits);
    Ok((
        outcome.follow_ups.into_iter().map(|job| job.work).collect(),
        commits.map(|commit| commit.sha.to_string()).collect(),
    ))
}

pub(super) fn comment(digit: char, short_id: &str) -> Work {
    Work::CommentOnIssue {
        repository: rocket().id,
        commit: sha(digit),
        short_id: short_id.to_owned(),
    }
}

#[tokio::test]
async fn each_named_issue_gets_one_comment_job_for_each_commit() {
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '3'), "truncated": false, "commits": [
        wire_commit('3', "Fixes ROCKET-1A, ROCKET-2B\n\nFixes ROCKET-1A"), wire_commit('2', "Tidy up")]}]);
    let (jobs, recorded) = process(World::following(rocket()), &changes).await.unwrap();
    assert_eq!(jobs, [comment('3', "ROCKET-1A"), comment('3', "ROCKET-2B")]);
    assert_eq!(recorded, [sha('3').to_string(), sha('2').to_string()]);
}

#[tokio::test]
async fn what_can_be_no_issue_of_the_repositorys_projects_costs_no_job() {
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '3'), "commits": [
        wire_commit('3', "Fixes UTF-8 and ROCKET-1A\n\nSigned-off-by: Max")]}]);
    let (jobs, _) = process(World::following(rocket()), &changes).await.unwrap();
    assert_eq!(jobs, [comment('3', "ROCKET-1A")]);
    let open = TrackedRepository {
        projects: vec![],
        ..rocket()
    };
    let (jobs, _) = process(World::following(open), &changes).await.unwrap();
    assert_eq!(jobs.len(), 3);
}

#[tokio::test]
async fn a_repository_that_only_records_tells_the_tracker_nothing() {
    let quiet = TrackedRepository {
        on_push: PushPolicy::Record,
        ..rocket()
    };
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '3'), "commits": [wire_commit('3', "Fixes ROCKET-1A")]}]);
    let (jobs, recorded) = process(World::following(quiet), &changes).await.unwrap();
    assert_eq!((jobs, recorded.len()), (vec![], 1));
}

#[tokio::test]
async fn a_skipped_commit_is_recorded_and_names_nothing() {
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '3'), "commits": [wire_commit('3', "Fixes ROCKET-1A #skipsentry")]}]);
    let (jobs, recorded) = process(World::following(rocket()), &changes).await.unwrap();
    assert_eq!((jobs, recorded.len()), (vec![], 1));
}

#[tokio::test]
async fn deleted_branches_and_tags_bring_no_commits() {
    let tag = json!({"type": "tag", "name": "v1", "target": {"hash": sha('3').as_str()}});
    let changes = json!([{"old": branch("gone", '1'), "new": null, "closed": true}, {"old": null, "new": tag, "created": true, "commits": [wire_commit('3', "Fixes ROCKET-1A")]}]);
    let (jobs, recorded) = process(World::following(rocket()), &changes).await.unwrap();
    assert_eq!((jobs, recorded), (vec![], vec![]));
}

#[tokio::test]
async fn several_changes_of_one_push_all_count() {
    let changes = json!([
        {"old": branch("main", '1'), "new": branch("main", '2'), "commits": [wire_commit('2', "Fixes ROCKET-1A")]},
        {"old": null, "new": branch("next", '3'), "created": true, "commits": [wire_commit('3', "Closes ROCKET-2B")]}]);
    let (jobs, _) = process(World::following(rocket()), &changes).await.unwrap();
    assert_eq!(jobs, [comment('2', "ROCKET-1A"), comment('3', "ROCKET-2B")]);
}

#[tokio::test]
async fn a_truncated_push_is_completed_from_the_api() {
    let mut world = World::following(rocket());
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(|at, range| {
            assert_eq!(*at, RepoRef::from(rocket_uuid()));
            assert_eq!(range.include, [Revision::from(sha('8'))]);
            assert_eq!(range.exclude, [Revision::from(sha('1'))]);
            let commits = ('2'..='8')
                .rev()
                .map(|digit| commit(digit, "Fixes ROCKET-1A"))
                .collect();
            Ok(CommitListing {
                commits,
                complete: true,
                ..CommitListing::default()
            })
        });
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '8'), "truncated": true, "commits": [wire_commit('8', "Fixes ROCKET-1A")]}]);
    let (jobs, recorded) = process(world, &changes).await.unwrap();
    assert_eq!(recorded.len(), 7);
    assert_eq!(jobs.len(), 7);
}

#[tokio::test]
async fn a_new_long_branch_is_read_down_to_the_main_branch() {
    let mut world = World::following(rocket());
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(|_, range| {
            assert_eq!(range.exclude, [Revision::parse("main").unwrap()]);
            Ok(CommitListing {
                commits: vec![commit('8', "x")],
                complete: true,
                ..CommitListing::default()
            })
        });
    let changes = json!([{"old": null, "new": branch("feature/x", '8'), "created": true, "truncated": true, "commits": []}]);
    let (_, recorded) = process(world, &changes).await.unwrap();
    assert_eq!(recorded, [sha('8').to_string()]);
}

#[tokio::test]
async fn a_forced_push_whose_old_commit_is_forgotten_is_still_read() {
    let mut world = World::following(rocket());
    let mut calls = 0;
    world
        .bitbucket
        .expect_commits()
        .times(2)
        .returning(move |_, range| {
            calls += 1;
            if calls == 1 {
                return Err(not_found());
            }
            assert_eq!(range.exclude, []);
            Ok(CommitListing {
                commits: vec![commit('8', "x")],
                complete: true,
                ..CommitListing::default()
            })
        });
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '8'), "forced": true, "truncated": true}]);
    let (_, recorded) = process(world, &changes).await.unwrap();
    assert_eq!(recorded, [sha('8').to_string()]);
}

#[tokio::test]
async fn a_renamed_repository_is_followed_under_its_new_name() {
    let old_name = TrackedRepository {
        full_name: "acme/missile".parse().unwrap(),
        ..rocket()
    };
    let mut world = World::following(old_name);
    world
        .repositories
        .expect_update()
        .times(1)
        .returning(|updated| {
            assert_eq!(updated.full_name.to_string(), "acme/rocket");
            Ok(())
        });
    process(world, &json!([])).await.unwrap();
}

#[tokio::test]
async fn a_delivery_for_another_repository_than_its_hook_is_refused() {
    let mut other = rocket();
    other.uuid =
        bitbucket_api_paths::RepoUuid::parse("{33333333-3333-4333-8333-333333333333}").unwrap();
    let error = process(World::following(other), &json!([]))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("wrong_repository", false)
    );
}

fn change(digit: char, short_id: &str, action: Action) -> Work {
    Work::ChangeIssue {
        repository: rocket().id,
        commit: sha(digit),
        short_id: short_id.to_owned(),
        action,
    }
}

fn deciding(when: ResolveWhen) -> World {
    World {
        policy: Some(Policy::new(Grammar::sentry()).project("rocket", when)),
        ..World::following(rocket())
    }
}

#[tokio::test]
async fn the_policy_of_the_project_says_whether_a_push_resolves() {
    let changes = |name: &str| json!([{"old": branch(name, '1'), "new": branch(name, '3'), "commits": [wire_commit('3', "Fixes ROCKET-1A")]}]);
    let resolve = change('3', "ROCKET-1A", Action::Resolve);
    let (jobs, _) = process(deciding(ResolveWhen::AtOnce), &changes("feature/x"))
        .await
        .unwrap();
    assert_eq!(jobs, std::slice::from_ref(&resolve));
    let on_main = || ResolveWhen::OnBranches(vec!["main".to_owned()]);
    let (jobs, _) = process(deciding(on_main()), &changes("feature/x"))
        .await
        .unwrap();
    assert_eq!(jobs, [comment('3', "ROCKET-1A")]);
    let (jobs, _) = process(deciding(on_main()), &changes("main"))
        .await
        .unwrap();
    assert_eq!(jobs, [resolve]);
}

#[tokio::test]
async fn the_last_word_of_a_push_counts() {
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '3'), "commits": [
        wire_commit('3', "Reopens ROCKET-1A"), wire_commit('2', "Fixes ROCKET-1A")]}]);
    let world = World {
        policy: Some(Policy::new(Grammar::strict()).usually(ResolveWhen::AtOnce)),
        ..World::following(rocket())
    };
    let (jobs, _) = process(world, &changes).await.unwrap();
    assert_eq!(
        jobs,
        [
            comment('2', "ROCKET-1A"),
            change('3', "ROCKET-1A", Action::Reopen)
        ]
    );
}

#[tokio::test]
async fn what_was_done_before_is_not_done_again_and_a_revert_undoes_it() {
    let done = |action| IssueEffect {
        short_id: "ROCKET-1A".to_owned(),
        action,
        commit: sha('2'),
    };
    let again = json!([{"old": branch("main", '1'), "new": branch("main", '2'), "commits": [wire_commit('2', "Fixes ROCKET-1A")]}]);
    let world = World {
        known: vec![done(Action::Resolve)],
        ..deciding(ResolveWhen::AtOnce)
    };
    assert_eq!(process(world, &again).await.unwrap().0, []);
    let message = format!(
        "Revert \"Fixes ROCKET-1A\"\n\nThis reverts commit {}.",
        sha('2')
    );
    let revert = json!([{"old": branch("main", '2'), "new": branch("main", '3'), "commits": [wire_commit('3', &message)]}]);
    let mut world = deciding(ResolveWhen::AtOnce);
    world
        .effects
        .expect_around()
        .times(1)
        .returning(move |repository, commits| {
            assert_eq!(repository, rocket().id);
            assert_eq!(commits, [sha('2').to_string(), sha('3').to_string()]);
            Ok(vec![done(Action::Reference), done(Action::Resolve)])
        });
    let (jobs, _) = process(world, &revert).await.unwrap();
    assert_eq!(jobs, [change('3', "ROCKET-1A", Action::Reopen)]);
}

#[tokio::test]
async fn a_tag_that_is_a_release_opens_it_and_another_one_does_not() {
    let tag =
        |name: &str| json!({"type": "tag", "name": name, "target": {"hash": sha('3').as_str()}});
    let changes = json!([
        {"old": null, "new": tag("v1.4.0"), "created": true},
        {"old": null, "new": tag("nightly"), "created": true},
        {"old": tag("v1.3.0"), "new": null, "closed": true},
        {"old": null, "new": branch("v2", '3'), "created": true, "commits": []}
    ]);
    let mut world = World::following(rocket());
    world.tags.usual = TagRule {
        tags: vec!["v*".parse().unwrap()],
        version: VersionTemplate::default(),
    };
    world
        .releases
        .expect_open()
        .times(1)
        .returning(|release, job| {
            assert_eq!(release.version, "rocket@1.4.0");
            assert_eq!(
                (release.commit.clone(), release.previous.clone()),
                (sha('3'), None)
            );
            assert_eq!(
                job.work,
                Work::PublishRelease {
                    release: release.id
                }
            );
            Ok(Opened::New)
        });
    let (jobs, _) = process(world, &changes).await.unwrap();
    assert_eq!(jobs, []);
}

#[tokio::test]
async fn a_tag_that_moved_on_or_can_be_no_release_is_let_be() {
    let tag =
        |name: &str| json!({"type": "tag", "name": name, "target": {"hash": sha('3').as_str()}});
    let changes = json!([{"old": tag("v1"), "new": tag("v1")}]);
    let tags = || TagRule {
        tags: vec!["v*".parse().unwrap()],
        version: VersionTemplate::default(),
    };
    let mut world = World::following(rocket());
    world.tags.usual = tags();
    world.releases.expect_open().times(1).returning(|_, _| {
        let published = Release {
            state: ReleaseState::Published,
            ..release()
        };
        Ok(Opened::Existing(Box::new(published)))
    });
    assert_eq!(process(world, &changes).await.unwrap().0, []);
    let mut world = World::following(TrackedRepository {
        projects: vec![],
        ..rocket()
    });
    world.tags.usual = tags();
    assert_eq!(process(world, &changes).await.unwrap().0, []);
}
