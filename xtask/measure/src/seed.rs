//! A database of the service with repositories in it, and the service's command on it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use bitbucket_api_paths::{RepoFullName, RepoUuid, Workspace, WorkspaceUuid};
use bitbucket_integration_provider::ports::{
    Installation, InstallationKind, InstallationState, Installations as _, PushPolicy,
    RepositoryState, StoredCredential, TrackedRepositories as _, TrackedRepository, TrackerName,
};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use bitbucket_store::{PostgresOptions, SecretKey, Store};
use futures_util::future::try_join_all;
use secrecy::SecretString;
use uuid::Uuid;

use crate::clock::now;

/// The secret of every hook.
pub(crate) const HOOK_SECRET: &str = "measure-hook-secret-0123456789abcdef";
/// The key of the service's API.
pub(crate) const API_KEY: &str = "measure-api-key-0123456789abcdef";
pub(crate) const STORAGE_KEY: &str =
    "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
const WORKSPACE_UUID: &str = "{ac3e0000-0000-4000-8000-000000000001}";
const AT_ONCE: u64 = 500;

/// The repository whose pushes are told to the tracker; those of the others are only recorded.
pub(crate) const TOLD: u64 = 1;

/// The number of the `nth` repository whose pushes are only recorded.
pub(crate) const fn recorded(nth: u64) -> u64 {
    if nth < TOLD { nth } else { nth + 1 }
}

/// Bitbucket's identity of a repository by its number.
pub(crate) fn repository_uuid(number: u64) -> String {
    format!("{{0190a5c2-0000-4000-8000-{number:012x}}}")
}

/// Our identifier of a repository by its number.
pub(crate) fn repository_id(number: u64) -> RepositoryId {
    RepositoryId::from_uuid(Uuid::from_u64_pair(0x0190_a5c2_7e1d_7000, 1 << 63 | number))
}

/// Makes the database with this many repositories.
pub(crate) async fn database(path: &Path, repositories: u64) -> anyhow::Result<()> {
    let store = Store::open_sqlite(path, SecretKey::from_hex(STORAGE_KEY)?).await?;
    fill(&store, repositories).await?;
    store.close().await;
    Ok(())
}

/// The same in a PostgreSQL database.
pub(crate) async fn shared_database(url: &str, repositories: u64) -> anyhow::Result<()> {
    let options = PostgresOptions::parse(url)?;
    let store = Store::open_postgres(&options, SecretKey::from_hex(STORAGE_KEY)?).await?;
    fill(&store, repositories).await?;
    store.close().await;
    Ok(())
}

async fn fill(store: &Store, repositories: u64) -> anyhow::Result<()> {
    let installation = installation()?;
    let token = SecretString::from("token".to_owned());
    store
        .save(&installation, &StoredCredential::AccessToken { token })
        .await?;
    let secret = SecretString::from(HOOK_SECRET.to_owned());
    for from in (0..repositories).step_by(usize::try_from(AT_ONCE)?) {
        let numbers = from..(from + AT_ONCE).min(repositories);
        let added: Vec<TrackedRepository> = numbers
            .map(|number| repository(&installation, number))
            .collect::<anyhow::Result<_>>()?;
        try_join_all(added.iter().map(|one| store.add(one, &secret))).await?;
    }
    Ok(())
}

fn installation() -> anyhow::Result<Installation> {
    Ok(Installation {
        id: InstallationId::from_uuid(Uuid::from_u64_pair(0x0190_a5c2_7e1d_7000, 1 << 63)),
        workspace: Workspace::parse("acme")?,
        workspace_uuid: WorkspaceUuid::parse(WORKSPACE_UUID)?,
        kind: InstallationKind::AccessToken,
        tracker: TrackerName::parse("sentry").ok().context("a name")?,
        state: InstallationState::Active,
        created_at: now(),
    })
}

fn repository(installation: &Installation, number: u64) -> anyhow::Result<TrackedRepository> {
    Ok(TrackedRepository {
        id: repository_id(number),
        installation: installation.id,
        uuid: RepoUuid::parse(&repository_uuid(number))?,
        full_name: RepoFullName::parse(&format!("acme/rocket-{number}"))?,
        web_url: Some(format!("https://bitbucket.org/acme/rocket-{number}")),
        main_branch: Some("main".to_owned()),
        projects: Vec::new(),
        on_push: if number == TOLD {
            PushPolicy::Comment
        } else {
            PushPolicy::Record
        },
        hook: None,
        state: RepositoryState::Active,
        added_at: now(),
    })
}

/// The service on that database, as a person starts it but for its log: every program here logs warnings only.
pub(crate) fn service(program: &Path, address: SocketAddr, database: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg("serve")
        .env("BITBUCKET_INTEGRATION_SERVER_LISTEN", address.to_string())
        .env("BITBUCKET_INTEGRATION_STORAGE_PATH", database)
        .env("BITBUCKET_INTEGRATION_STORAGE_KEY", STORAGE_KEY)
        .env("BITBUCKET_INTEGRATION_API_KEY", API_KEY)
        .env("BITBUCKET_INTEGRATION_LOG_FILTER", "warn")
        .stdout(Stdio::null());
    if let Some(folder) = database.parent() {
        command.current_dir(folder);
    }
    command
}
