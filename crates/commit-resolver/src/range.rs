//! Which of the commits that were fetched belong to a release.

use std::collections::{BTreeSet, HashMap};

use crate::revert::is_sha_of;

/// A commit as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCommit<'c> {
    /// Its full hash.
    pub sha: &'c str,
    /// The full hashes of its parents.
    pub parents: Vec<&'c str>,
}

/// How the commits meet the previous release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviousRelease {
    /// There is none: everything that was listed belongs to the release.
    None,
    /// It is among the commits or the parent of one, so that nothing is missing before it.
    Met,
    /// It was not met: the list ends too early, or the release does not descend from it. The release may hold more or less than it
    /// should.
    NotMet,
}

/// The commits of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRange {
    /// Their places in the list that was given, newest first: no commit stands before one that has it as an ancestor.
    pub places: Vec<usize>,
    /// How they meet the previous release.
    pub previous: PreviousRelease,
    /// How many commits were listed more than once.
    pub duplicates: usize,
    /// How many of the oldest commits were left out because of the limit.
    pub left_out: usize,
}

impl ReleaseRange {
    /// Whether the release has exactly its commits.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left_out == 0 && self.previous != PreviousRelease::NotMet
    }
}

/// The commits of a release, given what was listed, newest first.
///
/// The previous release's commit, which may be abbreviated to 7 digits, and its ancestors are left out; merges and the commits of side
/// branches that came in since stay. Commits whose children or parents were not listed stay too. No more than `limit` are kept, the
/// newest.
///
/// ```
/// use bitbucket_commit_resolver::{ListedCommit, PreviousRelease, release_range};
///
/// let commit = |sha, parents: &[&'static str]| ListedCommit { sha, parents: parents.to_vec() };
/// let listed = [commit("ccccccc", &["bbbbbbb"]), commit("bbbbbbb", &["aaaaaaa"]), commit("aaaaaaa", &[])];
///
/// let range = release_range(&listed, Some("aaaaaaa"), 100);
/// assert_eq!(range.places, [0, 1]);
/// assert_eq!(range.previous, PreviousRelease::Met);
/// ```
#[must_use]
pub fn release_range(
    listed: &[ListedCommit<'_>],
    previous: Option<&str>,
    limit: usize,
) -> ReleaseRange {
    let graph = Graph::of(listed);
    let met = previous.map_or(PreviousRelease::None, |sha| graph.meets(sha));
    let released = previous.map_or_else(BTreeSet::new, |sha| graph.with_ancestors(sha));
    let mut places = graph.newest_first();
    places.retain(|place| !released.contains(place));
    let left_out = places.len().saturating_sub(limit);
    places.truncate(limit);
    ReleaseRange {
        places,
        previous: met,
        duplicates: listed.len() - graph.places.len(),
        left_out,
    }
}

struct Graph<'g, 'c> {
    listed: &'g [ListedCommit<'c>],
    /// Where each commit stands first.
    places: HashMap<&'c str, usize>,
}

impl<'g, 'c> Graph<'g, 'c> {
    fn of(listed: &'g [ListedCommit<'c>]) -> Self {
        let mut places = HashMap::new();
        for (place, commit) in listed.iter().enumerate() {
            places.entry(commit.sha).or_insert(place);
        }
        Self { listed, places }
    }

    fn parents(&self, place: usize) -> &'g [&'c str] {
        self.listed.get(place).map_or(&[], |commit| &commit.parents)
    }

    fn parent_places(&self, place: usize) -> impl Iterator<Item = usize> {
        self.parents(place)
            .iter()
            .filter_map(|parent| self.places.get(parent).copied())
    }

    fn meets(&self, previous: &str) -> PreviousRelease {
        let is_it = |sha: &&str| is_sha_of(previous, sha);
        let met = self
            .listed
            .iter()
            .any(|commit| is_it(&commit.sha) || commit.parents.iter().any(is_it));
        if met {
            PreviousRelease::Met
        } else {
            PreviousRelease::NotMet
        }
    }

    /// A commit and all its ancestors that were listed.
    fn with_ancestors(&self, sha: &str) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = self
            .listed
            .iter()
            .position(|commit| is_sha_of(sha, commit.sha))
            .into_iter()
            .collect();
        while let Some(place) = open.pop() {
            if found.insert(place) {
                open.extend(self.parent_places(place));
            }
        }
        found
    }

    /// Each commit once, children before parents, otherwise as listed.
    fn newest_first(&self) -> Vec<usize> {
        let mut children = vec![0_usize; self.listed.len()];
        for place in self
            .places
            .values()
            .flat_map(|place| self.parent_places(*place))
        {
            children[place] += 1;
        }
        let mut ready: BTreeSet<usize> = self
            .places
            .values()
            .copied()
            .filter(|place| children[*place] == 0)
            .collect();
        let mut order = Vec::with_capacity(self.places.len());
        while let Some(place) = ready.pop_first() {
            order.push(place);
            for parent in self.parent_places(place) {
                children[parent] -= 1;
                if children[parent] == 0 {
                    ready.insert(parent);
                }
            }
        }
        self.append_cycles(&mut order);
        order
    }

    /// No history has a cycle; a list that claims one loses nothing.
    fn append_cycles(&self, order: &mut Vec<usize>) {
        if order.len() < self.places.len() {
            let known: BTreeSet<usize> = order.iter().copied().collect();
            let rest: BTreeSet<usize> = self
                .places
                .values()
                .copied()
                .filter(|place| !known.contains(place))
                .collect();
            order.extend(rest);
        }
    }
}
