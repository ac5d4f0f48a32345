//! Gaps between what was told and where branches stand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bitbucket_api_paths::{CommitSha, Revision};
use bitbucket_http_client::{CommitListing, Listing, MockBitbucketApi, Reference};
use serde_json::json;

use crate::ports::Work;
use crate::testing::{World, commit, failing, installation, not_found, rocket, sha};
use crate::work::WorkError;

/// What is remembered of branches, and what follows.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    moved: Vec<(String, Option<CommitSha>)>,
    works: Vec<Work>,
}

fn branches(heads: &[(&str, char)]) -> Listing<Reference> {
    let shown = |(name, digit): &(&str, char)| {
        let shown =
            json!({"type": "branch", "name": name, "target": {"hash": sha(*digit).as_str()}});
        serde_json::from_value(shown).unwrap()
    };
    Listing {
        values: heads.iter().map(shown).collect(),
        complete: true,
        ..Listing::default()
    }
}

fn known(heads: &[(&str, char)]) -> BTreeMap<String, CommitSha> {
    let one = |(name, digit): &(&str, char)| ((*name).to_owned(), sha(*digit));
    heads.iter().map(one).collect()
}

async fn reconcile(
    client: MockBitbucketApi,
    heads: BTreeMap<String, CommitSha>,
) -> Result<Outcome, WorkError> {
    let mut world = World::following(rocket());
    world
        .commits
        .expect_heads()
        .returning(move |_| Ok(heads.clone()));
    world
        .commits
        .expect_record()
        .returning(|_, commits, _| Ok(commits.len()));
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let (moved, stored) = (Arc::clone(&outcome), Arc::clone(&outcome));
    world.commits.expect_set_heads().returning(move |_, heads| {
        moved.lock().unwrap().moved.extend(heads.iter().cloned());
        Ok(())
    });
    world.jobs.expect_enqueue().returning(move |jobs| {
        let works = jobs.iter().map(|job| job.work.clone());
        stored.lock().unwrap().works.extend(works);
        Ok(jobs.len())
    });
    // What a truncated push is completed with comes from the same Bitbucket.
    world.bitbucket.expect_commits().returning(|_, range| {
        assert_eq!(range.include, [Revision::from(sha('7'))]);
        let commits = vec![commit('7', "Fixes ROCKET-1A")];
        let old = range.exclude == [Revision::from(sha('5'))];
        let new = range.exclude == [Revision::parse("main").unwrap()];
        assert!(old || new, "{range:?}");
        Ok(CommitListing {
            commits,
            complete: true,
            ..CommitListing::default()
        })
    });
    let integration = world.integration();
    integration
        .reconcile(&client, &installation(), &rocket())
        .await?;
    let mut outcome = outcome.lock().unwrap();
    Ok(std::mem::take(&mut *outcome))
}

fn showing(heads: &[(&str, char)]) -> MockBitbucketApi {
    let listing = branches(heads);
    let mut client = MockBitbucketApi::new();
    client
        .expect_branches()
        .returning(move |_, _| Ok(listing.clone()));
    client
}

fn moved(heads: &[(&str, Option<char>)]) -> Vec<(String, Option<CommitSha>)> {
    let one = |(name, digit): &(&str, Option<char>)| ((*name).to_owned(), digit.map(sha));
    heads.iter().map(one).collect()
}

#[tokio::test]
async fn the_first_time_the_branches_are_only_remembered() {
    let outcome = reconcile(showing(&[("main", '7'), ("next", '6')]), known(&[]))
        .await
        .unwrap();
    let expected = moved(&[("main", Some('7')), ("next", Some('6')), ("", Some('7'))]);
    assert_eq!(
        outcome,
        Outcome {
            moved: expected,
            works: vec![]
        }
    );
    let empty = reconcile(showing(&[]), known(&[])).await.unwrap();
    assert_eq!(empty, Outcome::default());
}

#[tokio::test]
async fn what_no_delivery_told_is_taken_in_like_a_push() {
    let named = Work::CommentOnIssue {
        repository: rocket().id,
        commit: sha('7'),
        short_id: "ROCKET-1A".to_owned(),
    };
    let outcome = reconcile(
        showing(&[("main", '7'), ("same", '3')]),
        known(&[("", '1'), ("main", '5'), ("same", '3'), ("gone", '2')]),
    )
    .await
    .unwrap();
    let expected = moved(&[("main", Some('7')), ("gone", None)]);
    assert_eq!(
        outcome,
        Outcome {
            moved: expected,
            works: vec![named.clone()]
        }
    );
    let new_branch = reconcile(
        showing(&[("main", '5'), ("next", '7')]),
        known(&[("", '1'), ("main", '5')]),
    )
    .await
    .unwrap();
    let expected = moved(&[("next", Some('7'))]);
    assert_eq!(
        new_branch,
        Outcome {
            moved: expected,
            works: vec![named]
        }
    );
}

#[tokio::test]
async fn branches_that_may_not_be_seen_are_let_be_and_a_passing_failure_delays() {
    for error in [failing(403), not_found()] {
        let mut client = MockBitbucketApi::new();
        client.expect_branches().return_once(move |_, _| Err(error));
        assert_eq!(
            reconcile(client, known(&[])).await.unwrap(),
            Outcome::default()
        );
    }
    let mut client = MockBitbucketApi::new();
    client.expect_branches().returning(|_, _| Err(failing(503)));
    let error = reconcile(client, known(&[])).await.unwrap_err();
    assert!(error.is_retryable());
}
