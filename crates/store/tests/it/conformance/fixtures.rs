//! Values that the cases store.

use bitbucket_api_paths::{CommitSha, HookUuid, RepoFullName, RepoUuid, Workspace, WorkspaceUuid};
use bitbucket_integration_provider::ports::{
    Delivery, DeliverySource, Failure, Installation, InstallationKind, InstallationState, Job,
    LoggedCommit, NewJob, ProjectSlug, PushPolicy, Release, ReleaseState, RepositoryState,
    StoreError, StoredCredential, TrackedRepository, TrackerName, Work,
};
use bitbucket_integration_provider::{
    ApiKeyId, DeliveryId, InstallationId, JobId, LinkId, ReleaseId, RepositoryId,
};
use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;
use uuid::Uuid;

use super::Ports;

/// How long the cases lease jobs.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// A time, in seconds after the cases begin. Engines keep milliseconds, so it has some.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_123 + seconds * 1000).unwrap()
}

fn uuid(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128((0x0190_a5c2_7e1d_7cc0 << 64) | (kind << 32) | n)
}

pub(crate) fn installation_id(n: u128) -> InstallationId {
    InstallationId::from_uuid(uuid(1, n))
}

pub(crate) fn repository_id(n: u128) -> RepositoryId {
    RepositoryId::from_uuid(uuid(2, n))
}

pub(crate) fn delivery_id(n: u128) -> DeliveryId {
    DeliveryId::from_uuid(uuid(3, n))
}

pub(crate) fn job_id(n: u128) -> JobId {
    JobId::from_uuid(uuid(4, n))
}

pub(crate) fn release_id(n: u128) -> ReleaseId {
    ReleaseId::from_uuid(uuid(5, n))
}

pub(crate) fn api_key_id(n: u128) -> ApiKeyId {
    ApiKeyId::from_uuid(uuid(6, n))
}

pub(crate) fn link_id(n: u128) -> LinkId {
    LinkId::from_uuid(uuid(7, n))
}

pub(crate) fn sha(n: u128) -> CommitSha {
    CommitSha::parse(&format!("{n:040x}")).unwrap()
}

pub(crate) fn project(name: &str) -> ProjectSlug {
    ProjectSlug::parse(name).unwrap()
}

pub(crate) fn failure(code: &str) -> Failure {
    Failure {
        code: code.into(),
        message: format!("because of {code}"),
    }
}

pub(crate) fn installation(n: u128) -> Installation {
    Installation {
        id: installation_id(n),
        workspace: Workspace::parse(&format!("acme-{n}")).unwrap(),
        workspace_uuid: WorkspaceUuid::parse(&uuid(10, n).to_string()).unwrap(),
        kind: InstallationKind::AccessToken,
        tracker: TrackerName::parse("sentry").unwrap(),
        state: InstallationState::Active,
        created_at: at(0),
    }
}

pub(crate) fn credential(token: &str) -> StoredCredential {
    StoredCredential::AccessToken {
        token: SecretString::from(token),
    }
}

/// Stores the installation with this number.
pub(crate) async fn install(store: Ports<'_>, n: u128) -> InstallationId {
    store
        .installations
        .save(&installation(n), &credential("token"))
        .await
        .unwrap();
    installation_id(n)
}

pub(crate) fn repository(n: u128, installation: InstallationId) -> TrackedRepository {
    TrackedRepository {
        id: repository_id(n),
        installation,
        uuid: RepoUuid::parse(&uuid(11, n).to_string()).unwrap(),
        full_name: RepoFullName::parse(&format!("acme/rocket-{n}")).unwrap(),
        web_url: Some(format!("https://bitbucket.org/acme/rocket-{n}")),
        main_branch: Some("main".into()),
        projects: vec![project("rocket"), project("booster")],
        on_push: PushPolicy::Record,
        hook: Some(HookUuid::parse(&uuid(12, n).to_string()).unwrap()),
        state: RepositoryState::Active,
        added_at: at(1),
    }
}

pub(crate) fn delivery(n: u128) -> Delivery {
    Delivery {
        id: delivery_id(n),
        installation: installation_id(1),
        repository: Some(repository_id(1)),
        source: DeliverySource::Hook,
        event_key: "repo:push".into(),
        dedupe_key: format!("request-{n}"),
        attempt: 1,
        body: Bytes::from_static(b"{\"push\":\xff\0}"),
        received_at: at(2),
    }
}

/// The job of [`delivery`].
pub(crate) fn process(n: u128) -> NewJob {
    NewJob {
        run_at: at(2),
        ..job(
            n,
            Work::ProcessDelivery {
                delivery: delivery_id(n),
            },
        )
    }
}

/// A job that is due at the beginning.
pub(crate) fn job(n: u128, work: Work) -> NewJob {
    NewJob {
        id: job_id(n),
        installation: installation_id(1),
        work,
        run_at: at(0),
        ordering_key: None,
    }
}

/// A job of its own key that is due at this second.
pub(crate) fn due(n: u128, second: i64) -> NewJob {
    NewJob {
        run_at: at(second),
        ..process(n)
    }
}

/// Stores one job and claims it at this second.
pub(crate) async fn claimed(store: Ports<'_>, n: u128, second: i64) -> Job {
    assert_eq!(store.jobs.enqueue(&[due(n, second)]).await.unwrap(), 1);
    claim_one(store, second).await
}

/// Claims the one job that is due at this second.
pub(crate) async fn claim_one(store: Ports<'_>, second: i64) -> Job {
    let mut jobs = store.jobs.claim(at(second), LEASE, 10).await.unwrap();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    jobs.remove(0)
}

pub(crate) fn commit(n: u128) -> LoggedCommit {
    LoggedCommit {
        sha: sha(n),
        message: format!("Fixes ROCKET-{n}\n\nwith ünïcode and 'quotes'"),
        author_name: Some("Ada".into()),
        author_email: Some("ada@example.com".into()),
        author_account_id: Some("557058:ada".into()),
        committed_at: at(-60),
        branch: Some("main".into()),
    }
}

pub(crate) fn release(n: u128) -> Release {
    Release {
        id: release_id(n),
        installation: installation_id(1),
        repository: repository_id(1),
        version: format!("rocket@1.{n}.0"),
        projects: vec![project("rocket")],
        commit: sha(n),
        previous: None,
        environment: None,
        state: ReleaseState::Pending,
        commit_count: None,
        issues: vec![],
        warnings: vec![],
        failure: None,
        created_at: at(i64::try_from(n).unwrap()),
        published_at: None,
    }
}

/// The job of [`release`].
pub(crate) fn publish(n: u128) -> NewJob {
    job(
        1000 + n,
        Work::PublishRelease {
            release: release_id(n),
        },
    )
}

#[track_caller]
pub(crate) fn assert_conflict<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(
        matches!(outcome, Err(StoreError::Conflict { .. })),
        "{outcome:?}"
    );
}

#[track_caller]
pub(crate) fn assert_unreadable<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(
        matches!(outcome, Err(StoreError::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[track_caller]
pub(crate) fn assert_lease_lost<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::LeaseLost)), "{outcome:?}");
}
