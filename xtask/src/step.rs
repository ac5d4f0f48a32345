//! One step of a chore: a command that is shown before it runs and timed.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use xshell::Shell;

use crate::say;

/// A cargo command with the environment variables that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    environment: Vec<(&'static str, &'static str)>,
    arguments: Vec<String>,
}

impl Step {
    /// A call of cargo with these arguments, separated by blanks.
    pub(crate) fn cargo(arguments: &str) -> Self {
        Self {
            environment: Vec::new(),
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// The same with an environment variable.
    pub(crate) fn with_environment(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    /// The same with further arguments.
    pub(crate) fn with_arguments(mut self, arguments: &[String]) -> Self {
        self.arguments.extend_from_slice(arguments);
        self
    }

    /// Shows the command and runs it in `root` with our own standard streams. Says whether it succeeded.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) fn run(&self, root: &Path) -> anyhow::Result<bool> {
        say::note(format_args!("$ {self}"));
        let shell = Shell::new()?;
        shell.change_dir(root);
        let command = shell
            .cmd("cargo")
            .args(&self.arguments)
            .envs(self.environment.iter().copied());
        let output = std::process::Command::from(command)
            .status()
            .with_context(|| format!("could not start `{self}`"))?;
        Ok(output.success())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.environment {
            write!(f, "{name}=\"{value}\" ")?;
        }
        f.write_str("cargo")?;
        self.arguments
            .iter()
            .try_for_each(|argument| match argument.contains([' ', '"', '\'']) {
                true => write!(f, " {argument:?}"),
                false => write!(f, " {argument}"),
            })
    }
}

/// Runs `work` and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// A duration for a person: `0.4 s`, `12.0 s`, `3 min 05 s`.
pub(crate) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_shows_the_command_a_person_can_repeat() {
        let step = Step::cargo("doc --workspace").with_environment("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            step.to_string(),
            "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace"
        );
        let step = Step::cargo("test").with_arguments(&["two words".to_owned()]);
        assert_eq!(step.to_string(), "cargo test \"two words\"");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(human(Duration::from_millis(420)), "0.4 s");
        assert_eq!(human(Duration::from_secs(185)), "3 min 05 s");
    }
}
