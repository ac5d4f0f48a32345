//! Builds the fuzzer: libFuzzer's own sources in C++, and our crates with the coverage it steers by.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::say;

const MANIFEST: &str = "tests/fuzz/libfuzzer/Cargo.toml";
/// Where the fuzzer is built and where its inputs go, below the workspace.
pub(super) const FOLDER: &str = "target/fuzz";

/// What makes the compiler count the edges it takes and report what it compares: a pass of LLVM, which stable Rust passes on.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Builds it and returns the program.
pub(super) fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let compiler = compiler();
    ensure!(
        works(&compiler),
        "the fuzzer needs a C++ compiler, and `{compiler}` does not start; install one (Debian: apt-get install g++; Fedora: dnf install \
         gcc-c++; macOS: xcode-select --install) or name yours in the environment variable CXX"
    );
    let host = host()?;
    say::note(format_args!(
        "$ RUSTFLAGS=\"{COVERAGE}\" cargo build --release --manifest-path {MANIFEST} --target {host} --target-dir {FOLDER}"
    ));
    let status = Command::new("cargo")
        // Not `--locked`: what one of our crates has come to depend on since is added to the fuzzer's lock file.
        .args(["build", "--release", "--manifest-path", MANIFEST])
        // With a target, build scripts and macros are built without these flags.
        .args(["--target", &host, "--target-dir", FOLDER])
        .env("RUSTFLAGS", COVERAGE)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(root)
        .status()
        .context("could not start cargo")?;
    ensure!(status.success(), "the fuzzer could not be built");
    Ok(root
        .join(FOLDER)
        .join(host)
        .join("release")
        .join("libfuzzer"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "CXX is how every build names its compiler"
)]
fn compiler() -> String {
    std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned())
}

fn works(compiler: &str) -> bool {
    let mut words = compiler.split_whitespace();
    let probe = Command::new(words.next().unwrap_or_default())
        .args(words)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

/// The triple of this machine.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("could not start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .context("rustc does not say which machine this is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_does_not_exist_does_not_work() {
        assert!(works("cargo"));
        assert!(works("cargo --quiet"));
        assert!(!works("no-such-compiler"));
        assert!(!works(""));
    }
}
