//! Which targets there are: one file each.

use std::fmt;
use std::path::Path;

use anyhow::Context as _;

const SOURCES: &str = "tests/fuzz/src/targets";

/// A target of the fuzzer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) name: String,
    /// The first line of its file.
    pub(super) about: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<20} {}", self.name, self.about)
    }
}

/// Every target, by name.
pub(super) fn all(root: &Path) -> anyhow::Result<Vec<Target>> {
    let folder = root.join(SOURCES);
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("could not list {SOURCES}"))?;
    let mut targets = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str());
        if let (Some(name), true) = (name, path.extension().is_some_and(|end| end == "rs")) {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("could not read {}", path.display()))?;
            targets.push(target(name, &text));
        }
    }
    targets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(targets)
}

fn target(name: &str, text: &str) -> Target {
    let first = text.lines().next().unwrap_or_default();
    Target {
        name: name.to_owned(),
        about: first.trim_start_matches("//!").trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_described_by_the_first_line_of_its_file() {
        let found = target("address", "//! Recognising an address.\n\nuse x;\n");
        assert_eq!(
            found.to_string(),
            "address              Recognising an address."
        );
    }

    #[test]
    fn the_targets_of_this_workspace_are_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let names: Vec<_> = all(&root)
            .unwrap()
            .into_iter()
            .map(|target| target.name)
            .collect();
        assert!(names.is_sorted());
        assert!(names.contains(&"request_token".to_owned()));
    }
}
