//! Every file says what lives in it, and the README of a library is its documentation.

use super::Problem;
use super::sources::Source;
use super::workspace::{Member, Workspace};

const INCLUDED_README: &str = "#![doc = include_str!(\"../README.md\")]";

/// A file starts with `//!`, or includes a document.
pub(super) fn check(source: &Source) -> Vec<Problem> {
    let first = source.text.lines().next().unwrap_or_default();
    if first.starts_with("//!") || first.starts_with("#![doc = include_str!(") {
        return Vec::new();
    }
    vec![Problem::new(
        &source.path,
        1,
        "the file does not say what lives in it",
        "start it with a line `//! …`",
    )]
}

/// Each crate below `crates/` has a README with a first paragraph, and its library includes it.
pub(super) fn check_readmes(workspace: &Workspace) -> Vec<Problem> {
    let libraries = workspace
        .members
        .iter()
        .filter(|member| member.folder.starts_with("crates/"));
    libraries
        .flat_map(|member| check_readme(workspace, member))
        .collect()
}

fn check_readme(workspace: &Workspace, member: &Member) -> Vec<Problem> {
    let (readme, library) = (
        format!("{}/README.md", member.folder),
        format!("{}/src/lib.rs", member.folder),
    );
    let mut problems = Vec::new();
    if !workspace
        .text(&readme)
        .is_some_and(|text| has_first_paragraph(&text))
    {
        let fix = "say in its first sentence what the crate does and in its second what it must never know";
        problems.push(Problem::new(
            &readme,
            1,
            "there is no README with a first paragraph",
            fix,
        ));
    }
    if workspace
        .text(&library)
        .is_some_and(|text| !text.contains(INCLUDED_README))
    {
        problems.push(Problem::new(
            &library,
            1,
            "the README is not the crate's documentation",
            format!("write `{INCLUDED_README}`"),
        ));
    }
    problems
}

/// Whether a paragraph of text stands directly below the title.
fn has_first_paragraph(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.next().is_some_and(|title| title.starts_with("# "))
        && lines
            .next()
            .is_some_and(|line| line.starts_with(|c: char| c.is_alphanumeric() || c == '`'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        check(&Source {
            path: "a.rs".to_owned(),
            member: "a".to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn a_file_says_what_lives_in_it() {
        assert_eq!(found("//! A.\n"), 0);
        assert_eq!(found("#![doc = include_str!(\"../README.md\")]\n"), 0);
        assert_eq!(found("use std::fmt;\n"), 1);
        assert_eq!(found(""), 1);
    }

    #[test]
    fn a_readme_has_a_title_and_a_first_paragraph() {
        assert!(has_first_paragraph("# bitbucket-x\n\nDoes one thing.\n"));
        assert!(!has_first_paragraph("# bitbucket-x\n\n## Use\n"));
        assert!(!has_first_paragraph("# bitbucket-x\n"));
        assert!(!has_first_paragraph(""));
    }
}
