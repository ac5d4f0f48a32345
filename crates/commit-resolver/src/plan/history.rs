//! Reads commits in order: what each asks for, and which of them are reverted.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Known, PlanCommit, PlanWarning, Target};
use crate::action::Action;
use crate::grammar::Grammar;
use crate::revert::{MIN_SHA, is_sha_of, reverted_shas, reverted_subject, subject};
use crate::scan::context::end_of_reverted_subject;

/// A commit and what it asks for.
#[derive(Debug)]
pub(super) struct Entry<'c> {
    pub(super) sha: &'c str,
    pub(super) asks: Vec<(Target, Action)>,
    pub(super) withdrawn: bool,
    /// The entries that it reverts.
    reverts: Vec<usize>,
}

impl Entry<'_> {
    /// The entries that it reverts, unless it is reverted itself.
    fn effective_reverts(&self) -> &[usize] {
        if self.withdrawn { &[] } else { &self.reverts }
    }
}

/// The commits that count, oldest first.
pub(super) fn read<'c>(
    commits: &[PlanCommit<'c>],
    grammar: &Grammar,
    known: &Known,
    warnings: &mut Vec<PlanWarning>,
) -> Vec<Entry<'c>> {
    let mut history = History::default();
    for commit in commits {
        history.announce(commit.sha);
    }
    for commit in commits {
        let sha = || commit.sha.to_owned();
        if !history.seen.insert(commit.sha) {
            warnings.push(PlanWarning::DuplicateCommit { commit: sha() });
            continue;
        }
        let (reverts, undone) = history.reverted_by(commit, known, warnings);
        let skipped = grammar.is_skipped(commit.message);
        if skipped {
            warnings.push(PlanWarning::Skipped { commit: sha() });
        }
        let asks = if skipped {
            Vec::new()
        } else {
            let undone = undone
                .into_iter()
                .filter(|target| !history.resolves(target))
                .map(|target| (target, Action::Reopen));
            undone.chain(asks(grammar, commit.message)).collect()
        };
        history.add(
            commit,
            Entry {
                sha: commit.sha,
                asks,
                withdrawn: false,
                reverts,
            },
        );
    }
    history.settle();
    history.warn_of_withdrawn(warnings);
    history.entries
}

/// What a message asks for, in order; not what it quotes of the commit that it reverts.
fn asks(grammar: &Grammar, message: &str) -> Vec<(Target, Action)> {
    let quoted = end_of_reverted_subject(message.as_bytes());
    let references = grammar
        .references(message)
        .into_iter()
        .filter(|found| found.keyword().start >= quoted);
    let links = grammar
        .issue_links(message)
        .into_iter()
        .filter(|link| link.keyword().start >= quoted);
    let mut asks: Vec<(usize, Target, Action)> = references
        .map(|found| {
            (
                found.span().start,
                Target::ShortId(found.short_id().clone()),
                found.action(),
            )
        })
        .chain(links.map(|link| {
            (
                link.span().start,
                Target::Address {
                    host: link.host().to_owned(),
                    issue: link.issue(),
                },
                link.action(),
            )
        }))
        .collect();
    asks.sort_by_key(|(at, _, _)| *at);
    asks.into_iter()
        .map(|(_, target, action)| (target, action))
        .collect()
}

#[derive(Default)]
struct History<'c> {
    entries: Vec<Entry<'c>>,
    seen: HashSet<&'c str>,
    /// The last entry with a subject.
    by_subject: HashMap<&'c str, usize>,
    /// The entries whose hash starts like this, oldest first; an abbreviated hash has the start at least.
    by_start: HashMap<String, Vec<usize>>,
    /// The hashes of all commits, those that are read later too, by their start.
    all: HashMap<String, Vec<&'c str>>,
}

impl<'c> History<'c> {
    fn announce(&mut self, sha: &'c str) {
        if let Some(start) = start_of_sha(sha) {
            self.all.entry(start).or_default().push(sha);
        }
    }

    /// Whether one of all commits is meant by a hash, which may be abbreviated.
    fn is_here(&self, written: &str) -> bool {
        let alike = start_of_sha(written).and_then(|start| self.all.get(&start));
        alike.is_some_and(|alike| alike.iter().any(|sha| is_sha_of(written, sha)))
    }

    fn add(&mut self, commit: &PlanCommit<'c>, entry: Entry<'c>) {
        let at = self.entries.len();
        self.by_subject.insert(subject(commit.message), at);
        if let Some(start) = start_of_sha(commit.sha) {
            self.by_start.entry(start).or_default().push(at);
        }
        self.entries.push(entry);
    }

    /// The entries that this commit reverts, and the issues that are unsolved again because it reverts a commit that is not here. Warns
    /// of the latter.
    fn reverted_by(
        &self,
        commit: &PlanCommit<'c>,
        known: &Known,
        warnings: &mut Vec<PlanWarning>,
    ) -> (Vec<usize>, Vec<Target>) {
        let mut reverted = Vec::new();
        let mut undone = Vec::new();
        let written: BTreeSet<&str> = reverted_shas(commit.message).collect();
        for sha in &written {
            match self.by_sha(sha) {
                Some(at) => reverted.push(at),
                // It comes after this commit, so this one can't have undone it.
                None if self.is_here(sha) => {}
                None => {
                    let resolved = known.resolved_by(sha);
                    undone.extend(known.only_resolved_by(&written, &resolved));
                    warnings.push(PlanWarning::RevertsElsewhere {
                        commit: commit.sha.to_owned(),
                        reverted: (*sha).to_owned(),
                        resolved,
                    });
                }
            }
        }
        if written.is_empty() {
            reverted.extend(
                reverted_subject(commit.message)
                    .and_then(|subject| self.by_subject.get(subject))
                    .copied(),
            );
        }
        reverted.sort_unstable();
        reverted.dedup();
        (reverted, undone)
    }

    /// Whether one of the entries so far asks to resolve an issue.
    fn resolves(&self, target: &Target) -> bool {
        let mut asks = self.entries.iter().flat_map(|entry| &entry.asks);
        asks.any(|(asked, action)| *action == Action::Resolve && asked == target)
    }

    /// The last entry that is meant by a hash, which may be abbreviated.
    fn by_sha(&self, written: &str) -> Option<usize> {
        let alike = self.by_start.get(&start_of_sha(written)?)?;
        alike.iter().copied().rfind(|at| {
            self.entries
                .get(*at)
                .is_some_and(|entry| is_sha_of(written, entry.sha))
        })
    }

    /// Withdraws what is reverted by a commit that is not reverted itself. Whoever reverts a commit comes later, so that each commit's
    /// own fate is settled before it settles another's.
    fn settle(&mut self) {
        for at in (0..self.entries.len()).rev() {
            let (earlier, later) = self.entries.split_at_mut(at);
            for reverted in later.first().map_or(&[][..], Entry::effective_reverts) {
                if let Some(entry) = earlier.get_mut(*reverted) {
                    entry.withdrawn = true;
                }
            }
        }
    }

    fn warn_of_withdrawn(&self, warnings: &mut Vec<PlanWarning>) {
        for by in &self.entries {
            let reverted = by
                .effective_reverts()
                .iter()
                .filter_map(|at| self.entries.get(*at));
            let asking = reverted.filter(|entry| !entry.asks.is_empty());
            warnings.extend(asking.map(|entry| PlanWarning::Withdrawn {
                commit: entry.sha.to_owned(),
                by: by.sha.to_owned(),
            }));
        }
    }
}

/// The part of a hash that every way to write it has, in lower case.
fn start_of_sha(sha: &str) -> Option<String> {
    sha.get(..MIN_SHA).map(str::to_ascii_lowercase)
}
