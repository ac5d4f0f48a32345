//! Builds the programs of a run, and learns from cargo where they are.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::{Arguments, given};
use crate::say;

/// The programs of a run, as absolute paths.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) service: PathBuf,
    pub(super) simulator: PathBuf,
    pub(super) acceptance: PathBuf,
}

impl Programs {
    /// Builds what the caller did not bring.
    pub(super) fn prepare(root: &Path, arguments: &Arguments) -> anyhow::Result<Self> {
        Ok(Self {
            service: binary(
                root,
                "bitbucket-integration",
                arguments.binary.as_deref(),
                arguments.release,
            )?,
            simulator: binary(
                root,
                "bitbucket-simulator",
                arguments.simulator.as_deref(),
                arguments.release,
            )?,
            acceptance: executable(
                root,
                &["test", "-p", "acceptance", "--test", "it", "--no-run"],
                "it",
            )?,
        })
    }
}

/// The binary that the caller named, or the one of the package with the same name.
fn binary(
    root: &Path,
    name: &str,
    brought: Option<&Path>,
    release: bool,
) -> anyhow::Result<PathBuf> {
    if let Some(path) = brought {
        return given(path);
    }
    let mut arguments = vec!["build", "-p", name, "--bin", name];
    if release {
        arguments.push("--release");
    }
    given(&executable(root, &arguments, name)?)
}

/// Runs cargo and reads the path of the target's executable from its messages. Compiler messages stay visible.
fn executable(root: &Path, arguments: &[&str], target: &str) -> anyhow::Result<PathBuf> {
    say::note(format_args!("$ cargo {}", arguments.join(" ")));
    let mut cargo = Command::new("cargo");
    cargo
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stdout(Stdio::piped());
    let mut cargo = cargo.spawn().context("could not start cargo")?;
    let output = std::io::BufReader::new(cargo.stdout.take().context("cargo has no output")?);
    let mut found = None;
    for line in output.lines() {
        found = executable_in(&line?, target).or(found);
    }
    ensure!(
        cargo.wait()?.success(),
        "`cargo {}` failed",
        arguments.join(" ")
    );
    found.with_context(|| {
        format!(
            "`cargo {}` built no program `{target}`",
            arguments.join(" ")
        )
    })
}

/// The executable of the target if this message announces it.
fn executable_in(message: &str, target: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        target: Target,
        executable: Option<PathBuf>,
    }
    #[derive(Deserialize)]
    struct Target {
        name: String,
    }
    let message: Message = serde_json::from_str(message).ok()?;
    message.executable.filter(|_| message.target.name == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_of_the_wanted_target_is_taken() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"it","kind":["test"]},"executable":"/t/it-1"}"#;
        assert_eq!(executable_in(message, "it"), Some(PathBuf::from("/t/it-1")));
        assert_eq!(executable_in(message, "other"), None);
        assert_eq!(
            executable_in(
                r#"{"reason":"compiler-artifact","target":{"name":"it"},"executable":null}"#,
                "it"
            ),
            None
        );
        assert_eq!(
            executable_in(r#"{"reason":"build-finished","success":true}"#, "it"),
            None
        );
    }
}
