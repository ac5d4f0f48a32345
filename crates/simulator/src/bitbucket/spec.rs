//! What is compared: one commit with its first parent, or two ends, of which the NEW one stands first.

use super::error;
use crate::{
    wire::{answer::Answer, call::Call},
    world::{
        Commit, Repository,
        content::{self, Difference},
        history,
    },
};

/// A comparison, its ends resolved.
#[derive(Debug)]
pub(super) enum Spec<'a> {
    /// One commit.
    Commit(&'a Commit),
    /// Two ends (full hashes).
    Range { new: String, old: String },
}

impl<'a> Spec<'a> {
    /// Reads the `spec` in the path; the redirect of a pull request names the repository and separates the ends by a carriage return.
    pub(super) fn of(call: &Call<'_>, own: &'a Repository) -> Result<Self, Answer> {
        let spec = call.param("spec");
        let spec = match spec.rsplit_once(':') {
            Some((repository, ends)) if repository == own.full_name() => ends,
            _ => spec,
        };
        let resolve = |revision: &str| {
            history::resolve(own, revision).ok_or_else(|| error::no_commit(revision))
        };
        match spec.split_once("..").or_else(|| spec.split_once('\r')) {
            Some((new, old)) => Ok(Self::Range {
                new: resolve(new)?,
                old: resolve(old)?,
            }),
            None => {
                let sha = resolve(spec)?;
                own.commit(&sha)
                    .map(Self::Commit)
                    .ok_or_else(|| error::no_commit(spec))
            }
        }
    }

    /// The commits that the new side has and the old side lacks, oldest first.
    pub(super) fn commits(&self, own: &'a Repository) -> Vec<&'a Commit> {
        match self {
            Self::Commit(commit) => vec![*commit],
            Self::Range { new, old } => {
                let mut commits =
                    history::range(own, std::slice::from_ref(new), std::slice::from_ref(old));
                commits.reverse();
                commits
            }
        }
    }

    /// The changed files, as the query wants them.
    pub(super) fn differences(&self, call: &Call<'_>, own: &Repository) -> Vec<Difference> {
        let switched_off = |name: &str| call.asked.query_value(name).as_deref() == Some("false");
        let mut differences = match self {
            Self::Commit(commit) => content::of_commit(own, commit),
            Self::Range { new, old } if switched_off("topic") => content::between(own, old, new),
            Self::Range { new, old } => {
                let base = history::merge_base(own, new, old);
                content::between(own, base.as_ref().unwrap_or(old), new)
            }
        };
        if switched_off("renames") {
            let parts = differences.into_iter().flat_map(Difference::without_rename);
            differences = parts.collect();
        }
        let paths = paths(call);
        differences.retain(|one| paths.is_empty() || is_below(&one.change.path, &paths));
        if call.asked.query_value("ignore_whitespace").as_deref() == Some("true") {
            differences.retain(|one| !differs_by_blanks_only(one));
        }
        differences
    }
}

/// Every `path` of the query.
pub(super) fn paths(call: &Call<'_>) -> Vec<String> {
    let pairs = call.asked.query_pairs().into_iter();
    let paths = pairs.filter(|(name, _)| name == "path");
    paths.map(|(_, path)| path).collect()
}

/// Whether a file is one of these, or in one of these folders.
pub(super) fn is_below(file: &str, paths: &[String]) -> bool {
    paths.iter().any(|path| {
        file.strip_prefix(path.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn differs_by_blanks_only(one: &Difference) -> bool {
    let solid = |text: &Option<String>| -> Option<String> {
        let text = text.as_ref()?;
        Some(text.chars().filter(|one| !one.is_whitespace()).collect())
    };
    one.old != one.new && one.old.is_some() && solid(&one.old) == solid(&one.new)
}
