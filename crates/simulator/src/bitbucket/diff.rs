//! Raw diffs, patches, and the files on which two sides disagree.

use jiff::{Timestamp, fmt::rfc2822};
use serde_json::{Value, json};

use super::{diff_text, error, page, spec::Spec};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{
        Commit, Repository,
        content::{self, Difference},
        history,
    },
};

const READ: Access = Access::Scopes(&["repository"]);
const DIFF: &str = "/2.0/repositories/{workspace}/{repo_slug}/diff/{*spec}";
const PATCH: &str = "/2.0/repositories/{workspace}/{repo_slug}/patch/{*spec}";
const CONFLICTS: &str = "/2.0/repositories/{workspace}/{repo_slug}/file-conflicts/{spec}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", DIFF, READ, diff),
    Route::new("GET", PATCH, READ, patch),
    Route::new("GET", CONFLICTS, READ, file_conflicts),
];

/// Unchanged lines around a change, as git has it.
const CONTEXT: usize = 3;

fn diff(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let context = match call.asked.query_value("context") {
        None => CONTEXT,
        Some(lines) => lines
            .parse()
            .map_err(|_| error::field("context", "expected int"))?,
    };
    let without_binary = call.asked.query_value("binary").as_deref() == Some("false");
    let is_binary = |one: &Difference| {
        let sides = [&one.old, &one.new].into_iter().flatten();
        sides.into_iter().any(|side| content::is_binary(side))
    };
    let differences = Spec::of(call, own)?.differences(call, own);
    let shown = differences
        .iter()
        .filter(|one| !(without_binary && is_binary(one)));
    let text: String = shown.map(|one| diff_text::file(one, context)).collect();
    Ok(raw(text))
}

fn patch(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let commits = Spec::of(call, own)?.commits(own);
    let count = commits.len();
    let mails = commits.iter().enumerate();
    let text: String = mails
        .map(|(place, commit)| mail(own, commit, (place + 1, count)))
        .collect();
    Ok(raw(text))
}

/// A commit as `git format-patch` writes it.
fn mail(own: &Repository, commit: &Commit, (number, count): (usize, usize)) -> String {
    let mut message = commit.message.trim_end().lines();
    let subject = message.next().unwrap_or_default();
    let body: String = message.map(|line| format!("{line}\n")).collect();
    let series = match count {
        1 => "[PATCH]".to_owned(),
        _ => format!("[PATCH {number}/{count}]"),
    };
    let date = rfc2822::to_string(&commit.instant().to_zoned(jiff::tz::TimeZone::UTC));
    let diff: String = content::of_commit(own, commit)
        .iter()
        .map(|one| diff_text::file(one, CONTEXT))
        .collect();
    format!(
        "From {} Mon Sep 17 00:00:00 2001\nFrom: {}\nDate: {}\nSubject: {series} {subject}\n{body}---\n{diff}-- \n2.47.0\n\n",
        commit.sha,
        commit.author,
        date.unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_string()),
    )
}

fn raw(text: String) -> Answer {
    Answer {
        body: text.into(),
        ..Answer::empty(200).with_header("content-type", "text/plain; charset=utf-8")
    }
}

fn file_conflicts(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let spec = Spec::of(call, own)?;
    let Spec::Range { new, old } = spec else {
        return Err(error::simple(400, "Invalid spec"));
    };
    page::listed(call, page::GENERAL, conflicts(own, &new, &old))
}

/// The files that both sides changed since their merge base, and not in the same way.
pub(super) fn conflicts(own: &Repository, new: &str, old: &str) -> Vec<Value> {
    let Some(base) = history::merge_base(own, new, old) else {
        return Vec::new();
    };
    let ours = content::between(own, &base, new);
    let theirs = content::between(own, &base, old);
    let both = ours.into_iter().filter(|our| {
        let mut theirs = theirs.iter();
        theirs.any(|their| their.change.path == our.change.path && their.new != our.new)
    });
    both.map(|one| json!({"type": "file_conflict", "path": one.change.path}))
        .collect()
}
