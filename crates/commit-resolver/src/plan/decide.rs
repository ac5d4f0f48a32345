//! From what commits ask for to what happens.

use std::collections::HashMap;

use super::history::Entry;
use super::{Effect, Occasion, PlanWarning, Policy, Target};
use crate::action::Action;

/// What commits say about one issue.
#[derive(Debug)]
struct Issue<'h> {
    target: &'h Target,
    /// The commits that name it, oldest first.
    commits: Vec<&'h str>,
    /// The last commit that changes it, and how.
    last: Option<(&'h str, Action)>,
}

/// What should happen, whether it was done before or not.
pub(super) fn effects(
    history: &[Entry<'_>],
    occasion: Occasion<'_>,
    policy: &Policy,
    warnings: &mut Vec<PlanWarning>,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    for issue in issues(history, warnings) {
        let effect = |commit: &str, action| Effect {
            target: issue.target.clone(),
            action,
            commit: commit.to_owned(),
        };
        let change = issue.last.filter(|_| policy.acts(issue.target, occasion));
        let changing = change.map(|(commit, _)| commit);
        // A change says by itself that the commit names the issue.
        let mentions = issue
            .commits
            .iter()
            .filter(|commit| Some(**commit) != changing);
        effects.extend(mentions.map(|commit| effect(commit, Action::Reference)));
        effects.extend(change.map(|(commit, action)| effect(commit, action)));
    }
    effects
}

fn issues<'h>(history: &'h [Entry<'_>], warnings: &mut Vec<PlanWarning>) -> Vec<Issue<'h>> {
    let mut issues: Vec<Issue<'h>> = Vec::new();
    let mut places: HashMap<&Target, usize> = HashMap::new();
    for entry in history.iter().filter(|entry| !entry.withdrawn) {
        for (target, action) in &entry.asks {
            let place = *places.entry(target).or_insert_with(|| {
                issues.push(Issue {
                    target,
                    commits: Vec::new(),
                    last: None,
                });
                issues.len() - 1
            });
            if let Some(issue) = issues.get_mut(place) {
                warnings.extend(issue.hear(entry.sha, *action));
            }
        }
    }
    issues
}

impl<'h> Issue<'h> {
    /// Takes what a commit asks for; answers a warning when the same commit asked for something else before.
    fn hear(&mut self, commit: &'h str, action: Action) -> Option<PlanWarning> {
        if self.commits.last() != Some(&commit) {
            self.commits.push(commit);
        }
        if action == Action::Reference {
            return None;
        }
        let before = self
            .last
            .filter(|(earlier, _)| *earlier == commit)
            .map(|(_, before)| before);
        let counts = if before == Some(Action::Reopen) {
            Action::Reopen
        } else {
            action
        };
        self.last = Some((commit, counts));
        before.filter(|before| *before != action)?;
        Some(PlanWarning::Contradiction {
            target: self.target.clone(),
            commit: commit.to_owned(),
            counts,
        })
    }
}
