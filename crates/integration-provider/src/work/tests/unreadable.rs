//! One entry of a listing that can't be read costs that entry alone, and is said.

use bitbucket_http_client::CommitListing;
use serde_json::json;

use super::publish::{listing, publish, world};
use super::push::{branch, comment, process, wire_commit};
use crate::testing::{World, commit, failing, release, rocket, sha};
use crate::work::release_part::FIRST_RELEASE_COMMITS;

/// What a first release says when Bitbucket lists so many commits, one of which can't be read.
async fn warnings(readable: usize) -> (usize, Vec<String>) {
    let mut world = world(release());
    world.releases.expect_earlier().returning(|_, _| Ok(vec![]));
    world
        .bitbucket
        .expect_commits()
        .times(1)
        .returning(move |_, _| {
            let commits = "23456789abcdef01"
                .chars()
                .cycle()
                .take(readable)
                .map(|digit| (digit, "Fixes ROCKET-1A"));
            Ok(CommitListing {
                unreadable: vec![failing(500)],
                ..listing(&commits.collect::<Vec<_>>(), false)
            })
        });
    world
        .bitbucket
        .expect_changed_files()
        .returning(|_, _| Ok(vec![]));
    let (result, published, updated) = publish(world).await;
    result.unwrap();
    let mut warnings = updated.unwrap().warnings;
    // The tracker's own comes last.
    warnings.pop();
    (published.unwrap().commits.len(), warnings)
}

#[tokio::test]
async fn a_release_goes_on_without_a_commit_that_can_not_be_read() {
    let left_out = "1 commits that Bitbucket listed could not be read and are left out";
    assert_eq!(warnings(3).await, (3, vec![left_out.to_owned()]));
    // It was cut as well, which is said, too.
    let (commits, warnings) = warnings(FIRST_RELEASE_COMMITS - 1).await;
    assert_eq!(commits, FIRST_RELEASE_COMMITS - 1);
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings.iter().any(|one| one == left_out), "{warnings:?}");
    assert!(
        warnings
            .iter()
            .any(|one| one.contains("the newest 20 commits were taken")),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_push_goes_on_without_a_commit_that_can_not_be_read() {
    let mut world = World::following(rocket());
    world.bitbucket.expect_commits().times(1).returning(|_, _| {
        Ok(CommitListing {
            commits: vec![commit('8', "Fixes ROCKET-1A"), commit('6', "Tidy up")],
            complete: false,
            unreadable: vec![failing(500)],
        })
    });
    let changes = json!([{"old": branch("main", '1'), "new": branch("main", '8'), "truncated": true, "commits": [wire_commit('8', "Fixes ROCKET-1A")]}]);
    let (jobs, recorded) = process(world, &changes).await.unwrap();
    assert_eq!(jobs, [comment('8', "ROCKET-1A")]);
    assert_eq!(recorded, [sha('8').to_string(), sha('6').to_string()]);
}
