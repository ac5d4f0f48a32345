//! Reads commits in order: what each asks for, and which of them are reverted.

use std::collections::{HashMap, HashSet};

use super::{Known, PlanCommit, PlanWarning, Target};
use crate::action::Action;
use crate::grammar::Grammar;
use crate::revert::{is_sha_of, reverted_shas, reverted_subject, subject};
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

/// The commits that count, oldest first.
pub(super) fn read<'c>(
    commits: &[PlanCommit<'c>],
    grammar: &Grammar,
    known: &Known,
    warnings: &mut Vec<PlanWarning>,
) -> Vec<Entry<'c>> {
    let mut history = History::default();
    for commit in commits {
        let sha = || commit.sha.to_owned();
        if !history.seen.insert(commit.sha) {
            warnings.push(PlanWarning::DuplicateCommit { commit: sha() });
            continue;
        }
        let reverts = history.reverted_by(commit, known, warnings);
        let skipped = grammar.is_skipped(commit.message);
        if skipped {
            warnings.push(PlanWarning::Skipped { commit: sha() });
        }
        let asks = if skipped {
            Vec::new()
        } else {
            asks(grammar, commit.message)
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
}

impl<'c> History<'c> {
    fn add(&mut self, commit: &PlanCommit<'c>, entry: Entry<'c>) {
        let at = self.entries.len();
        self.by_subject.insert(subject(commit.message), at);
        let reverts = entry.reverts.clone();
        self.entries.push(entry);
        for reverted in reverts {
            self.withdraw(reverted);
        }
    }

    /// The entries that this commit reverts; warns of those that are not here.
    fn reverted_by(
        &self,
        commit: &PlanCommit<'c>,
        known: &Known,
        warnings: &mut Vec<PlanWarning>,
    ) -> Vec<usize> {
        let mut reverted = Vec::new();
        let mut by_sha = false;
        for written in reverted_shas(commit.message) {
            by_sha = true;
            if let Some(at) = self
                .entries
                .iter()
                .rposition(|entry| is_sha_of(written, entry.sha))
            {
                reverted.push(at);
                continue;
            }
            warnings.push(PlanWarning::RevertsElsewhere {
                commit: commit.sha.to_owned(),
                reverted: written.to_owned(),
                resolved: known.resolved_by(written),
            });
        }
        if !by_sha {
            reverted.extend(
                reverted_subject(commit.message)
                    .and_then(|subject| self.by_subject.get(subject))
                    .copied(),
            );
        }
        reverted.sort_unstable();
        reverted.dedup();
        reverted
    }

    /// Withdraws an entry; what it reverted itself is restored, and so on.
    fn withdraw(&mut self, at: usize) {
        let mut open = vec![(at, true)];
        while let Some((at, withdrawn)) = open.pop() {
            let Some(entry) = self.entries.get_mut(at) else {
                continue;
            };
            entry.withdrawn = withdrawn;
            open.extend(entry.reverts.iter().map(|reverted| (*reverted, !withdrawn)));
        }
    }

    fn warn_of_withdrawn(&self, warnings: &mut Vec<PlanWarning>) {
        for by in self.entries.iter().filter(|entry| !entry.withdrawn) {
            let reverted = by.reverts.iter().filter_map(|at| self.entries.get(*at));
            let asking = reverted.filter(|entry| !entry.asks.is_empty());
            warnings.extend(asking.map(|entry| PlanWarning::Withdrawn {
                commit: entry.sha.to_owned(),
                by: by.sha.to_owned(),
            }));
        }
    }
}
