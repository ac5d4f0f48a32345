//! Finding references in commit messages, beside two regular expressions of the same rule and beside the search for keywords alone.

use std::hint::black_box;
use std::path::PathBuf;

use aho_corasick::packed;
use anyhow::{Context as _, ensure};
use bitbucket_commit_resolver::{Grammar, ShortId};
use regex::Regex;

use crate::clock::least_seconds;
use crate::messages::SEPARATOR;
use crate::sample::Sample;

/// By whom.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum By {
    /// `bitbucket-commit-resolver`, profile `sentry`.
    Ours,
    /// The crate `regex`.
    Regex,
    /// A vectorized search for the keywords in their usual spellings; what follows them is not read.
    Floor,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(long, default_value = "ours")]
    by: By,
    /// Messages, separated by NUL.
    #[arg(long)]
    file: PathBuf,
    /// Read the first ones only.
    #[arg(long)]
    messages: Option<usize>,
    /// How often to measure; the best counts.
    #[arg(long, default_value_t = 3)]
    times: u32,
    /// Compare our answers with those of the regular expressions, message by message.
    #[arg(long)]
    compare: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let text = std::fs::read_to_string(&arguments.file)
        .with_context(|| format!("could not read {}", arguments.file.display()))?;
    let messages: Vec<&str> = text
        .split(SEPARATOR)
        .take(arguments.messages.unwrap_or(usize::MAX))
        .collect();
    if arguments.compare {
        compare(&messages)?;
    }
    let (seconds, found) = match arguments.by {
        By::Ours => {
            let grammar = Grammar::sentry();
            least_seconds(arguments.times, || {
                sum(&messages, |message| grammar.references(message).len())
            })
        }
        By::Regex => {
            let rule = ByRegex::new()?;
            least_seconds(arguments.times, || {
                sum(&messages, |message| rule.references(message).len())
            })
        }
        By::Floor => {
            let keywords = keywords().context("no vector instructions on this machine")?;
            least_seconds(arguments.times, || {
                sum(&messages, |message| keywords.find_iter(message).count())
            })
        }
    };
    let bytes: usize = messages.iter().map(|message| message.len()).sum();
    let [bytes, found] = [bytes, found].map(crate::sample::number);
    Ok(Sample::of("mb_per_cpu_second", bytes / 1e6 / seconds)
        .with("cpu_seconds", seconds)
        .with("found", found)
        .with("mb", bytes / 1e6))
}

fn sum(messages: &[&str], count: impl Fn(&str) -> usize) -> usize {
    messages
        .iter()
        .map(|message| count(black_box(message)))
        .sum()
}

fn keywords() -> Option<packed::Searcher> {
    let words = [
        "fix", "Fix", "FIX", "close", "Close", "CLOSE", "resolve", "Resolve", "RESOLVE",
    ];
    packed::Config::new().builder().extend(words).build()
}

/// The rule as two regular expressions, the way it is written where no parser is at hand.
struct ByRegex {
    statement: Regex,
    id: Regex,
}

impl ByRegex {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            statement: Regex::new(
                r"(?i)\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):?\s+([a-z0-9_\-\s,]+)\b",
            )?,
            id: Regex::new(r"(?i)\b([a-z0-9_-]+-[a-z0-9]+)\b")?,
        })
    }

    fn references(&self, message: &str) -> Vec<ShortId> {
        let mut found = Vec::new();
        let statements = self.statement.captures_iter(message);
        for run in statements.filter_map(|statement| statement.get(1)) {
            let ids = self.id.find_iter(run.as_str());
            for id in ids.filter_map(|id| ShortId::parse(id.as_str()).ok()) {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        found
    }
}

fn compare(messages: &[&str]) -> anyhow::Result<()> {
    let (grammar, rule) = (Grammar::sentry(), ByRegex::new()?);
    for message in messages {
        let ours: Vec<ShortId> = grammar
            .references(message)
            .iter()
            .map(|found| found.short_id().clone())
            .collect();
        let theirs = rule.references(message);
        ensure!(
            ours == theirs,
            "{message:?}: we find {ours:?}, the regular expressions {theirs:?}"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_answers_are_those_of_the_regular_expressions() {
        let text = crate::messages::text(5_000);
        let messages: Vec<&str> = text.split(SEPARATOR).collect();
        compare(&messages).unwrap();
        let grammar = Grammar::sentry();
        let found = sum(&messages, |message| grammar.references(message).len());
        assert!(found > 100, "{found}");
    }
}
