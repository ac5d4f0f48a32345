//! Questions about a repository's commits: which revision is meant, what is reachable, what differs.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use jiff::Timestamp;

use super::bitbucket::{Commit, Repository};

/// Shortest abbreviation of a hash that is taken for one.
const SHORTEST_ABBREVIATION: usize = 7;

/// The full hash that a branch, tag, hash or abbreviated hash stands for.
pub(crate) fn resolve(repository: &Repository, revision: &str) -> Option<String> {
    let branch = revision.strip_prefix("refs/heads/").unwrap_or(revision);
    if let Some(sha) = repository.branches.get(branch) {
        return Some(sha.clone());
    }
    let tag = revision.strip_prefix("refs/tags/").unwrap_or(revision);
    if let Some(tag) = repository.tags.get(tag) {
        return Some(tag.target.clone());
    }
    let wanted = revision.to_ascii_lowercase();
    if wanted.len() < SHORTEST_ABBREVIATION {
        return None;
    }
    let mut hashes = repository.commits.iter().map(|commit| &commit.sha);
    hashes.find(|sha| sha.starts_with(&wanted)).cloned()
}

/// A repository's commits as a graph; it relies on every parent standing before its children.
struct Graph<'a> {
    commits: &'a [Commit],
}

impl<'a> Graph<'a> {
    fn of(repository: &'a Repository) -> Self {
        Self {
            commits: &repository.commits,
        }
    }

    /// Looks from the end: what is asked for is mostly young.
    fn place(&self, sha: &str) -> Option<usize> {
        self.commits.iter().rposition(|commit| commit.sha == sha)
    }

    /// Looks backwards from the child: a parent mostly stands close.
    fn parents(&self, place: usize) -> impl Iterator<Item = usize> {
        let (before, from_here) = self.commits.split_at(place);
        let parents = from_here
            .first()
            .into_iter()
            .flat_map(|commit| &commit.parents);
        parents.filter_map(|parent| before.iter().rposition(|commit| commit.sha == *parent))
    }

    /// Places reachable from `include` but not from `exclude`, youngest first.
    ///
    /// Walking down by place sees all children of a commit before the commit, so what is known of it is final; and
    /// nothing is left to find once everything open is excluded.
    fn select(&self, include: &[String], exclude: &[String]) -> Vec<usize> {
        let mut open: BTreeMap<usize, bool> = BTreeMap::new();
        open.extend(
            include
                .iter()
                .filter_map(|sha| self.place(sha))
                .map(|place| (place, true)),
        );
        open.extend(
            exclude
                .iter()
                .filter_map(|sha| self.place(sha))
                .map(|place| (place, false)),
        );
        let mut selected = Vec::new();
        while open.values().any(|wanted| *wanted) {
            let Some((place, wanted)) = open.pop_last() else {
                break;
            };
            if wanted {
                selected.push(place);
            }
            for parent in self.parents(place) {
                let own = open.entry(parent).or_insert(wanted);
                *own = *own && wanted;
            }
        }
        selected
    }

    fn topological(&self, places: &[usize]) -> Vec<&'a Commit> {
        let wanted: HashSet<usize> = places.iter().copied().collect();
        let mut children: HashMap<usize, usize> = HashMap::new();
        for parent in places.iter().flat_map(|place| self.parents(*place)) {
            *children.entry(parent).or_default() += 1;
        }
        let rank = |place: usize| -> (Timestamp, usize) { (self.commits[place].instant(), place) };
        let heads = places.iter().filter(|place| !children.contains_key(*place));
        let mut ready: BinaryHeap<(Timestamp, usize)> = heads.map(|place| rank(*place)).collect();
        let mut ordered = Vec::with_capacity(places.len());
        while let Some((_, place)) = ready.pop() {
            ordered.push(&self.commits[place]);
            for parent in self.parents(place).filter(|parent| wanted.contains(parent)) {
                let left = children.entry(parent).or_insert(1);
                *left -= 1;
                if *left == 0 {
                    ready.push(rank(parent));
                }
            }
        }
        ordered
    }
}

/// Commits reachable from `include` but not from `exclude` (full hashes), newest first, no parent before its child.
pub(crate) fn range<'a>(
    repository: &'a Repository,
    include: &[String],
    exclude: &[String],
) -> Vec<&'a Commit> {
    let graph = Graph::of(repository);
    graph.topological(&graph.select(include, exclude))
}

/// The newest commit reachable from both.
pub(crate) fn merge_base(repository: &Repository, left: &str, right: &str) -> Option<String> {
    let graph = Graph::of(repository);
    let reachable = |sha: &str| graph.select(&[sha.to_owned()], &[]);
    let ours: HashSet<usize> = reachable(left).into_iter().collect();
    let mut common = reachable(right);
    common.retain(|place| ours.contains(place));
    let newest = graph.topological(&common).first().copied();
    newest.map(|commit| commit.sha.clone())
}

/// Whether `ancestor` is reachable from `descendant`.
pub(crate) fn contains(repository: &Repository, descendant: &str, ancestor: &str) -> bool {
    let graph = Graph::of(repository);
    let beyond = || graph.select(&[ancestor.to_owned()], &[descendant.to_owned()]);
    graph.place(ancestor).is_some() && beyond().is_empty()
}

/// A commit, its first parent, that one's first parent and so on.
pub(crate) fn first_parents<'a>(repository: &'a Repository, sha: &str) -> Vec<&'a Commit> {
    let graph = Graph::of(repository);
    let mut line = Vec::new();
    let mut next = graph.place(sha);
    while let Some(place) = next {
        line.push(&graph.commits[place]);
        next = graph.parents(place).next();
    }
    line
}

#[cfg(test)]
mod tests;
