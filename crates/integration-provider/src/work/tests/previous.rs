//! Which release is the one before.

use bitbucket_api_paths::{CommitSha, Revision};
use bitbucket_http_client::{Commit, CommitListing, MockBitbucketApi};

use crate::ports::Release;
use crate::testing::{World, commit, failing, not_found, release, rocket, sha};
use crate::work::WorkError;

fn child(digit: char, parents: &[char]) -> Commit {
    Commit {
        parents: parents.iter().copied().map(sha).collect(),
        ..commit(digit, "x")
    }
}

/// What is chosen for a release at `8`, given earlier releases, the last one first, and the history that Bitbucket shows without what the
/// first release holds.
async fn chosen(earlier: &[char], history: Vec<Commit>) -> Option<CommitSha> {
    let oldest = sha(earlier[earlier.len() - 1]);
    let mut world = World::following(rocket());
    let earlier = of(earlier);
    world
        .releases
        .expect_earlier()
        .returning(move |_, _| Ok(earlier.clone()));
    let mut client = MockBitbucketApi::new();
    client.expect_commits().returning(move |_, range| {
        assert_eq!(range.include, [Revision::from(sha('8'))]);
        assert_eq!(range.exclude, [Revision::from(oldest.clone())]);
        let commits = history.clone();
        Ok(CommitListing {
            commits,
            complete: true,
            ..CommitListing::default()
        })
    });
    choose(world, client).await.unwrap()
}

fn of(commits: &[char]) -> Vec<Release> {
    let at = |&digit: &char| Release {
        commit: sha(digit),
        ..release()
    };
    commits.iter().map(at).collect()
}

async fn choose(world: World, client: MockBitbucketApi) -> Result<Option<CommitSha>, WorkError> {
    let mut release = Release {
        commit: sha('8'),
        ..release()
    };
    let integration = world.integration();
    integration
        .choose_previous(&client, &rocket(), &mut release)
        .await?;
    Ok(release.previous)
}

#[tokio::test]
async fn on_one_line_the_last_release_is_the_one_before() {
    let history = vec![
        child('8', &['7']),
        child('7', &['5']),
        child('5', &['3']),
        child('3', &['1']),
    ];
    assert_eq!(chosen(&['5', '3', '1'], history).await, Some(sha('5')));
}

#[tokio::test]
async fn a_fix_of_an_older_line_begins_at_the_release_of_that_line() {
    // 8 stands on 3; 5 was released after 3, on another line.
    let history = vec![child('8', &['3']), child('3', &['1'])];
    assert_eq!(chosen(&['5', '3', '1'], history).await, Some(sha('3')));
}

#[tokio::test]
async fn of_two_lines_that_were_merged_the_one_that_leaves_less_counts() {
    // 2, a fix of 1, was released last and merged back; 5 holds more of what 8 holds.
    let history = vec![
        child('8', &['5', '2']),
        child('2', &['1']),
        child('5', &['4']),
        child('4', &['3']),
        child('3', &['1']),
    ];
    assert_eq!(chosen(&['2', '5', '1'], history).await, Some(sha('5')));
}

#[tokio::test]
async fn the_oldest_counts_when_it_is_the_only_ancestor_and_the_newest_when_none_is() {
    let on_oldest = vec![child('8', &['7']), child('7', &['1'])];
    assert_eq!(chosen(&['5', '1'], on_oldest).await, Some(sha('1')));
    let elsewhere = vec![child('8', &['6'])];
    assert_eq!(chosen(&['5', '1'], elsewhere).await, Some(sha('5')));
}

#[tokio::test]
async fn one_candidate_or_the_same_commit_needs_no_history() {
    for (earlier, expected) in [
        (vec![], None),
        (vec!['5'], Some('5')),
        (vec!['5', '8'], Some('8')),
    ] {
        let mut world = World::following(rocket());
        let earlier = of(&earlier);
        world
            .releases
            .expect_earlier()
            .returning(move |_, _| Ok(earlier.clone()));
        let previous = choose(world, MockBitbucketApi::new()).await.unwrap();
        assert_eq!(previous, expected.map(sha));
    }
}

#[tokio::test]
async fn a_release_whose_commit_is_forgotten_gives_way_to_the_next() {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_earlier()
        .returning(|_, _| Ok(of(&['5', '3', '1'])));
    let mut client = MockBitbucketApi::new();
    client.expect_commits().times(2).returning(|_, range| {
        if range.exclude == [Revision::from(sha('1'))] {
            return Err(not_found());
        }
        let commits = vec![child('8', &['5']), child('5', &['3'])];
        Ok(CommitListing {
            commits,
            complete: true,
            ..CommitListing::default()
        })
    });
    assert_eq!(choose(world, client).await.unwrap(), Some(sha('5')));
}

/// What is chosen for a release at `8` that goes to an environment, given what was deployed there, and which commits Bitbucket has.
async fn chosen_for_live(deployed: &'static [char], known: &'static [char]) -> Option<CommitSha> {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_earlier()
        .returning(|_, _| Ok(of(deployed)));
    let mut client = MockBitbucketApi::new();
    client.expect_commits().returning(|_, range| {
        let excluded = known.iter().map(|&digit| Revision::from(sha(digit)));
        if range
            .exclude
            .iter()
            .all(|one| excluded.clone().any(|own| own == *one))
        {
            return Ok(CommitListing::default());
        }
        Err(not_found())
    });
    let mut release = Release {
        commit: sha('8'),
        environment: Some("live".to_owned()),
        ..release()
    };
    let integration = world.integration();
    integration
        .choose_previous(&client, &rocket(), &mut release)
        .await
        .unwrap();
    release.previous
}

#[tokio::test]
async fn an_environment_goes_on_from_what_was_deployed_last() {
    // 5 was deployed, then 3 again: the next one brings what 5 had, too.
    assert_eq!(
        chosen_for_live(&['3', '5'], &['3', '5']).await,
        Some(sha('3'))
    );
    assert_eq!(
        chosen_for_live(&['8', '5'], &[]).await,
        Some(sha('8')),
        "it is there already"
    );
    // That 8 was there before does not count any more.
    assert_eq!(
        chosen_for_live(&['3', '8'], &['3', '8']).await,
        Some(sha('3'))
    );
    assert_eq!(
        chosen_for_live(&['3', '5'], &['5']).await,
        Some(sha('5')),
        "3 is forgotten"
    );
    assert_eq!(chosen_for_live(&['3', '5'], &[]).await, Some(sha('3')));
}

#[tokio::test]
async fn a_passing_failure_delays_the_choice() {
    let mut world = World::following(rocket());
    world
        .releases
        .expect_earlier()
        .returning(|_, _| Ok(of(&['5', '1'])));
    let mut client = MockBitbucketApi::new();
    client.expect_commits().returning(|_, _| Err(failing(503)));
    assert!(choose(world, client).await.unwrap_err().is_retryable());
}
