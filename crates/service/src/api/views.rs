//! What is remembered, as the API shows it.

use bitbucket_integration_provider::ports::{
    DeliverySummary, Deploy, Installation, JobCounts, JobSummary, LoggedCommit, Reference, Release,
    TrackedRepository,
};
use bitbucket_integration_provider::{AccessFinding, Disconnected, FoundRepository, HookBase};

use crate::wire::{
    AccessView, CommitView, DeliveryView, DeployView, DisconnectedView, FoundRepositoryView,
    InstallationView, JobCountsView, JobView, LeftHookView, ReferenceView, ReleaseView,
    RepositoryView,
};

pub(super) fn installation(installation: Installation) -> InstallationView {
    InstallationView {
        id: installation.id,
        workspace: installation.workspace.to_string(),
        workspace_uuid: installation.workspace_uuid.to_string(),
        kind: installation.kind.as_str().to_owned(),
        tracker: installation.tracker.to_string(),
        state: installation.state.as_str().to_owned(),
        created_at: installation.created_at,
    }
}

pub(super) fn access(finding: AccessFinding) -> AccessView {
    AccessView {
        scope: finding.scope.to_owned(),
        needed_for: finding.needed_for.to_owned(),
        state: finding.granted.as_str().to_owned(),
    }
}

pub(super) fn disconnected(disconnected: Disconnected) -> DisconnectedView {
    let left = disconnected.hooks_left.into_iter();
    DisconnectedView {
        installation: installation(disconnected.installation),
        hooks_left: left
            .map(|left| LeftHookView {
                repository: left.repository,
                hook: left.hook.map(|hook| hook.to_string()),
                reason: left.reason,
            })
            .collect(),
    }
}

pub(super) fn found(found: FoundRepository) -> FoundRepositoryView {
    FoundRepositoryView {
        full_name: found.repository.full_name.to_string(),
        name: found.repository.name,
        uuid: found.repository.uuid.to_string(),
        main_branch: found.repository.main_branch,
        followed: found.followed,
    }
}

pub(super) fn repository(repository: TrackedRepository, hook_base: &HookBase) -> RepositoryView {
    RepositoryView {
        id: repository.id,
        installation: repository.installation,
        full_name: repository.full_name.to_string(),
        uuid: repository.uuid.to_string(),
        web_url: repository.web_url,
        main_branch: repository.main_branch,
        projects: repository
            .projects
            .iter()
            .map(ToString::to_string)
            .collect(),
        on_push: repository.on_push,
        hook: repository.hook.map(|hook| hook.to_string()),
        hook_url: hook_base.hook_url(repository.id),
        state: repository.state,
        added_at: repository.added_at,
    }
}

/// `name` is the repository's, when it is still followed.
pub(super) fn release(release: Release, name: Option<String>) -> ReleaseView {
    ReleaseView {
        id: release.id,
        version: release.version,
        repository: name.unwrap_or_else(|| release.repository.to_string()),
        projects: release.projects.iter().map(ToString::to_string).collect(),
        commit: release.commit.to_string(),
        previous: release.previous.map(|sha| sha.to_string()),
        environment: release.environment,
        state: release.state,
        commit_count: release.commit_count,
        issues: release.issues,
        warnings: release.warnings,
        failure: release.failure,
        created_at: release.created_at,
        published_at: release.published_at,
        deploys: Vec::new(),
        parts: Vec::new(),
    }
}

pub(super) fn deploy(deploy: Deploy) -> DeployView {
    DeployView {
        environment: deploy.environment,
        deployed_at: deploy.deployed_at,
        number: deploy.number,
    }
}

pub(super) fn job(job: JobSummary) -> JobView {
    JobView {
        id: job.id,
        installation: job.installation,
        kind: job.work.kind().to_owned(),
        work: job.work,
        state: job.state,
        attempts: job.attempts,
        run_at: job.run_at,
        last_failure: job.last_failure,
    }
}

pub(super) const fn job_counts(counts: JobCounts) -> JobCountsView {
    JobCountsView {
        ready: counts.ready,
        running: counts.running,
        done: counts.done,
        dead: counts.dead,
    }
}

pub(super) fn delivery(delivery: DeliverySummary) -> DeliveryView {
    DeliveryView {
        id: delivery.id,
        installation: delivery.installation,
        repository: delivery.repository,
        source: delivery.source.as_str().to_owned(),
        event_key: delivery.event_key,
        attempt: delivery.attempt,
        body_bytes: delivery.body_bytes,
        received_at: delivery.received_at,
    }
}

pub(super) fn commit(commit: LoggedCommit) -> CommitView {
    CommitView {
        sha: commit.sha.to_string(),
        message: commit.message,
        author_name: commit.author_name,
        author_email: commit.author_email,
        committed_at: commit.committed_at,
        branch: commit.branch,
    }
}

pub(super) fn reference(reference: Reference) -> ReferenceView {
    ReferenceView {
        repository: reference.repository,
        commit: reference.effect.commit.to_string(),
        issue: reference.effect.short_id,
        action: reference.effect.action.name().to_owned(),
        done_at: reference.done_at,
    }
}
