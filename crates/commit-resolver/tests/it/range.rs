//! Which of the listed commits belong to a release.

use bitbucket_commit_resolver::{ListedCommit, PreviousRelease, ReleaseRange, release_range};

/// Commits as `sha: parent parent`, newest first; a letter stands for a hash of seven.
fn range(list: &str, previous: Option<&str>, limit: usize) -> ReleaseRange {
    let hashes: Vec<String> = ('a'..='z')
        .map(|letter| letter.to_string().repeat(7))
        .collect();
    let hash = |letter: &str| {
        hashes
            .iter()
            .find(|hash| hash.starts_with(letter))
            .map_or("", String::as_str)
    };
    let commit = |line: &str| {
        let (sha, parents) = line.split_once(':').unwrap_or((line, ""));
        ListedCommit {
            sha: hash(sha.trim()),
            parents: parents.split_whitespace().map(hash).collect(),
        }
    };
    let listed: Vec<ListedCommit<'_>> = list.split(',').map(commit).collect();
    release_range(&listed, previous.map(hash), limit)
}

fn places(list: &str, previous: Option<&str>) -> Vec<usize> {
    range(list, previous, usize::MAX).places
}

#[test]
fn the_previous_release_and_what_is_before_it_is_cut() {
    let list = "d: c, c: b, b: a, a:";
    assert_eq!(
        range(list, Some("b"), 100),
        ReleaseRange {
            places: vec![0, 1],
            previous: PreviousRelease::Met,
            duplicates: 0,
            left_out: 0
        }
    );
    assert_eq!(places(list, Some("d")), [] as [usize; 0]);
    assert_eq!(places(list, None), [0, 1, 2, 3]);
    assert_eq!(range(list, None, 100).previous, PreviousRelease::None);
}

#[test]
fn side_branches_and_merges_stay_and_what_was_released_with_the_trunk_goes() {
    // m merges s-t, which left the trunk at a, into c; b was released.
    let list = "m: c t, c: b, t: s, s: a, b: a, a:";
    assert_eq!(places(list, Some("b")), [0, 1, 2, 3]);
    // The released commit is a merge itself: both its sides were released.
    assert_eq!(places("n: m, m: c t, c: a, t: a, a:", Some("m")), [0]);
}

#[test]
fn a_previous_release_outside_of_the_list_is_met_as_a_parent() {
    let met = range("d: c, c: b", Some("b"), 100);
    assert_eq!(
        (met.places.clone(), met.previous, met.is_complete()),
        (vec![0, 1], PreviousRelease::Met, true)
    );
    let unmet = range("d: c, c: b", Some("a"), 100);
    assert_eq!(
        (unmet.places.clone(), unmet.previous, unmet.is_complete()),
        (vec![0, 1], PreviousRelease::NotMet, false)
    );
}

#[test]
fn children_stand_before_parents_and_otherwise_the_list_decides() {
    assert_eq!(places("a:, c: b, b: a, x:", None), [1, 2, 0, 3]);
    assert_eq!(places("m: c t, t: a, c: a, a:", None), [0, 1, 2, 3]);
}

#[test]
fn each_commit_comes_once() {
    let twice = range("b: a, a:, b: a, a:", None, 100);
    assert_eq!((twice.places, twice.duplicates), (vec![0, 1], 2));
}

#[test]
fn the_limit_keeps_the_newest_and_tells_how_many_are_left_out() {
    let cut = range("d: c, c: b, b: a, a:", Some("a"), 2);
    assert_eq!(
        (cut.places.clone(), cut.left_out, cut.is_complete()),
        (vec![0, 1], 1, false)
    );
    let exact = range("d: c, c: b, b: a, a:", Some("a"), 3);
    assert_eq!((exact.left_out, exact.is_complete()), (0, true));
}

#[test]
fn an_abbreviated_previous_release_is_found_and_a_too_short_one_is_not() {
    let listed = [ListedCommit {
        sha: "0123456789",
        parents: vec!["abcdef0123"],
    }];
    assert_eq!(
        release_range(&listed, Some("ABCDEF0"), 9).previous,
        PreviousRelease::Met
    );
    assert_eq!(
        release_range(&listed, Some("0123456"), 9).places,
        [] as [usize; 0]
    );
    assert_eq!(
        release_range(&listed, Some("abcdef"), 9).previous,
        PreviousRelease::NotMet
    );
}

#[test]
fn nonsense_loses_nothing() {
    assert_eq!(places("a: b, b: a, c: a", None), [2, 0, 1]);
    assert_eq!(places("a: a", None), [0]);
    assert_eq!(
        release_range(&[], Some("aaaaaaa"), 9).places,
        [] as [usize; 0]
    );
}
