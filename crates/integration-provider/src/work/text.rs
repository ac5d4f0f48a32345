//! What is said on issues. The same commit always gives the same text, so that a tracker can tell a repetition.

use bitbucket_commit_resolver::Action;

use crate::ports::{LoggedCommit, TrackedRepository};

/// Longest part of a commit's subject that is quoted, in characters.
const LONGEST_SUBJECT: usize = 200;

/// A commit names the issue, or asks for something.
pub(super) fn because_of(
    action: Action,
    repository: &TrackedRepository,
    commit: &LoggedCommit,
) -> String {
    let done = match action {
        Action::Reference => "Named",
        Action::Resolve => "Resolved",
        Action::Reopen => "Reopened",
        Action::Hold => "Put on hold",
        Action::WontFix => "Not to be fixed, decided",
        Action::Invalidate => "Found to be none",
    };
    format!("{done} by {}", told(repository, commit))
}

/// A release brings the commit that resolves the issue.
pub(super) fn released(
    version: &str,
    repository: &TrackedRepository,
    commit: &LoggedCommit,
) -> String {
    format!(
        "Released in {version}: resolved by {}",
        told(repository, commit)
    )
}

fn told(repository: &TrackedRepository, commit: &LoggedCommit) -> String {
    let short = commit.sha.as_str().get(..12).unwrap_or(commit.sha.as_str());
    let link = repository.web_url.as_deref().map_or_else(
        || short.to_owned(),
        |base| format!("[{short}]({base}/commits/{})", commit.sha),
    );
    let part = |word: &str, text: Option<&str>| text.map(|text| format!(" {word} {text}"));
    let branch = part("on branch", commit.branch.as_deref()).unwrap_or_default();
    let author = part("by", commit.author_name.as_deref()).unwrap_or_default();
    format!(
        "commit {link} in {}{branch}{author}: {}",
        repository.full_name,
        subject(&commit.message)
    )
}

fn subject(message: &str) -> String {
    let line = message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("(no message)");
    match line.char_indices().nth(LONGEST_SUBJECT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
