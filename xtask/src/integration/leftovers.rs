//! Finds and ends processes that a run left behind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::run::{REPORT, Run};

/// What a run left running.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Leftovers {
    None,
    /// Names with process ids; they are ended.
    Ended(Vec<String>),
    /// This system does not show its processes.
    Unknown,
}

/// Waits for the last processes to end by themselves, and ends those that don't.
pub(super) fn end(run: &Run, patience: Duration) -> anyhow::Result<Leftovers> {
    if !Path::new("/proc/self/exe").exists() {
        return Ok(Leftovers::Unknown);
    }
    let start = Instant::now();
    let mut left = left_by(run);
    while !left.is_empty() && start.elapsed() < patience {
        std::thread::sleep(Duration::from_millis(50));
        left = left_by(run);
    }
    if left.is_empty() {
        return Ok(Leftovers::None);
    }
    let names = left.iter().map(|&process| name(process)).collect();
    kill(&left)?;
    Ok(Leftovers::Ended(names))
}

/// The ids of all processes, as far as the system shows them.
pub(super) fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn left_by(run: &Run) -> Vec<u32> {
    processes()
        .into_iter()
        .filter(|&process| is_left_by(process, run))
        .collect()
}

/// Whether a process is ours: it inherited the address of this run's report, or it runs one of our programs in our process group
/// since this run began. The second catches a child that was started with an empty environment.
fn is_left_by(process: u32, run: &Run) -> bool {
    let new = !run.before.contains(&process) && process != std::process::id();
    new && (has_mark(process, &run.report) || runs_ours(process, run))
}

fn has_mark(process: u32, report: &Path) -> bool {
    let mark = format!("{REPORT}={}", report.display());
    let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    environment
        .split(|&byte| byte == 0)
        .any(|variable| variable == mark.as_bytes())
}

fn runs_ours(process: u32, run: &Run) -> bool {
    let program = program(process);
    let ours = program.is_some_and(|program| program == run.service || program == run.simulator);
    ours && group(process).is_some() && group(process) == group(std::process::id())
}

fn program(process: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{process}/exe")).ok()
}

/// The process group: the fifth field, third after the name, which stands in brackets and may hold anything.
fn group(process: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    status
        .rsplit(')')
        .next()?
        .split_whitespace()
        .nth(2)?
        .parse()
        .ok()
}

fn name(process: u32) -> String {
    let program =
        program(process).and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    format!("{} ({process})", program.as_deref().unwrap_or("a process"))
}

/// Ends processes by the shell's own `kill`, which needs no further program.
fn kill(processes: &[u32]) -> anyhow::Result<()> {
    let ids = processes
        .iter()
        .map(u32::to_string)
        .collect::<Vec<_>>()
        .join(" ");
    let status = Command::new("sh")
        .args(["-c", &format!("kill -KILL {ids}")])
        .status()?;
    ensure!(status.success(), "could not end the processes {ids}");
    Ok(())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Stdio};

    use super::*;

    fn run(report: &str) -> Run {
        Run::for_test(
            PathBuf::from("/no/service"),
            PathBuf::from("/no/simulator"),
            PathBuf::from(report),
        )
    }

    /// A process that does nothing until it is ended. It has said that it runs: before that, the system shows no environment of it.
    fn forgotten(command: &mut Command) -> Child {
        command.args(["-c", "echo running; read line"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let output = child.stdout.as_mut().unwrap();
        BufReader::new(output).read_line(&mut said).unwrap();
        assert_eq!(said, "running\n");
        child
    }

    #[test]
    fn a_forgotten_child_is_found_by_the_report_it_inherited_and_ended() {
        let run = run("/no/report-of-the-forgotten-child");
        let mut child = forgotten(Command::new("sh").env(REPORT, &run.report));
        let expected = Leftovers::Ended(vec![name(child.id())]);
        assert_eq!(end(&run, Duration::ZERO).unwrap(), expected);
        assert!(!child.wait().unwrap().success());
        assert_eq!(end(&run, Duration::ZERO).unwrap(), Leftovers::None);
    }

    #[test]
    fn a_child_without_our_environment_is_found_by_its_program() {
        let mut child = forgotten(Command::new("/bin/sh").env_clear());
        let mut run = run("/no/report-of-the-child-without-environment");
        run.service = program(child.id()).unwrap();
        assert!(is_left_by(child.id(), &run));
        run.before = processes();
        assert!(!is_left_by(child.id(), &run), "what ran before is not ours");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
