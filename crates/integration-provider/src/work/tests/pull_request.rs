//! What follows from pull requests.

use std::sync::{Arc, Mutex};

use bitbucket_api_paths::PullRequestId;
use bitbucket_commit_resolver::{Action, Grammar, Policy, ResolveWhen};
use bitbucket_http_client::{Commit, Listing};
use bytes::Bytes;
use serde_json::json;

use crate::ids::DeliveryId;
use crate::ports::{
    Delivery, DeliverySource, PullRequestStanding, PushPolicy, TrackedPullRequest,
    TrackedRepository, Work,
};
use crate::testing::{World, commit, installation, not_found, now, rocket, rocket_uuid, sha};
use crate::work::WorkError;

/// A pull request as Bitbucket tells of it.
struct Told {
    event: &'static str,
    state: &'static str,
    title: &'static str,
    merge: Option<char>,
    commits: Vec<Commit>,
}

fn opened(title: &'static str) -> Told {
    Told {
        event: "pullrequest:created",
        state: "OPEN",
        title,
        merge: None,
        commits: vec![commit('2', "Work")],
    }
}

fn merged(title: &'static str) -> Told {
    Told {
        event: "pullrequest:fulfilled",
        state: "MERGED",
        merge: Some('4'),
        ..opened(title)
    }
}

fn id() -> PullRequestId {
    PullRequestId::new(12).unwrap()
}

fn body(told: &Told) -> Bytes {
    let short = |digit: char| json!({"hash": digit.to_string().repeat(12)});
    let body = json!({
        "repository": {"uuid": rocket_uuid().as_str(), "full_name": "acme/rocket", "links": {"html": {"href": "https://bitbucket.org/acme/rocket"}}},
        "pullrequest": {
            "id": 12, "title": told.title, "description": "", "state": told.state, "updated_on": "2026-11-24T09:00:00Z",
            "author": {"display_name": "Ada"}, "source": {"branch": {"name": "fix"}, "commit": short('2')},
            "destination": {"branch": {"name": "main"}, "commit": short('1')}, "merge_commit": told.merge.map(short)
        }
    });
    Bytes::from(serde_json::to_vec(&body).unwrap())
}

/// Processes an event; gives the work that follows and what was remembered.
async fn process(
    mut world: World,
    told: Told,
    merge: Option<Commit>,
) -> Result<(Vec<Work>, Option<TrackedPullRequest>), WorkError> {
    let body = body(&told);
    world.deliveries.expect_find().returning(move |id| {
        Ok(Some(Delivery {
            id,
            installation: installation().id,
            repository: Some(rocket().id),
            source: DeliverySource::Hook,
            event_key: told.event.to_owned(),
            dedupe_key: "a".to_owned(),
            attempt: 1,
            body: body.clone(),
            received_at: now(),
        }))
    });
    let newest_first = told.commits.iter().rev().cloned().collect();
    let listing = Listing {
        values: newest_first,
        complete: true,
        ..Listing::default()
    };
    world
        .bitbucket
        .expect_pull_request_commits()
        .returning(move |_, _, _| Ok(listing.clone()));
    world
        .bitbucket
        .expect_commit()
        .returning(move |_, _| merge.clone().ok_or_else(not_found));
    let kept = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&kept);
    world
        .pull_requests
        .expect_record()
        .returning(move |tracked| {
            *seen.lock().unwrap() = Some(tracked.clone());
            Ok(true)
        });
    world
        .pull_requests
        .expect_comment()
        .returning(|_, _| Ok(None));
    world
        .commits
        .expect_record()
        .returning(|_, commits, _| Ok(commits.len()));
    let delivery: DeliveryId = "0190a5c2-0000-7000-8000-000000000009".parse().unwrap();
    let jobs = world.integration().process_delivery(delivery).await?;
    let kept = kept.lock().unwrap().clone();
    Ok((
        jobs.follow_ups.into_iter().map(|job| job.work).collect(),
        kept,
    ))
}

fn change(digit: char, short_id: &str) -> Work {
    Work::ChangeIssue {
        repository: rocket().id,
        commit: sha(digit),
        short_id: short_id.to_owned(),
        action: Action::Resolve,
    }
}

fn named(digit: char, short_id: &str) -> Work {
    Work::CommentOnIssue {
        repository: rocket().id,
        commit: sha(digit),
        short_id: short_id.to_owned(),
    }
}

fn resolving_on_main() -> World {
    let mut world = World::following(rocket());
    let when = ResolveWhen::OnBranches(vec!["main".to_owned()]);
    world.policy = Some(Policy::new(Grammar::sentry()).usually(when));
    world
}

fn merge_commit(message: &str) -> Commit {
    Commit {
        parents: vec![sha('1'), sha('2')],
        ..commit('4', message)
    }
}

#[tokio::test]
async fn an_open_pull_request_is_remembered_with_the_issues_that_it_resolves() {
    let told = Told {
        commits: vec![commit('2', "Fixes ROCKET-2B"), commit('3', "Work")],
        ..opened("Fixes ROCKET-1A")
    };
    let (jobs, kept) = process(World::following(rocket()), told, None)
        .await
        .unwrap();
    assert_eq!(jobs, []);
    let kept = kept.unwrap();
    assert_eq!(kept.issues, ["ROCKET-1A", "ROCKET-2B"]);
    assert_eq!(kept.messages, ["Fixes ROCKET-2B"]);
    assert_eq!((kept.id, kept.state), (id(), PullRequestStanding::Open));
    assert_eq!(kept.updated_at.to_string(), "2026-11-24T09:00:00Z");
    assert_eq!(kept.author.as_deref(), Some("Ada"));
}

#[tokio::test]
async fn a_comment_is_asked_for_where_it_is_switched_on_and_there_is_something_to_say() {
    for (title, expected) in [("Fixes ROCKET-1A", 1), ("Tidy up", 0)] {
        let mut world = World::following(rocket());
        world.comments_on_pull_requests = true;
        let (jobs, _) = process(world, opened(title), None).await.unwrap();
        assert_eq!(jobs.len(), expected, "{title}");
        let comment = Work::CommentOnPullRequest {
            repository: rocket().id,
            pull_request: id(),
            version: 1_795_510_800_000,
        };
        assert!(jobs.iter().all(|job| *job == comment), "{jobs:?}");
    }
}

#[tokio::test]
async fn a_merge_to_a_named_branch_resolves_what_the_title_names() {
    let merge = merge_commit("Merged in fix (pull request #12)");
    let told = merged("Fixes ROCKET-1A");
    let (jobs, kept) = process(resolving_on_main(), told, Some(merge))
        .await
        .unwrap();
    assert_eq!(jobs, [change('4', "ROCKET-1A")]);
    assert_eq!(kept.unwrap().merge_commit, Some(sha('4')));
}

#[tokio::test]
async fn what_the_merged_commits_say_is_left_to_their_push() {
    let told = Told {
        commits: vec![commit('2', "Fixes ROCKET-1A")],
        ..merged("Fixes ROCKET-1A, ROCKET-2B")
    };
    let merge = merge_commit("Merged in fix\n\nFixes ROCKET-3C");
    let (jobs, _) = process(resolving_on_main(), told, Some(merge))
        .await
        .unwrap();
    assert_eq!(jobs, [change('4', "ROCKET-2B")]);
}

#[tokio::test]
async fn squashed_commits_speak_through_their_pull_request() {
    let told = Told {
        commits: vec![commit('2', "Fixes ROCKET-1A")],
        ..merged("Work")
    };
    let squashed = commit('4', "Work (pull request #12)");
    let (jobs, _) = process(resolving_on_main(), told, Some(squashed))
        .await
        .unwrap();
    assert_eq!(jobs, [change('4', "ROCKET-1A")]);
}

#[tokio::test]
async fn a_fast_forward_adds_what_only_the_title_says() {
    let told = Told {
        merge: Some('2'),
        commits: vec![commit('2', "Fixes ROCKET-1A")],
        ..merged("Fixes ROCKET-1A and ROCKET-2B")
    };
    let head = commit('2', "Fixes ROCKET-1A");
    let (jobs, _) = process(resolving_on_main(), told, Some(head))
        .await
        .unwrap();
    assert_eq!(jobs, [change('2', "ROCKET-2B")]);
}

#[tokio::test]
async fn a_merge_that_waits_for_a_release_is_mentioned() {
    let merge = merge_commit("Merged");
    let world = World::following(rocket());
    let (jobs, _) = process(world, merged("Fixes ROCKET-1A"), Some(merge))
        .await
        .unwrap();
    assert_eq!(jobs, [named('4', "ROCKET-1A")]);
}

#[tokio::test]
async fn a_repository_that_only_records_tells_nothing_of_a_merge() {
    let quiet = TrackedRepository {
        on_push: PushPolicy::Record,
        ..rocket()
    };
    let merge = merge_commit("Merged");
    let (jobs, _) = process(
        World::following(quiet),
        merged("Fixes ROCKET-1A"),
        Some(merge),
    )
    .await
    .unwrap();
    assert_eq!(jobs, []);
}

#[tokio::test]
async fn a_merge_whose_commit_is_gone_is_remembered_and_resolves_nothing() {
    let (jobs, kept) = process(resolving_on_main(), merged("Fixes ROCKET-1A"), None)
        .await
        .unwrap();
    assert_eq!(jobs, []);
    let kept = kept.unwrap();
    assert_eq!(
        (kept.state, kept.merge_commit),
        (PullRequestStanding::Merged, None)
    );
}

#[tokio::test]
async fn a_declined_pull_request_resolves_nothing() {
    let told = Told {
        event: "pullrequest:rejected",
        state: "DECLINED",
        ..opened("Fixes ROCKET-1A")
    };
    let (jobs, kept) = process(resolving_on_main(), told, None).await.unwrap();
    assert_eq!(jobs, []);
    assert_eq!(kept.unwrap().state, PullRequestStanding::Declined);
}

#[tokio::test]
async fn an_event_that_comes_late_changes_nothing() {
    let mut world = resolving_on_main();
    world.pull_requests.expect_record().returning(|_| Ok(false));
    let merge = merge_commit("Merged");
    let (jobs, _) = process(world, merged("Fixes ROCKET-1A"), Some(merge))
        .await
        .unwrap();
    assert_eq!(jobs, []);
}
