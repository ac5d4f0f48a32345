//! Questions about a repository's commits: which revision is meant, what is reachable, what differs.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use jiff::Timestamp;

use super::bitbucket::{ChangeKind, Commit, FileChange, Repository};

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

/// A repository's commits by hash.
struct Graph<'a> {
    commits: &'a [Commit],
    places: HashMap<&'a str, usize>,
}

impl<'a> Graph<'a> {
    fn of(repository: &'a Repository) -> Self {
        let numbered = repository.commits.iter().enumerate();
        Self {
            commits: &repository.commits,
            places: numbered
                .map(|(place, commit)| (commit.sha.as_str(), place))
                .collect(),
        }
    }

    fn parents(&self, place: usize) -> impl Iterator<Item = usize> {
        let parents = self.commits[place].parents.iter();
        parents.filter_map(|parent| self.places.get(parent.as_str()).copied())
    }

    fn reachable(&self, heads: &[String]) -> HashSet<usize> {
        let known = heads
            .iter()
            .filter_map(|sha| self.places.get(sha.as_str()).copied());
        let mut open: Vec<usize> = known.collect();
        let mut seen = HashSet::new();
        while let Some(place) = open.pop() {
            if seen.insert(place) {
                open.extend(self.parents(place));
            }
        }
        seen
    }
}

/// Commits reachable from `include` but not from `exclude` (full hashes), newest first, no parent before its child.
pub(crate) fn range<'a>(
    repository: &'a Repository,
    include: &[String],
    exclude: &[String],
) -> Vec<&'a Commit> {
    let graph = Graph::of(repository);
    let hidden = graph.reachable(exclude);
    let mut wanted = graph.reachable(include);
    wanted.retain(|place| !hidden.contains(place));
    topological(&graph, &wanted)
}

fn topological<'a>(graph: &Graph<'a>, wanted: &HashSet<usize>) -> Vec<&'a Commit> {
    let mut children: HashMap<usize, usize> = HashMap::new();
    for parent in wanted.iter().flat_map(|place| graph.parents(*place)) {
        *children.entry(parent).or_default() += 1;
    }
    let rank = |place: usize| -> (Timestamp, usize) { (graph.commits[place].instant(), place) };
    let heads = wanted.iter().filter(|place| !children.contains_key(*place));
    let mut ready: BinaryHeap<(Timestamp, usize)> = heads.map(|place| rank(*place)).collect();
    let mut ordered = Vec::with_capacity(wanted.len());
    while let Some((_, place)) = ready.pop() {
        ordered.push(&graph.commits[place]);
        for parent in graph
            .parents(place)
            .filter(|parent| wanted.contains(parent))
        {
            let left = children.entry(parent).or_insert(1);
            *left -= 1;
            if *left == 0 {
                ready.push(rank(parent));
            }
        }
    }
    ordered
}

/// The newest commit reachable from both.
pub(crate) fn merge_base(repository: &Repository, left: &str, right: &str) -> Option<String> {
    let graph = Graph::of(repository);
    let ours = graph.reachable(&[left.to_owned()]);
    let mut common = graph.reachable(&[right.to_owned()]);
    common.retain(|place| ours.contains(place));
    topological(&graph, &common)
        .first()
        .map(|commit| commit.sha.clone())
}

/// Whether `ancestor` is reachable from `descendant`.
pub(crate) fn contains(repository: &Repository, descendant: &str, ancestor: &str) -> bool {
    let graph = Graph::of(repository);
    let Some(place) = graph.places.get(ancestor) else {
        return false;
    };
    graph.reachable(&[descendant.to_owned()]).contains(place)
}

/// Path to the identity of its content: the commit and path that last wrote it.
type Tree = BTreeMap<String, String>;

/// The files at a commit, by replaying its first-parent line.
fn tree(repository: &Repository, sha: &str) -> Tree {
    let graph = Graph::of(repository);
    let mut line = Vec::new();
    let mut next = graph.places.get(sha).copied();
    while let Some(place) = next {
        line.push(&graph.commits[place]);
        next = graph.parents(place).next();
    }
    let mut tree = Tree::new();
    for commit in line.into_iter().rev() {
        for file in &commit.files {
            replay(&mut tree, commit, file);
        }
    }
    tree
}

fn replay(tree: &mut Tree, commit: &Commit, file: &FileChange) {
    let written = format!("{}:{}", commit.sha, file.path);
    match &file.kind {
        ChangeKind::Added | ChangeKind::Modified => {
            tree.insert(file.path.clone(), written);
        }
        ChangeKind::Removed => {
            tree.remove(&file.path);
        }
        ChangeKind::Renamed { from } => {
            let kept = tree
                .remove(from)
                .filter(|_| file.lines_added + file.lines_removed == 0);
            tree.insert(file.path.clone(), kept.unwrap_or(written));
        }
    }
}

/// What one must do to `old` to get `new`, by path.
pub(crate) fn changes_between(repository: &Repository, old: &str, new: &str) -> Vec<FileChange> {
    let (before, after) = (tree(repository, old), tree(repository, new));
    let mut gone: BTreeMap<&str, &str> = before
        .iter()
        .filter(|(path, _)| !after.contains_key(*path))
        .map(|(path, content)| (content.as_str(), path.as_str()))
        .collect();
    let mut changes = Vec::new();
    for (path, content) in &after {
        match before.get(path) {
            Some(same) if same == content => {}
            Some(_) => changes.push(FileChange::modified(path)),
            None => match gone.remove(content.as_str()) {
                Some(from) => changes.push(FileChange::renamed(from, path)),
                None => changes.push(FileChange::added(path)),
            },
        }
    }
    changes.extend(gone.values().map(|path| FileChange::removed(path)));
    changes.sort_by(|left, right| left.path.cmp(&right.path));
    changes
}
