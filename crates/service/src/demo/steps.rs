//! The steps of the road after everything runs: connect, follow, push, release, and the issue read back.

use std::time::Duration;

use bitbucket_api_paths::CommitSha;
use bitbucket_integration_provider::ports::ReleaseState;
use bitbucket_simulator::acme;
use bitbucket_simulator::control::{Condition, NewCommit, Push, Pushed};
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::Teller;
use super::stage::Stage;
use crate::cli::Failure;
use crate::wire::{
    AddRepositoryBody, ConnectBody, CredentialBody, InstallationView, OpenReleaseBody, ReleaseView,
    RepositoryView,
};

/// The issue that the push is about.
const ISSUE: &str = "ROCKET-1A";

/// The release that is made.
const VERSION: &str = "rocket@1.4.0";

/// The commits that are pushed: label and message.
const COMMITS: [(&str, &str); 3] = [
    (
        "demo-1",
        "Measure the thrust before dividing by it\n\nFixes ROCKET-1A",
    ),
    ("demo-2", "Log every countdown"),
    ("demo-3", "Paint the fins red"),
];

/// How long a step may take until it counts as failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Plays all steps.
pub(super) async fn play(stage: &Stage, teller: &mut Teller) -> Result<(), Failure> {
    connect(stage, teller).await?;
    let repository = follow(stage, teller).await?;
    let before = status(stage, teller, "before").await?;
    teller.step(
        "before",
        &format!("{ISSUE} \"{}\" is {}", before.title, before.status),
    );
    let (previous, head) = push(stage, teller, &repository).await?;
    comment(stage, teller).await?;
    release(stage, teller, previous, head).await?;
    resolved(stage, teller, &before.status).await
}

async fn connect(stage: &Stage, teller: &mut Teller) -> Result<(), Failure> {
    let body = ConnectBody {
        workspace: acme::WORKSPACE.to_owned(),
        tracker: None,
        credential: CredentialBody::AccessToken {
            token: SecretString::from(acme::ACCESS_TOKEN.to_owned()),
        },
    };
    let connected = stage.api.post("/installations", &body).await;
    let (
        _,
        InstallationView {
            workspace,
            workspace_uuid,
            tracker,
            ..
        },
    ) = connected.map_err(|failure| teller.failed("connect", failure.message()))?;
    teller.step("connect", &format!("workspace {workspace} {workspace_uuid} with its access token; it reports to tracker {tracker}"));
    Ok(())
}

async fn follow(stage: &Stage, teller: &mut Teller) -> Result<RepositoryView, Failure> {
    let body = AddRepositoryBody {
        repository: acme::REPOSITORY.to_owned(),
        projects: vec![acme::SENTRY_PROJECT.to_owned()],
        on_push: bitbucket_integration_provider::ports::PushPolicy::Comment,
    };
    let added = stage.api.post("/repositories", &body).await;
    let (_, repository): (_, RepositoryView) =
        added.map_err(|failure| teller.failed("repository", failure.message()))?;
    let hooks = stage
        .control
        .hooks(acme::REPOSITORY)
        .await
        .map_err(|error| teller.failed("repository", &error.to_string()))?;
    let known = hooks
        .iter()
        .any(|hook| Some(&hook.uuid) == repository.hook.as_ref());
    let (true, Some(hook)) = (known, &repository.hook) else {
        return Err(teller.failed(
            "repository",
            "Bitbucket does not have the hook that the service says it made",
        ));
    };
    teller.step(
        "repository",
        &format!(
            "{} is followed; Bitbucket has hook {hook} with a fresh secret",
            repository.full_name
        ),
    );
    Ok(repository)
}

/// An issue as the tracker shows it.
struct Seen {
    title: String,
    status: String,
    release: Option<String>,
}

async fn status(stage: &Stage, teller: &Teller, step: &str) -> Result<Seen, Failure> {
    let issue = stage
        .control
        .issue(ISSUE)
        .await
        .map_err(|error| teller.failed(step, &error.to_string()))?;
    let release = issue.resolved_in_release().map(str::to_owned);
    Ok(Seen {
        title: issue.title,
        status: issue.status,
        release,
    })
}

/// Pushes, delivers, and waits until the commits are stored; gives the heads before and after.
async fn push(
    stage: &Stage,
    teller: &mut Teller,
    repository: &RepositoryView,
) -> Result<(String, String), Failure> {
    let before = stage
        .control
        .repository(acme::REPOSITORY)
        .await
        .map_err(|error| teller.failed("push", &error.to_string()))?;
    let previous = before.branches.get("main").cloned().unwrap_or_default();
    let commits = COMMITS.map(|(label, message)| NewCommit::new(label, message));
    let pushed = stage
        .control
        .push_held(&Push::to(acme::REPOSITORY).commits("main", commits))
        .await;
    let pushed = pushed.map_err(|error| teller.failed("push", &error.to_string()))?;
    let shas = COMMITS.map(|(label, _)| bitbucket_simulator::sha(label));
    let [named, .., head] = &shas;
    teller.step(
        "push",
        &format!(
            "{} commits to main of {}; {} says \"Fixes {ISSUE}\"",
            shas.len(),
            acme::REPOSITORY,
            short(named)
        ),
    );
    deliver(stage, teller, &pushed).await?;
    recorded(stage, teller, repository, &shas).await?;
    Ok((previous, head.clone()))
}

async fn deliver(stage: &Stage, teller: &mut Teller, pushed: &Pushed) -> Result<(), Failure> {
    let delivery = pushed
        .delivery()
        .ok_or_else(|| teller.failed("delivery", "the push made no delivery, or several"))?;
    let sent = stage
        .control
        .redeliver(delivery.id)
        .await
        .map_err(|error| teller.failed("delivery", &error.to_string()))?;
    let uuid = sent
        .header("X-Request-UUID")
        .unwrap_or("without uuid")
        .to_owned();
    let elapsed = sent.attempts.last().map_or(0, |attempt| attempt.elapsed_ms);
    match (sent.status(), sent.header("X-Hub-Signature")) {
        (Some(204), Some(_)) => {
            teller.step(
                "delivery",
                &format!(
                    "{} {uuid}, signed with the hook's secret: answered 204 after {elapsed} ms",
                    sent.event
                ),
            );
            Ok(())
        }
        (Some(204), None) => Err(teller.failed("delivery", "it was not signed")),
        (status, _) => Err(teller.failed(
            "delivery",
            &format!("{uuid} was answered {status:?} instead of 204"),
        )),
    }
}

async fn recorded(
    stage: &Stage,
    teller: &mut Teller,
    repository: &RepositoryView,
    shas: &[String],
) -> Result<(), Failure> {
    let log = &stage.service.integration().ports().commits;
    let deadline = Instant::now() + PATIENCE;
    for sha in shas {
        let wanted =
            CommitSha::parse(sha).map_err(|error| teller.failed("recorded", &error.to_string()))?;
        while log
            .find(repository.id, &wanted)
            .await
            .map_err(|error| teller.failed("recorded", &error.to_string()))?
            .is_none()
        {
            if Instant::now() > deadline {
                return Err(teller.failed(
                    "recorded",
                    &format!("commit {} is not in the database", short(sha)),
                ));
            }
            sleep(Duration::from_millis(10)).await;
        }
    }
    let names: Vec<&str> = shas.iter().map(|sha| short(sha)).collect();
    teller.step(
        "recorded",
        &format!("commits {} are in the service's database", names.join(", ")),
    );
    Ok(())
}

async fn comment(stage: &Stage, teller: &mut Teller) -> Result<(), Failure> {
    let noted = Condition::Notes {
        short_id: ISSUE.to_owned(),
        at_least: 1,
    };
    stage
        .control
        .wait_for(noted, PATIENCE)
        .await
        .map_err(|error| teller.failed("comment", &error.to_string()))?;
    let issue = stage
        .control
        .issue(ISSUE)
        .await
        .map_err(|error| teller.failed("comment", &error.to_string()))?;
    let text = issue
        .notes
        .last()
        .map(|note| note.text.split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default();
    teller.step("comment", &format!("on {ISSUE}: \"{text}\""));
    Ok(())
}

async fn release(
    stage: &Stage,
    teller: &mut Teller,
    previous: String,
    head: String,
) -> Result<(), Failure> {
    let body = OpenReleaseBody {
        version: VERSION.to_owned(),
        repository: Some(acme::REPOSITORY.to_owned()),
        commit: Some(head),
        previous: Some(previous),
        projects: Vec::new(),
        environment: None,
        refs: Vec::new(),
    };
    let opened = stage.api.post("/releases", &body).await;
    let (_, mut release): (_, ReleaseView) =
        opened.map_err(|failure| teller.failed("release", failure.message()))?;
    let deadline = Instant::now() + PATIENCE;
    while release.state == ReleaseState::Pending && Instant::now() < deadline {
        sleep(Duration::from_millis(20)).await;
        let looked = stage.api.get(&format!("/releases/{}", release.id)).await;
        release = looked.map_err(|failure| teller.failed("release", failure.message()))?;
    }
    if release.state != ReleaseState::Published {
        let why = release
            .failure
            .map(|failure| failure.message)
            .unwrap_or_default();
        return Err(teller.failed(
            "release",
            &format!(
                "it is {} instead of published: {why}",
                release.state.as_str()
            ),
        ));
    }
    let (commits, files) = in_tracker(stage, teller).await?;
    if commits != COMMITS.len() {
        return Err(teller.failed(
            "release",
            &format!(
                "the tracker has {commits} commits of it instead of {}",
                COMMITS.len()
            ),
        ));
    }
    teller.step(
        "release",
        &format!("{VERSION} is in the tracker with {commits} commits and {files} changed files"),
    );
    Ok(())
}

/// How many commits and changed files the tracker has of the release.
async fn in_tracker(stage: &Stage, teller: &Teller) -> Result<(usize, usize), Failure> {
    let failed = |error: bitbucket_simulator::control::ControlError| {
        teller.failed("release", &error.to_string())
    };
    let release = stage.control.release(VERSION).await.map_err(failed)?;
    let release =
        release.ok_or_else(|| teller.failed("release", "the tracker does not have it"))?;
    let shas = release.shas();
    let world = stage.control.world().await.map_err(failed)?;
    let commits = world
        .sentry
        .organizations
        .iter()
        .flat_map(|organization| &organization.commits);
    let files = commits
        .filter(|commit| shas.contains(&commit.sha.as_str()))
        .map(|commit| commit.patch_set.len())
        .sum();
    Ok((shas.len(), files))
}

async fn resolved(stage: &Stage, teller: &mut Teller, before: &str) -> Result<(), Failure> {
    let condition = Condition::IssueStatus {
        short_id: ISSUE.to_owned(),
        status: "resolved".to_owned(),
    };
    stage
        .control
        .wait_for(condition, PATIENCE)
        .await
        .map_err(|error| teller.failed("after", &error.to_string()))?;
    stage.service.quiet().await;
    let after = status(stage, teller, "after").await?;
    match after.release.as_deref() {
        Some(VERSION) if after.status == "resolved" => {
            teller.step(
                "after",
                &format!(
                    "{ISSUE}: {before} → {} in {VERSION}, as the tracker says",
                    after.status
                ),
            );
            Ok(())
        }
        release => Err(teller.failed(
            "after",
            &format!("{ISSUE} is {} in {release:?}", after.status),
        )),
    }
}

fn short(sha: &str) -> &str {
    sha.get(..8).unwrap_or(sha)
}
