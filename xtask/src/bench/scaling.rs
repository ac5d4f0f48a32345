//! How costs grow with the work: at 1×, 10× and 100×.

use std::path::Path;

use super::experiment::Contender;
use super::stats::{exponent, median};

/// From here on a cost counts as growing faster than the work; below it is noise.
const ABOVE_LINEAR: f64 = 1.1;

/// A kind of work at several sizes.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    pub(super) name: &'static str,
    /// Size, and the program that prints `cpu_seconds` for it.
    pub(super) sizes: Vec<(f64, Contender)>,
}

/// What it cost: size and processor seconds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(super) struct Growth {
    pub(super) name: &'static str,
    pub(super) points: Vec<(f64, f64)>,
}

impl Growth {
    pub(super) fn exponent(&self) -> Option<f64> {
        exponent(&self.points)
    }

    /// In words.
    pub(super) fn finding(&self) -> &'static str {
        match self.exponent() {
            None => "not measured",
            Some(exponent) if exponent > ABOVE_LINEAR => "ABOVE LINEAR",
            Some(exponent) if exponent < 0.9 => "below linear",
            Some(_) => "linear",
        }
    }
}

impl Scale {
    pub(super) fn run(&self, root: &Path, rounds: usize, note: &dyn Fn(&str)) -> Growth {
        let mut points = Vec::new();
        for (size, contender) in &self.sizes {
            note(&format!("growth of {}: {size}", self.name));
            let mut costs = Vec::new();
            for _ in 0..rounds {
                match contender.run(root) {
                    Ok(sample) => costs.extend(sample.values.get("cpu_seconds")),
                    Err(error) => note(&format!("{} at {size} failed: {error:#}", self.name)),
                }
            }
            points.extend(median(&costs).map(|cost| (*size, cost)));
        }
        Growth {
            name: self.name,
            points,
        }
    }
}
