//! Finds references in generated commit messages: the `sentry` profile beside two regular expressions of the same rule, with equal
//! answers. `COMMITS` messages are about 167 MB.

use bitbucket_commit_resolver::{Grammar, ShortId};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use regex::Regex;
use std::hint::black_box;

mod messages;

const COMMITS: usize = 1_000_000;

struct ByRegex {
    statement: Regex,
    id: Regex,
}

impl ByRegex {
    #[expect(clippy::expect_used, reason = "constant patterns")]
    fn new() -> Self {
        let compile = |pattern: &str| Regex::new(pattern).expect("a valid pattern");
        Self {
            statement: compile(
                r"(?i)\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?):?\s+([a-z0-9_\-\s,]+)\b",
            ),
            id: compile(r"(?i)\b([a-z0-9_-]+-[a-z0-9]+)\b"),
        }
    }

    fn references(&self, message: &str) -> Vec<ShortId> {
        let mut found = Vec::new();
        for run in self
            .statement
            .captures_iter(message)
            .filter_map(|statement| statement.get(1))
        {
            let ids = self
                .id
                .find_iter(run.as_str())
                .filter_map(|id| ShortId::parse(id.as_str()).ok());
            for id in ids {
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        found
    }
}

fn by_grammar(grammar: &Grammar, message: &str) -> Vec<ShortId> {
    grammar
        .references(message)
        .iter()
        .map(|found| found.short_id().clone())
        .collect()
}

fn references(criterion: &mut Criterion) {
    let messages = messages::generate(COMMITS);
    let (grammar, regex) = (Grammar::sentry(), ByRegex::new());
    for message in &messages {
        assert_eq!(
            by_grammar(&grammar, message),
            regex.references(message),
            "{message:?}"
        );
    }
    let mut group = criterion.benchmark_group("references");
    group.throughput(Throughput::Bytes(
        messages.iter().map(|message| message.len() as u64).sum(),
    ));
    group.sample_size(10);
    group.bench_function("sentry", |bencher| {
        bencher.iter(|| {
            messages
                .iter()
                .map(|message| grammar.references(black_box(message)).len())
                .sum::<usize>()
        });
    });
    group.bench_function("regex", |bencher| {
        bencher.iter(|| {
            messages
                .iter()
                .map(|message| regex.references(black_box(message)).len())
                .sum::<usize>()
        });
    });
    group.finish();
}

/// The cost of a message grows with its length only.
fn growth(criterion: &mut Criterion) {
    let grammar = Grammar::sentry();
    let shapes = [
        ("prose", "fix the crash in the worker "),
        ("ids", "Fixes ROCKET-1A, "),
        ("brackets", "[fix ["),
        ("links", "[fix](x) A-1 "),
    ];
    for (name, shape) in shapes {
        let mut group = criterion.benchmark_group(format!("growth/{name}"));
        for kilobytes in [10_usize, 100, 1000] {
            let message = shape.repeat(kilobytes * 1000 / shape.len());
            group.throughput(Throughput::Bytes(message.len() as u64));
            group.sample_size(10);
            group.bench_function(format!("{kilobytes} kB"), |bencher| {
                bencher.iter(|| grammar.references(black_box(&message)).len());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, references, growth);
criterion_main!(benches);
