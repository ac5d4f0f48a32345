//! What was done to issues because of commits.

use bitbucket_commit_resolver::Action;
use bitbucket_integration_provider::ports::IssueEffect;

use super::Ports;
use super::fixtures::{at, repository_id, sha};

fn effect(commit: u128, short_id: &str, action: Action) -> IssueEffect {
    IssueEffect {
        short_id: short_id.into(),
        action,
        commit: sha(commit),
    }
}

async fn record(store: Ports<'_>, repository: u128, effect: &IssueEffect, second: i64) {
    store
        .effects
        .record(repository_id(repository), effect, at(second))
        .await
        .unwrap();
}

async fn around(store: Ports<'_>, repository: u128, commits: &[String]) -> Vec<IssueEffect> {
    store
        .effects
        .around(repository_id(repository), commits)
        .await
        .unwrap()
}

pub(crate) async fn what_was_done_to_the_issues_of_a_commit_comes_back_in_order(store: Ports<'_>) {
    let resolved = effect(2, "ROCKET-1A", Action::Resolve);
    let reopened = effect(1, "ROCKET-1A", Action::Reopen);
    let won_t_fix = effect(1, "ROCKET-2B", Action::WontFix);
    for (second, done) in (0..).zip([&resolved, &reopened, &won_t_fix]) {
        record(store, 1, done, second).await;
    }
    record(store, 1, &effect(3, "ROCKET-3C", Action::Reference), 3).await;
    let both = [resolved.clone(), reopened.clone()];
    assert_eq!(around(store, 1, &[sha(2).to_string()]).await, both);
    assert_eq!(
        around(store, 1, &[sha(1).to_string(), sha(9).to_string()]).await,
        [resolved, reopened, won_t_fix]
    );
    assert_eq!(around(store, 1, &[sha(9).to_string()]).await, []);
    assert_eq!(around(store, 1, &[]).await, []);
}

pub(crate) async fn an_abbreviated_hash_means_the_commits_that_start_like_it(store: Ports<'_>) {
    let by = |start: &str, digit: &str, short_id| IssueEffect {
        commit: format!("{start}{}", digit.repeat(33)).parse().unwrap(),
        ..effect(1, short_id, Action::Resolve)
    };
    let (first, last) = (
        by("abcdef1", "0", "ROCKET-1A"),
        by("abcdef1", "f", "ROCKET-2B"),
    );
    let (before, behind) = (
        by("abcdef0", "f", "ROCKET-3C"),
        by("abcdef2", "0", "ROCKET-4D"),
    );
    for done in [&first, &last, &before, &behind] {
        record(store, 1, done, 0).await;
    }
    assert_eq!(around(store, 1, &["abcdef1".into()]).await, [first, last]);
}

pub(crate) async fn the_same_done_again_is_remembered_once(store: Ports<'_>) {
    let done = effect(1, "ROCKET-1A", Action::Resolve);
    record(store, 1, &done, 0).await;
    record(store, 1, &done, 5).await;
    assert_eq!(around(store, 1, &[sha(1).to_string()]).await, [done]);
}

pub(crate) async fn what_was_done_belongs_to_its_repository(store: Ports<'_>) {
    let done = effect(1, "ROCKET-1A", Action::Resolve);
    record(store, 1, &done, 0).await;
    assert_eq!(around(store, 2, &[sha(1).to_string()]).await, []);
}
