//! What is said on issues. The same commit always gives the same text, so that a tracker can tell a repetition.

use std::fmt::Write as _;

use bitbucket_commit_resolver::Action;

use crate::ports::{IssueLink, LoggedCommit, TrackedRepository, TrackerIssue};

/// Longest part of a commit's subject that is quoted, in characters.
const LONGEST_SUBJECT: usize = 200;

/// How our comment on a pull request begins, whatever it says.
pub(super) const OURS: &str = "**Issues that this pull request resolves**";

/// Which issues a pull request will resolve.
pub(super) fn pull_request(issues: &[TrackerIssue]) -> String {
    let mut text = format!("{OURS}\n");
    if issues.is_empty() {
        text.push_str("\nNone any more.");
    }
    for issue in issues {
        let id = issue.web_url.as_ref().map_or_else(
            || issue.short_id.clone(),
            |url| format!("[{}]({url})", issue.short_id),
        );
        // Writing to a string never fails.
        let _ = write!(text, "\n- {id}: {}", plain(&issue.title));
    }
    text
}

/// A text of somebody else's as one line that Markdown shows as it is.
fn plain(text: &str) -> String {
    let line = subject(text);
    let mut plain = String::with_capacity(line.len());
    for character in line.chars() {
        if "\\`*_{}[]<>()#+!|~@".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// An issue at Bitbucket belongs to this one.
pub(super) fn linked(repository: &TrackedRepository, link: &IssueLink) -> String {
    let name = format!("{}#{}", repository.full_name, link.number);
    let name = match &link.web_url {
        Some(url) => format!("[{name}]({url})"),
        None => name,
    };
    format!("Linked to {name}: {}", subject(&link.title))
}

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
