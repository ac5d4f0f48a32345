//! Setting a release's commits: the whole list is replaced, and the issues that the messages name become resolved.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::json;

use super::{error, messages, release_input::CommitInput};
use crate::{
    wire::answer::Answer,
    world::{Issue, Organization, ReleaseCommit, TrackedCommit, TrackedRepository},
};

/// Longest mail address that is kept, in characters.
const KEPT_EMAIL: usize = 75;

/// Replaces the commits of the release at `place`; resolves named issues if `resolves`.
pub(super) fn replace(
    own: &mut Organization,
    place: usize,
    commits: Vec<CommitInput>,
    resolves: bool,
) -> Result<(), Answer> {
    // The real server looks into each message and compares all timestamps without asking whether they are there.
    let timed = commits
        .iter()
        .filter(|commit| commit.timestamp.is_some())
        .count();
    let null_message = commits.iter().any(|commit| commit.message == Some(None));
    if null_message || (timed != 0 && timed != commits.len()) {
        return Err(error::internal());
    }
    let mut kept: Vec<TrackedCommit> = commits
        .into_iter()
        .map(|input| tracked(own, input))
        .filter(|commit| {
            !commit
                .message
                .as_deref()
                .unwrap_or_default()
                .contains(messages::SKIP)
        })
        .collect();
    kept.sort_by_key(|commit| Reverse(instant(commit)));
    let ties = kept.iter().map(|commit| ReleaseCommit {
        repository: commit.repository.clone(),
        sha: commit.sha.clone(),
    });
    own.releases[place].commits = ties.collect();
    for commit in kept {
        ensure_repository(own, &commit.repository);
        tie_issues(own, &commit);
        keep(own, commit);
    }
    if resolves {
        resolve_named(own, place);
    }
    Ok(())
}

fn instant(commit: &TrackedCommit) -> Option<Timestamp> {
    commit.timestamp.as_ref()?.parse().ok()
}

fn tracked(own: &Organization, input: CommitInput) -> TrackedCommit {
    let email = input.author_email.or_else(|| {
        let name = input.author_name.as_ref()?;
        Some(format!("{}@localhost", name.replace(' ', "")))
    });
    TrackedCommit {
        repository: input
            .repository
            .unwrap_or_else(|| format!("organization-{}", own.id)),
        sha: input.id,
        message: input.message.flatten(),
        author_name: input.author_name,
        author_email: email.map(|email| email.to_lowercase().chars().take(KEPT_EMAIL).collect()),
        timestamp: input.timestamp,
        patch_set: input.patch_set,
    }
}

fn ensure_repository(own: &mut Organization, name: &str) {
    if own.repositories.iter().any(|one| one.name == name) {
        return;
    }
    own.repositories.push(TrackedRepository {
        id: own.repositories.len() as u64 + 71,
        name: name.to_owned(),
        provider: None,
    });
}

/// A message ties its commit to the issues it names, in the whole organization, and to no others any more.
fn tie_issues(own: &mut Organization, commit: &TrackedCommit) {
    let named = messages::named_issues(commit.message.as_deref().unwrap_or_default());
    for issue in &mut own.issues {
        let was_tied = issue.commits.contains(&commit.sha);
        let is_named = named.contains(&issue.short_id);
        if is_named && !was_tied {
            issue.commits.push(commit.sha.clone());
        }
        if was_tied && !is_named {
            issue.commits.retain(|sha| *sha != commit.sha);
            reopen_if_orphaned(issue);
        }
    }
}

/// An issue that became resolved in a release, and that no commit names any more, opens again.
fn reopen_if_orphaned(issue: &mut Issue) {
    if issue.commits.is_empty() && issue.resolved_in_release().is_some() {
        "unresolved".clone_into(&mut issue.status);
        issue.status_details = json!({});
    }
}

/// Writes a commit; what is known of it already is overwritten, its changed files only if new ones came.
fn keep(own: &mut Organization, commit: TrackedCommit) {
    let known = own
        .commits
        .iter_mut()
        .find(|one| one.repository == commit.repository && one.sha == commit.sha);
    match known {
        None => own.commits.push(commit),
        Some(known) => {
            let files = std::mem::take(&mut known.patch_set);
            *known = commit;
            if known.patch_set.is_empty() {
                known.patch_set = files;
            }
        }
    }
}

/// Only issues of the release's own projects, and only those that are not resolved in a release yet.
fn resolve_named(own: &mut Organization, place: usize) {
    let release = &own.releases[place];
    let in_release = |sha: &String| release.commits.iter().any(|tie| tie.sha == *sha);
    let version = json!({"inRelease": release.version});
    for issue in &mut own.issues {
        let named = issue.commits.iter().any(in_release);
        let settled = issue.status == "resolved" && issue.resolved_in_release().is_some();
        if named && !settled && release.projects.contains(&issue.project) {
            issue.resolve(version.clone());
        }
    }
}
