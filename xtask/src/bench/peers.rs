//! Installs what people use today below `target/peers/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::say;

/// Installs what is missing and says where it is.
pub(super) fn install(root: &Path) -> anyhow::Result<PathBuf> {
    let (folder, lists) = (root.join("target/peers"), root.join("xtask/peers"));
    std::fs::create_dir_all(&folder)?;
    let python = folder.join("venv/bin/python");
    if !python.is_file() {
        run(Command::new("python3")
            .args(["-m", "venv", "venv"])
            .current_dir(&folder))?;
    }
    let list = lists.join("requirements.txt");
    run(Command::new(&python)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(list))?;
    let (wanted, installed) = (lists.join("package.json"), folder.join("package.json"));
    let same = std::fs::read(&wanted)? == std::fs::read(&installed).unwrap_or_default();
    if !same || !folder.join("node_modules/express").is_dir() {
        std::fs::copy(&wanted, &installed)?;
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder))?;
    }
    Ok(folder)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments: Vec<_> = command
        .get_args()
        .map(|one| one.to_string_lossy())
        .collect();
    let told = format!("{program} {}", arguments.join(" "));
    say::note(format_args!("$ {told}"));
    let status = command.status().with_context(|| {
        format!("could not start `{told}`; the peers need python3 with venv, node and npm")
    })?;
    ensure!(status.success(), "`{told}` failed");
    Ok(())
}
