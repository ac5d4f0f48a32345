//! Commits and their changed files.

use std::collections::HashMap;

use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::{ChangeKind, FileChange};
use bitbucket_integration_provider::ports::LoggedCommit;

use super::Ports;
use super::fixtures::{at, commit, repository_id, sha};

fn change(path: &str, kind: ChangeKind) -> FileChange {
    FileChange {
        path: path.into(),
        kind,
    }
}

pub(crate) async fn a_commit_comes_back_whole(store: Ports<'_>) {
    let bare = LoggedCommit {
        message: String::new(),
        author_name: None,
        author_email: None,
        author_account_id: None,
        branch: None,
        ..commit(2)
    };
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &[commit(1), bare.clone()], at(0))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        store.commits.find(repository_id(1), &sha(1)).await.unwrap(),
        Some(commit(1))
    );
    assert_eq!(
        store.commits.find(repository_id(1), &sha(2)).await.unwrap(),
        Some(bare)
    );
    assert_eq!(
        store.commits.find(repository_id(1), &sha(3)).await.unwrap(),
        None
    );
}

pub(crate) async fn the_first_record_of_a_commit_stays(store: Ports<'_>) {
    store
        .commits
        .record(repository_id(1), &[commit(1)], at(0))
        .await
        .unwrap();
    let other = LoggedCommit {
        branch: Some("feature".into()),
        ..commit(1)
    };
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &[other, commit(2)], at(1))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &[], at(1))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        store.commits.find(repository_id(1), &sha(1)).await.unwrap(),
        Some(commit(1))
    );
}

pub(crate) async fn a_commit_twice_in_one_call_counts_once(store: Ports<'_>) {
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &[commit(1), commit(1)], at(0))
            .await
            .unwrap(),
        1
    );
}

pub(crate) async fn commits_belong_to_their_repository(store: Ports<'_>) {
    store
        .commits
        .record(repository_id(1), &[commit(1)], at(0))
        .await
        .unwrap();
    store
        .commits
        .record_changes(repository_id(1), &sha(1), &[change("a", ChangeKind::Added)])
        .await
        .unwrap();
    assert_eq!(
        store.commits.find(repository_id(2), &sha(1)).await.unwrap(),
        None
    );
    assert!(
        store
            .commits
            .changes(repository_id(2), &[sha(1)])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store
            .commits
            .record(repository_id(2), &[commit(1)], at(0))
            .await
            .unwrap(),
        1
    );
}

pub(crate) async fn many_commits_are_recorded_at_once(store: Ports<'_>) {
    let commits: Vec<LoggedCommit> = (1..=1500).map(commit).collect();
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &commits, at(0))
            .await
            .unwrap(),
        1500
    );
    assert_eq!(
        store
            .commits
            .record(repository_id(1), &commits, at(0))
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        store
            .commits
            .find(repository_id(1), &sha(1500))
            .await
            .unwrap(),
        Some(commit(1500))
    );
}

pub(crate) async fn changes_of_many_commits_come_back_together(store: Ports<'_>) {
    let mut expected = HashMap::new();
    for n in 1..=120 {
        let changes = vec![
            change(&format!("src/{n}.rs"), ChangeKind::Added),
            change("Ünïcode \"quoted\".rs", ChangeKind::Modified),
            change("gone", ChangeKind::Removed),
            change(
                "to",
                ChangeKind::Renamed {
                    from: "from".into(),
                },
            ),
        ];
        store
            .commits
            .record_changes(repository_id(1), &sha(n), &changes)
            .await
            .unwrap();
        expected.insert(sha(n), changes);
    }
    store
        .commits
        .record_changes(repository_id(1), &sha(121), &[])
        .await
        .unwrap();
    expected.insert(sha(121), vec![]);

    let wanted: Vec<CommitSha> = (1..=130).map(sha).collect();
    assert_eq!(
        store
            .commits
            .changes(repository_id(1), &wanted)
            .await
            .unwrap(),
        expected
    );
    assert!(
        store
            .commits
            .changes(repository_id(1), &[])
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn the_first_record_of_changes_stays(store: Ports<'_>) {
    let first = vec![change("a", ChangeKind::Added)];
    store
        .commits
        .record_changes(repository_id(1), &sha(1), &first)
        .await
        .unwrap();
    store
        .commits
        .record_changes(repository_id(1), &sha(1), &[change("b", ChangeKind::Added)])
        .await
        .unwrap();
    assert_eq!(
        store
            .commits
            .changes(repository_id(1), &[sha(1)])
            .await
            .unwrap(),
        HashMap::from([(sha(1), first)])
    );
}

pub(crate) async fn heads_are_kept_moved_and_forgotten(store: Ports<'_>) {
    let set = async |repository, heads: &[(&str, Option<u128>)]| {
        let heads: Vec<_> = heads
            .iter()
            .map(|(name, n)| ((*name).to_owned(), n.map(sha)))
            .collect();
        let set = store.commits.set_heads(repository_id(repository), &heads);
        set.await.unwrap();
    };
    let heads = async |repository| {
        let heads = store.commits.heads(repository_id(repository)).await;
        let heads = heads.unwrap().into_iter();
        heads.collect::<Vec<_>>()
    };
    set(1, &[]).await;
    set(
        1,
        &[("main", Some(1)), ("feature/ü", Some(2)), ("", Some(3))],
    )
    .await;
    set(2, &[("main", Some(9))]).await;
    set(1, &[("main", Some(4)), ("feature/ü", None), ("gone", None)]).await;
    let expected = [(String::new(), sha(3)), ("main".to_owned(), sha(4))];
    assert_eq!(heads(1).await, expected);
    assert_eq!(heads(2).await, [("main".to_owned(), sha(9))]);
    assert_eq!(heads(3).await, []);
}
