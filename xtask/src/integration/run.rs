//! One run of the acceptance tests in process mode.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::build::Programs;
use super::leftovers;
use crate::say;

/// The service to start.
const SERVICE: &str = "ACCEPTANCE_SERVICE";
/// The simulator to start.
const SIMULATOR: &str = "ACCEPTANCE_SIMULATOR";
/// The file to which a line per scenario is appended.
pub(super) const REPORT: &str = "ACCEPTANCE_REPORT";

/// After this time a run hangs.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// A run with its files, which lie beside the built programs.
#[derive(Debug)]
pub(super) struct Run {
    acceptance: PathBuf,
    pub(super) service: PathBuf,
    pub(super) simulator: PathBuf,
    pub(super) report: PathBuf,
    pub(super) output: PathBuf,
    /// The processes that ran before; they are none of ours.
    pub(super) before: Vec<u32>,
}

impl Run {
    /// Makes empty files for this run.
    pub(super) fn prepare(programs: &Programs) -> anyhow::Result<Self> {
        let profile = programs
            .acceptance
            .ancestors()
            .nth(2)
            .context("the acceptance tests lie in no folder")?;
        let folder = profile.join("integration");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
        let file = |name: &str, extension: &str| {
            folder.join(format!("{name}-{}.{extension}", std::process::id()))
        };
        let run = Self {
            acceptance: programs.acceptance.clone(),
            service: programs.service.clone(),
            simulator: programs.simulator.clone(),
            report: file("report", "jsonl"),
            output: file("output", "log"),
            before: leftovers::processes(),
        };
        File::create(&run.report)
            .with_context(|| format!("could not make {}", run.report.display()))?;
        Ok(run)
    }

    #[cfg(test)]
    pub(super) fn for_test(service: PathBuf, simulator: PathBuf, report: PathBuf) -> Self {
        Self {
            acceptance: PathBuf::new(),
            service,
            simulator,
            report,
            output: PathBuf::new(),
            before: Vec::new(),
        }
    }

    /// Runs the tests to their end and says whether they succeeded.
    ///
    /// Their output goes to a file and not to a pipe: a pipe that a forgotten child holds open never ends.
    pub(super) fn execute(&self, root: &Path, filter: Option<&str>) -> anyhow::Result<bool> {
        say::note(format_args!(
            "$ {self}{}",
            filter
                .map(|filter| format!(" {filter}"))
                .unwrap_or_default()
        ));
        let output = File::create(&self.output)
            .with_context(|| format!("could not make {}", self.output.display()))?;
        let mut tests = Command::new(&self.acceptance);
        tests
            .args(filter)
            .current_dir(root.join("tests"))
            .stdin(Stdio::null());
        tests
            .env(SERVICE, &self.service)
            .env(SIMULATOR, &self.simulator)
            .env(REPORT, &self.report);
        tests.stderr(output.try_clone()?).stdout(output);
        let mut tests = tests
            .spawn()
            .context("could not start the acceptance tests")?;
        Ok(wait(&mut tests)?.success())
    }

    pub(super) fn report_text(&self) -> anyhow::Result<String> {
        std::fs::read_to_string(&self.report)
            .with_context(|| format!("could not read {}", self.report.display()))
    }

    pub(super) fn output_text(&self) -> anyhow::Result<String> {
        let bytes = std::fs::read(&self.output)
            .with_context(|| format!("could not read {}", self.output.display()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Removes the files of a run that nobody needs to look at.
    pub(super) fn remove_files(&self) -> anyhow::Result<()> {
        std::fs::remove_file(&self.report)?;
        std::fs::remove_file(&self.output)?;
        Ok(())
    }
}

impl std::fmt::Display for Run {
    /// The command that a person can repeat.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            acceptance,
            service,
            simulator,
            report,
            ..
        } = self;
        write!(
            f,
            "{SERVICE}={} {SIMULATOR}={} {REPORT}={} {}",
            service.display(),
            simulator.display(),
            report.display(),
            acceptance.display()
        )
    }
}

/// Waits for the end and ends a run that hangs.
fn wait(tests: &mut Child) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < LONGEST {
        if let Some(status) = tests.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    tests.kill()?;
    tests.wait()?;
    bail!(
        "the acceptance tests did not end within {} minutes",
        LONGEST.as_secs() / 60
    )
}
