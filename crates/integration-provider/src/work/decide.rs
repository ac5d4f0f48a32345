//! What commits do to issues: the plan of `commit-resolver`, with what is known of earlier ones.

use bitbucket_commit_resolver::{
    Action, Effect, Known, Occasion, Plan, PlanCommit, PlanWarning, Policy, Target, plan,
    reverted_shas,
};

use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{ProjectSlug, StoreError};

/// What commits ask for.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// What is to be done now.
    pub(super) effects: Vec<Decision>,
    /// The short ids of all issues that the commits resolve, whether that was done before or not.
    pub(super) resolved: Vec<String>,
}

/// One thing that is to be done to an issue.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) short_id: String,
    pub(super) action: Action,
    /// The full hash of the commit because of which it is done.
    pub(super) commit: String,
}

impl Integration {
    /// Decides what commits do, oldest first, minding only issues of these projects (of any, if none are given): what looks like an
    /// issue of another one, such as `UTF-8`, costs the tracker no question.
    pub(super) async fn decide(
        &self,
        repository: RepositoryId,
        projects: &[ProjectSlug],
        commits: &[PlanCommit<'_>],
        occasion: Occasion<'_>,
    ) -> Result<Decided, StoreError> {
        let policy = self.policy_for(projects);
        let known = self.known(&policy, repository, commits).await?;
        let Plan { effects, warnings } = plan(commits, occasion, &policy, &known);
        warnings.iter().for_each(tell);
        let asked = self.asked(projects, commits, occasion);
        let resolved = asked
            .into_iter()
            .filter(|decision| decision.action == Action::Resolve);
        Ok(Decided {
            resolved: resolved.map(|decision| decision.short_id).collect(),
            effects: effects.into_iter().filter_map(decision).collect(),
        })
    }

    /// Everything that commits ask for, oldest first, whether it was done before or not.
    pub(super) fn asked(
        &self,
        projects: &[ProjectSlug],
        commits: &[PlanCommit<'_>],
        occasion: Occasion<'_>,
    ) -> Vec<Decision> {
        let policy = self.policy_for(projects);
        let asked = plan(commits, occasion, &policy, &Known::default()).effects;
        asked.into_iter().filter_map(decision).collect()
    }

    /// How the messages of a repository's commits are read.
    pub(super) fn policy_for(&self, projects: &[ProjectSlug]) -> Policy {
        let policy = &self.settings.policy;
        if projects.is_empty() {
            return policy.clone();
        }
        policy.with_projects(projects.iter().map(ProjectSlug::as_str))
    }

    /// What was done because of these commits and those that they revert.
    async fn known(
        &self,
        policy: &Policy,
        repository: RepositoryId,
        commits: &[PlanCommit<'_>],
    ) -> Result<Known, StoreError> {
        let mut shas: Vec<String> = commits
            .iter()
            .flat_map(|commit| std::iter::once(commit.sha).chain(reverted_shas(commit.message)))
            .map(str::to_ascii_lowercase)
            .collect();
        shas.sort_unstable();
        shas.dedup();
        if shas.is_empty() {
            return Ok(Known::default());
        }
        let effects = self.ports.effects.around(repository, &shas).await?;
        let known = effects.into_iter().filter_map(|effect| {
            Some(Effect {
                target: Target::ShortId(policy.grammar().short_id(&effect.short_id)?),
                action: effect.action,
                commit: effect.commit.to_string(),
            })
        });
        Ok(known.collect())
    }
}

/// The effect on an issue with a short id. One that is named by its address only is let be.
fn decision(effect: Effect) -> Option<Decision> {
    match effect.target {
        Target::ShortId(id) => Some(Decision {
            short_id: id.to_string(),
            action: effect.action,
            commit: effect.commit,
        }),
        Target::Address { host, issue } => {
            tracing::info!(
                commit.sha = effect.commit,
                "a commit names issue {issue} on {host} by its address, which is not followed"
            );
            None
        }
    }
}

fn tell(warning: &PlanWarning) {
    match warning {
        PlanWarning::Skipped { commit } => {
            tracing::debug!(commit.sha = commit, "a commit wants to be left alone");
        }
        PlanWarning::DuplicateCommit { commit } => {
            tracing::debug!(commit.sha = commit, "a commit was listed twice");
        }
        PlanWarning::Withdrawn { commit, by } => tracing::info!(
            commit.sha = commit,
            commit.reverted_by = by,
            "a commit is reverted, so that what it asks for does not happen"
        ),
        PlanWarning::RevertsElsewhere {
            commit, reverted, ..
        } => tracing::info!(
            commit.sha = commit,
            commit.reverts = reverted,
            "a commit reverts an earlier one"
        ),
        PlanWarning::Contradiction {
            target,
            commit,
            counts,
        } => tracing::warn!(
            commit.sha = commit,
            "a commit asks for different things for {target}; `{counts}` counts"
        ),
        _ => tracing::info!("the plan has a remark: {warning:?}"),
    }
}
