//! Programs that do the same work and run in turn, and the figures that are read off them.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use super::sample::{self, Sample};
use super::stats::{median, paired_ratio};
use super::target::{Better, Target};

/// The name of our own program among the others.
pub(super) const OURS: &str = "ours";

/// A program that does the work.
#[derive(Debug, Clone)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    /// Program and arguments.
    pub(super) command: Vec<String>,
}

/// A figure that is read off an experiment.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub(super) told: String,
    /// Which of the printed values.
    pub(super) value: &'static str,
    pub(super) better: Better,
    pub(super) targets: Vec<Target>,
}

/// The same work by several programs.
#[derive(Debug, Clone)]
pub(super) struct Experiment {
    pub(super) name: &'static str,
    pub(super) contenders: Vec<Contender>,
    pub(super) figures: Vec<Figure>,
    /// A value, such as what was found, in which all programs but the floors have to agree: otherwise they don't do the same work.
    pub(super) agree: Option<&'static str>,
}

/// What one program printed, round by round.
#[derive(Debug, Clone)]
pub(super) struct Runs {
    pub(super) name: &'static str,
    pub(super) samples: Vec<Sample>,
}

impl Runs {
    /// The values of one name.
    pub(super) fn values(&self, name: &str) -> Vec<f64> {
        let found = self.samples.iter().filter_map(|one| one.values.get(name));
        found.copied().collect()
    }

    pub(super) fn median(&self, name: &str) -> Option<f64> {
        median(&self.values(name))
    }

    /// What was measured, with versions: `PyJWT 2.15.1, Python 3.11.7`.
    pub(super) fn versions(&self) -> String {
        let versions = self.samples.first().map(|sample| &sample.versions);
        let told = versions.into_iter().flatten();
        let told: Vec<String> = told
            .filter(|(_, version)| !version.is_empty())
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        told.join(", ")
    }
}

/// How many times as good `ours` is as `theirs`.
pub(super) fn times_as_good(ours: &Runs, theirs: &Runs, figure: &Figure) -> Option<f64> {
    let (ours, theirs) = (ours.values(figure.value), theirs.values(figure.value));
    match figure.better {
        Better::More => paired_ratio(&ours, &theirs),
        Better::Less => paired_ratio(&theirs, &ours),
    }
}

impl Experiment {
    /// Runs all programs in turn, `rounds` times. A program that fails is left out from then on, and said so.
    pub(super) fn run(&self, root: &Path, rounds: usize, note: &dyn Fn(&str)) -> Vec<Runs> {
        let mut all: Vec<Runs> = self
            .contenders
            .iter()
            .map(|contender| Runs {
                name: contender.name,
                samples: Vec::new(),
            })
            .collect();
        let mut failed = vec![false; all.len()];
        for round in 1..=rounds {
            note(&format!("{}: round {round} of {rounds}", self.name));
            let lanes = self.contenders.iter().zip(all.iter_mut()).zip(&mut failed);
            for ((contender, runs), failed) in lanes.filter(|(_, failed)| !**failed) {
                match contender.run(root) {
                    Ok(sample) => runs.samples.push(sample),
                    Err(error) => {
                        note(&format!(
                            "{}: {} failed: {error:#}",
                            self.name, contender.name
                        ));
                        *failed = true;
                    }
                }
            }
        }
        all.retain(|runs| !runs.samples.is_empty());
        for runs in self.dissenting(&all) {
            note(&format!(
                "{}: {} and {OURS} answer differently, see `{}`",
                self.name,
                runs.name,
                self.agree.unwrap_or_default()
            ));
        }
        all
    }

    /// The programs whose answers are not ours.
    pub(super) fn dissenting<'runs>(&self, all: &'runs [Runs]) -> Vec<&'runs Runs> {
        let Some(value) = self.agree else {
            return Vec::new();
        };
        let ours = all.iter().find(|runs| runs.name == OURS);
        let ours = ours.and_then(|runs| runs.values(value).first().copied());
        all.iter()
            .filter(|runs| !runs.name.starts_with("floor"))
            .filter(|runs| runs.values(value).iter().any(|one| Some(*one) != ours))
            .collect()
    }
}

impl Contender {
    /// Runs it once.
    pub(super) fn run(&self, root: &Path) -> anyhow::Result<Sample> {
        let (program, arguments) = self.command.split_first().context("no program")?;
        let output = Command::new(program)
            .args(arguments)
            .current_dir(root)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("could not start {program}"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "it ended with {}: {}",
            output.status,
            errors.lines().last().unwrap_or_default()
        );
        sample::parse(&String::from_utf8_lossy(&output.stdout))
    }
}
