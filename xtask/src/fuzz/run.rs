//! One target for some time: its inputs, its findings, and what became of it.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::build::FOLDER;
use crate::say;

/// How a target ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    target: String,
    inputs: u64,
    /// `None` when nothing was found.
    finding: Option<Finding>,
}

#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// The input that does not hold, as a path.
    Input(String),
    /// The fuzzer ended without one.
    Unexplained,
}

impl Run {
    pub(super) fn is_good(&self) -> bool {
        self.finding.is_none()
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, inputs, .. } = self;
        match &self.finding {
            None => write!(f, "ok      {target:<20} {inputs:>12} inputs, nothing found"),
            Some(Finding::Input(path)) => write!(
                f,
                "FAILED  {target:<20} {path}: copy it to tests/fuzz/corpus/{target}/ under a name that says what it shows, mend the cause, \
                 and `cargo xtask test -p fuzz-targets` tries it again"
            ),
            Some(Finding::Unexplained) => write!(
                f,
                "FAILED  {target:<20} the fuzzer ended without naming an input; its own words stand above"
            ),
        }
    }
}

/// Tries a target for `seconds`. Inputs that reached something new are kept for the next run.
pub(super) fn run(root: &Path, program: &Path, target: &str, seconds: u32) -> anyhow::Result<Run> {
    let kept = folder(root, &format!("{FOLDER}/corpus/{target}"))?;
    let findings = folder(root, &format!("{FOLDER}/findings/{target}"))?;
    let seeds = root.join("tests/fuzz/corpus").join(target);
    say::note(format_args!("\n== {target}, {seconds} s"));
    let mut fuzzer = Command::new(program)
        .arg(format!("-max_total_time={seconds}"))
        .args(["-max_len=4096", "-timeout=10", "-rss_limit_mb=1024"])
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .args([kept, seeds])
        .env("FUZZ_TARGET", target)
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not start {}", program.display()))?;
    let mut output = Output::default();
    let stderr = fuzzer.stderr.take().context("the fuzzer has no output")?;
    for line in BufReader::new(stderr).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if output.read(&line) {
            say::note(&line);
        }
    }
    let good = fuzzer.wait()?.success();
    Ok(Run {
        target: target.to_owned(),
        inputs: output.inputs,
        finding: (!good).then(|| output.finding.map_or(Finding::Unexplained, Finding::Input)),
    })
}

fn folder(root: &Path, path: &str) -> anyhow::Result<PathBuf> {
    let path = root.join(path);
    std::fs::create_dir_all(&path).with_context(|| format!("could not make {}", path.display()))?;
    Ok(path)
}

/// What the fuzzer's own lines say.
#[derive(Debug, Default)]
struct Output {
    inputs: u64,
    finding: Option<String>,
}

impl Output {
    /// Takes a line in; whether it is worth showing.
    fn read(&mut self, line: &str) -> bool {
        if let Some(progress) = line.strip_prefix('#') {
            let (count, event) = progress.split_once('\t').unwrap_or((progress, ""));
            self.inputs = count.parse().unwrap_or(self.inputs);
            // `NEW` and `REDUCE` come by the thousand.
            return ["INITED", "pulse", "DONE"]
                .iter()
                .any(|shown| event.starts_with(shown));
        }
        if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.finding = Some(path.trim().to_owned());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_counted_and_shown_now_and_then() {
        let mut output = Output::default();
        assert!(output.read("INFO: Seed: 1"));
        assert!(output.read("#26\tINITED cov: 1197 ft: 2340"));
        assert!(!output.read("#31\tNEW    cov: 1198 ft: 2342"));
        assert!(output.read("#65536\tpulse  cov: 1301 ft: 4411"));
        assert!(output.read("Done 70000 runs in 61 second(s)"));
        assert_eq!((output.inputs, output.finding), (65_536, None));
    }

    #[test]
    fn a_finding_is_named_with_what_to_do() {
        let mut output = Output::default();
        output.read("artifact_prefix='/w/'; Test unit written to /w/crash-1");
        assert_eq!(output.finding.as_deref(), Some("/w/crash-1"));
        let run = Run {
            target: "address".to_owned(),
            inputs: 1,
            finding: output.finding.map(Finding::Input),
        };
        assert!(!run.is_good());
        assert_eq!(
            run.to_string(),
            "FAILED  address              /w/crash-1: copy it to tests/fuzz/corpus/address/ under a name that says what it shows, mend the \
             cause, and `cargo xtask test -p fuzz-targets` tries it again"
        );
    }
}
