//! Relative links in documents point to files that exist.

use std::path::Path;

use anyhow::Context as _;

use super::Problem;
use super::workspace::Workspace;

/// Checks the README, `docs/*.md`, and the README of each crate.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for document in documents(workspace)? {
        let text = workspace
            .text(&document)
            .with_context(|| format!("could not read {document}"))?;
        problems.extend(dead_links(&workspace.root, &document, &text));
    }
    Ok(problems)
}

fn documents(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let readmes = workspace
        .members
        .iter()
        .map(|member| format!("{}/README.md", member.folder));
    let mut documents: Vec<_> = ["README.md", "CHANGELOG.md"]
        .map(str::to_owned)
        .into_iter()
        .chain(readmes)
        .collect();
    for entry in std::fs::read_dir(workspace.root.join("docs")).context("could not list docs")? {
        documents.push(format!("docs/{}", entry?.file_name().to_string_lossy()));
    }
    documents.retain(|path| path.ends_with(".md") && workspace.root.join(path).is_file());
    Ok(documents)
}

fn dead_links(root: &Path, document: &str, text: &str) -> Vec<Problem> {
    let folder = root
        .join(document)
        .parent()
        .map_or_else(|| root.to_owned(), Path::to_owned);
    let dead = links(text)
        .into_iter()
        .filter(|(_, target)| !folder.join(target).exists());
    dead.map(|(line, target)| {
        Problem::new(
            document,
            line,
            format!("the link to `{target}` leads nowhere"),
            "correct or remove it",
        )
    })
    .collect()
}

/// The relative targets of links with their lines, without anchors. Code is skipped.
fn links(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut fenced) = (Vec::new(), false);
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(targets(line).map(|target| (index + 1, target)));
        }
    }
    found
}

fn targets(line: &str) -> impl Iterator<Item = &str> {
    let outside_code = line.split('`').step_by(2);
    let raw = outside_code.flat_map(|part| {
        part.split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next())
    });
    raw.filter_map(|target| target.split('#').next())
        .filter(|target| is_file(target))
}

/// Whether a target is a path: no address, no item of rustdoc.
fn is_file(target: &str) -> bool {
    target.contains(['.', '/'])
        && !target.contains("::")
        && !target.contains("://")
        && !target.starts_with("mailto:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_targets_are_found_and_others_are_not() {
        let text = "See [a](docs/A.md#part), [`b`](../b.md) and [c](https://c.example/d.md).\n```\n[x](no.md)\n```\n[d](#here) [E](crate::E) `[y](no.md)` [f](Trait)";
        assert_eq!(links(text), [(1, "docs/A.md"), (1, "../b.md")]);
    }

    #[test]
    fn a_dead_link_names_its_line() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let problems = dead_links(
            root,
            "README.md",
            "ok [a](Cargo.toml)\nbad [b](nowhere.md)\n",
        );
        assert_eq!(
            problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["README.md:2: the link to `nowhere.md` leads nowhere; correct or remove it"]
        );
    }
}
