//! How much comes along with a crate: whoever takes one layer takes every package behind it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::say;

/// How many packages a crate may bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) package: &'static str,
    /// With its default features, itself and what only builds it included.
    pub(crate) most: usize,
}

impl Tree {
    /// The command that lists them.
    pub(crate) fn command(self) -> String {
        format!("cargo {}", self.arguments().join(" "))
    }

    fn arguments(self) -> Vec<&'static str> {
        let mut arguments = vec!["tree", "-p", self.package];
        arguments.extend([
            "--edges=normal",
            "--no-dedupe",
            "--prefix=none",
            "--format={p}",
        ]);
        arguments
    }

    /// Counts them. Says whether there are few enough, and which there are when there are not.
    pub(crate) fn check(self, root: &Path) -> anyhow::Result<bool> {
        say::note(format_args!("$ {}", self.command()));
        let output = Command::new("cargo")
            .args(self.arguments())
            .current_dir(root)
            .output()
            .context("could not start cargo")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}", said.trim_end());
        let listed = String::from_utf8_lossy(&output.stdout);
        let packages = packages(&listed);
        let (package, most, count) = (self.package, self.most, packages.len());
        if count <= most {
            say::note(format_args!(
                "{package}: {count} packages, {most} are allowed"
            ));
            return Ok(true);
        }
        say::note(format_args!(
            "{package} brings {count} packages along, {most} are allowed; leave some out, or say in xtask/src/ci.rs why it needs more:"
        ));
        packages.iter().for_each(say::note);
        Ok(false)
    }
}

/// Each package once, however often it stands in the tree.
fn packages(listed: &str) -> BTreeSet<&str> {
    let lines = listed.lines().map(|line| {
        let line = line.trim_end_matches(" (*)");
        line.split_once(" (").map_or(line, |(name, _)| name)
    });
    lines.filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_once_whatever_stands_behind_its_name() {
        let listed = "ours v0.1.0 (/home/ours)\nmemchr v2.8.3\nsyn v3.0.10\nserde_derive v1.0.1 (proc-macro)\nsyn v3.0.10 (*)\nsyn v2.0.1\n\n";
        let expected = [
            "memchr v2.8.3",
            "ours v0.1.0",
            "serde_derive v1.0.1",
            "syn v2.0.1",
            "syn v3.0.10",
        ];
        assert_eq!(packages(listed).into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_command_names_the_crate() {
        let tree = Tree {
            package: "ours",
            most: 1,
        };
        assert_eq!(
            tree.command(),
            "cargo tree -p ours --edges=normal --no-dedupe --prefix=none --format={p}"
        );
    }
}
