//! The Rust files of the workspace.

use std::path::Path;

use anyhow::Context as _;

use super::workspace::Workspace;

/// A Rust file.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the workspace, with `/`.
    pub(super) path: String,
    /// The crate's name as documents say it.
    pub(super) member: String,
    pub(super) text: String,
}

impl Source {
    /// Whether the file holds nothing but tests or benchmarks.
    pub(super) fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|part| ["tests", "benches", "tests.rs"].contains(&part))
    }

    /// The number of lines before an inline test module, which stands last in its file.
    pub(super) fn production_lines(&self) -> usize {
        let lines: Vec<_> = self.text.lines().collect();
        let opens = |index: usize| {
            lines[index..]
                .iter()
                .find(|line| !line.starts_with("#["))
                .is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
        };
        (0..lines.len())
            .find(|&index| lines[index] == "#[cfg(test)]" && opens(index))
            .unwrap_or(lines.len())
    }
}

/// Reads all Rust files of all members, sorted by path.
pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for member in &workspace.members {
        collect(&workspace.root, &member.folder, member.name(), &mut sources)?;
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn collect(
    root: &Path,
    folder: &str,
    member: &str,
    sources: &mut Vec<Source>,
) -> anyhow::Result<()> {
    for entry in
        std::fs::read_dir(root.join(folder)).with_context(|| format!("could not list {folder}"))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            let is_other_package = entry.path().join("Cargo.toml").is_file();
            if name != "target" && !name.starts_with('.') && !is_other_package {
                collect(root, &path, member, sources)?;
            }
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(entry.path())
                .with_context(|| format!("could not read {path}"))?;
            sources.push(Source {
                path,
                member: member.to_owned(),
                text,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            member: "a".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn files_of_tests_are_known_by_their_place() {
        assert!(source("crates/a/src/foo/tests.rs", "").is_test());
        assert!(source("crates/a/tests/wire.rs", "").is_test());
        assert!(source("tests/it/main.rs", "").is_test());
        assert!(!source("crates/a/src/foo.rs", "").is_test());
    }

    #[test]
    fn an_inline_test_module_is_not_production() {
        assert_eq!(
            source(
                "a.rs",
                "//! A.\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n"
            )
            .production_lines(),
            3
        );
        assert_eq!(
            source("a.rs", "//! A.\nfn a() {}\n\n#[cfg(test)]\nmod tests;\n").production_lines(),
            5
        );
    }
}
