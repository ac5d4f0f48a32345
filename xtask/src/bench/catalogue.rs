//! Everything that is measured: each figure with its floor, its peers and its target.

mod service;
mod text;

use std::path::{Path, PathBuf};

use super::experiment::{Contender, Experiment, Figure, OURS};
use super::scaling::Scale;
use super::target::{Better, Target};

/// Where programs and data of a run are.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) measure: PathBuf,
    pub(super) service: PathBuf,
    pub(super) data: PathBuf,
    /// Where the peers are installed; `None` without them.
    pub(super) peers: Option<PathBuf>,
    /// The peers' programs.
    pub(super) programs: PathBuf,
    /// A short run.
    pub(super) quick: bool,
}

/// The sizes of the diffs that are written, in bytes.
pub(super) const DIFFS: [u32; 3] = [500_000, 5_000_000, 50_000_000];

/// All experiments, in the order of the table.
pub(super) fn experiments(place: &Place) -> Vec<Experiment> {
    let mut all = text::experiments(place);
    all.extend(service::experiments(place));
    all
}

/// What grows.
pub(super) fn scales(place: &Place) -> Vec<Scale> {
    let mut all = text::scales(place);
    all.extend(service::scales(place));
    all
}

impl Place {
    /// How many commit messages are written.
    pub(super) const fn messages(&self) -> u32 {
        if self.quick { 100_000 } else { 1_000_000 }
    }

    fn file(&self, name: &str) -> String {
        self.data.join(name).display().to_string()
    }

    /// `measure` with these arguments, separated by blanks, and then `more`.
    fn measure(&self, name: &'static str, arguments: &str, more: &[String]) -> Contender {
        let program = self.measure.display().to_string();
        let arguments = arguments.split_whitespace().map(str::to_owned);
        Contender {
            name,
            command: [program]
                .into_iter()
                .chain(arguments)
                .chain(more.iter().cloned())
                .collect(),
        }
    }

    /// Python with a peer's program, if the peers are there.
    fn python(&self, program: &str) -> Option<Vec<String>> {
        let python = self.peers.as_ref()?.join("venv/bin/python");
        Some(vec![shown(&python), shown(&self.programs.join(program))])
    }

    /// Node with a peer's program, if the peers are there.
    fn node(&self, program: &str) -> Option<Vec<String>> {
        self.peers.as_ref()?;
        Some(vec!["node".to_owned(), shown(&self.programs.join(program))])
    }

    fn modules(&self) -> String {
        let peers = self.peers.as_deref().unwrap_or(Path::new(""));
        shown(&peers.join("node_modules"))
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A peer's program with arguments.
fn peer(
    name: &'static str,
    command: Option<Vec<String>>,
    arguments: &[String],
) -> Option<Contender> {
    let mut command = command?;
    command.extend_from_slice(arguments);
    Some(Contender { name, command })
}

fn figure(told: &str, value: &'static str, better: Better, targets: &[Target]) -> Figure {
    Figure {
        told: told.to_owned(),
        value,
        better,
        targets: targets.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(peers: Option<&str>) -> Place {
        Place {
            measure: "measure".into(),
            service: "service".into(),
            data: "data".into(),
            peers: peers.map(PathBuf::from),
            programs: "programs".into(),
            quick: true,
        }
    }

    #[test]
    fn every_experiment_has_our_program_first_and_a_name_of_its_own() {
        let all = experiments(&place(None));
        let mut names: Vec<_> = all.iter().map(|one| one.name).collect();
        assert!(
            all.iter()
                .all(|one| one.contenders[0].name == OURS && !one.figures.is_empty())
        );
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn every_program_that_a_target_names_is_run_with_the_peers() {
        for experiment in experiments(&place(Some("peers"))) {
            let targets = experiment.figures.iter().flat_map(|figure| &figure.targets);
            for target in targets {
                if let Target::Times(_, name) = target {
                    let known = experiment.contenders.iter().any(|one| one.name == *name);
                    assert!(known, "{}: {name}", experiment.name);
                }
            }
        }
    }

    #[test]
    fn sizes_grow_tenfold() {
        for scale in scales(&place(None)) {
            let sizes: Vec<f64> = scale.sizes.iter().map(|(size, _)| *size).collect();
            let tenfold = |pair: &[f64]| (pair[1] / pair[0] - 10.0).abs() < 1e-9;
            assert!(
                sizes.len() == 3 && sizes.windows(2).all(tenfold),
                "{sizes:?}"
            );
        }
    }
}
