//! Which crate may use which: the table in the architecture document against the manifests.

use anyhow::Context as _;

use super::Problem;
use super::workspace::{Kind, Member, Workspace};

/// The document that holds the table.
const DOCUMENT: &str = "docs/ARCHITECTURE.md";
/// The heading above the table, at any level.
const HEADING: &str = "Allowed edges";

/// A row of the table: what one crate may use of ours.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    line: usize,
    name: String,
    /// Second column: dependencies. Their tests may use them too.
    may_use: Vec<Use>,
    /// Third column: what only its tests may use in addition.
    tests_may_use: Vec<Use>,
}

#[derive(Debug, PartialEq, Eq)]
struct Use {
    name: String,
    /// Whether only a feature may switch it on.
    optional: bool,
}

/// Compares the table of the document with the manifests.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Problem>> {
    let text = workspace
        .text(DOCUMENT)
        .with_context(|| format!("could not read {DOCUMENT}"))?;
    Ok(compare(&rows(&text), &workspace.members))
}

/// The rows below the heading.
fn rows(text: &str) -> Vec<Row> {
    let lines = text.lines().enumerate();
    let below = lines
        .skip_while(|(_, line)| {
            !(line.starts_with('#') && line.trim_start_matches('#').trim() == HEADING)
        })
        .skip(1);
    let table = below
        .take_while(|(_, line)| !line.starts_with('#'))
        .filter(|(_, line)| line.starts_with('|'));
    table
        .skip(2)
        .map(|(index, line)| row(index + 1, line))
        .collect()
}

fn row(line: usize, text: &str) -> Row {
    let mut cells = text.trim_matches('|').split('|').map(str::trim);
    let mut next = || cells.next().unwrap_or_default();
    Row {
        line,
        name: unquoted(next()).to_owned(),
        may_use: uses(next()),
        tests_may_use: uses(next()),
    }
}

/// Reads `api-paths, simulator (optional)`; a dash means none.
fn uses(cell: &str) -> Vec<Use> {
    let entries = cell
        .split(',')
        .map(str::trim)
        .filter(|entry| !["", "–", "-", "—"].contains(entry));
    entries.map(use_of).collect()
}

fn use_of(entry: &str) -> Use {
    let name = entry.strip_suffix("(optional)");
    Use {
        name: unquoted(name.unwrap_or(entry).trim()).to_owned(),
        optional: name.is_some(),
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('`')
}

fn compare(rows: &[Row], members: &[Member]) -> Vec<Problem> {
    if rows.is_empty() {
        return vec![Problem::new(
            DOCUMENT,
            1,
            format!("there is no table under a heading `{HEADING}`"),
            "add it: crate, may use of ours, tests may use",
        )];
    }
    let mut problems = unknown_names(rows, members);
    for member in members {
        match rows.iter().find(|row| row.name == member.name()) {
            Some(row) => problems.extend(edges_of(member, row, members)),
            None => problems.push(missing_row(member)),
        }
    }
    problems
}

fn missing_row(member: &Member) -> Problem {
    let wrong = format!(
        "the crate `{}` has no row in the table of {DOCUMENT}",
        member.name()
    );
    Problem::new(
        &member.manifest_path(),
        1,
        wrong,
        "add a row that says what it may use, and why it exists",
    )
}

fn unknown_names(rows: &[Row], members: &[Member]) -> Vec<Problem> {
    let known = |name: &str| members.iter().any(|member| member.name() == name);
    let names = rows.iter().flat_map(|row| {
        let used = row
            .may_use
            .iter()
            .chain(&row.tests_may_use)
            .map(|used| used.name.as_str());
        used.chain([row.name.as_str()])
            .map(move |name| (row.line, name))
    });
    let unknown = names.filter(|(_, name)| !known(name));
    unknown
        .map(|(line, name)| {
            Problem::new(
                DOCUMENT,
                line,
                format!("no folder of a crate is called `{name}`"),
                "remove it or correct the name",
            )
        })
        .collect()
}

fn edges_of(member: &Member, row: &Row, members: &[Member]) -> Vec<Problem> {
    let ours = |package: &str| {
        members
            .iter()
            .find(|other| other.package() == package && other.package() != member.package())
    };
    let edges = member
        .dependencies()
        .into_iter()
        .filter_map(|(package, kind)| ours(package).map(|other| (other, kind)));
    edges
        .filter_map(|(other, kind)| judge(member, row, other, kind))
        .collect()
}

fn judge(member: &Member, row: &Row, other: &Member, kind: Kind) -> Option<Problem> {
    let allowed = row.may_use.iter().find(|used| used.name == other.name());
    let wrong = match (kind, allowed) {
        (Kind::Normal { optional: false }, Some(Use { optional: true, .. })) => {
            let wrong = format!(
                "`{}` may use `{}` only behind a feature",
                member.name(),
                other.name()
            );
            return Some(at(
                member,
                other,
                wrong,
                "write `optional = true` and switch it on by a feature",
            ));
        }
        (Kind::Normal { .. } | Kind::Development, Some(_)) => return None,
        (Kind::Development, None)
            if row
                .tests_may_use
                .iter()
                .any(|used| used.name == other.name()) =>
        {
            return None;
        }
        (Kind::Development, None) => format!(
            "the tests of `{}` may not use `{}`",
            member.name(),
            other.name()
        ),
        (Kind::Normal { .. }, None) => {
            format!("`{}` may not use `{}`", member.name(), other.name())
        }
    };
    let fix = format!(
        "remove the dependency, or allow it in {DOCUMENT}:{} and say why",
        row.line
    );
    Some(at(member, other, wrong, fix))
}

fn at(member: &Member, other: &Member, wrong: String, fix: impl Into<String>) -> Problem {
    Problem::new(
        &member.manifest_path(),
        member.line_of(other.package()),
        wrong,
        fix,
    )
}

#[cfg(test)]
mod tests;
