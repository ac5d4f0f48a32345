//! `cargo xtask tidy`: the rules of the house that no compiler knows, one module each.

mod edges;
mod headers;
mod lexer;
mod links;
mod sizes;
mod sources;
mod words;
mod workspace;

use std::fmt;
use std::path::Path;

use crate::{Verdict, say};
use workspace::Workspace;

/// Something to be put right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    /// Relative to the workspace, with `/`.
    path: String,
    /// Counted from 1.
    line: usize,
    wrong: String,
    fix: String,
}

impl Problem {
    fn new(path: &str, line: usize, wrong: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            wrong: wrong.into(),
            fix: fix.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}; {}",
            self.path, self.line, self.wrong, self.fix
        )
    }
}

/// Checks everything and prints each problem on a line of its own.
pub(crate) fn run(root: &Path) -> anyhow::Result<Verdict> {
    let problems = problems(root)?;
    for problem in &problems {
        say::line(problem);
    }
    match problems.len() {
        0 => say::note("tidy: nothing to put right"),
        1 => say::note("tidy: 1 problem"),
        many => say::note(format_args!("tidy: {many} problems")),
    }
    Ok(Verdict::of(problems.is_empty()))
}

fn problems(root: &Path) -> anyhow::Result<Vec<Problem>> {
    let workspace = Workspace::read(root)?;
    let sources = sources::read(&workspace)?;
    let words = words::ForbiddenWords::of_this_workspace()?;
    let mut problems = edges::check(&workspace)?;
    problems.extend(headers::check_readmes(&workspace));
    problems.extend(words.check_crates(&workspace));
    for source in &sources {
        problems.extend(sizes::check(source));
        problems.extend(headers::check(source));
        problems.extend(words.check(source));
    }
    problems.extend(links::check(&workspace)?);
    problems.sort();
    Ok(problems)
}
