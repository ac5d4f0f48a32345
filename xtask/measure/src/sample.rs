//! What a measurement prints: one JSON line.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde::{Deserialize, Serialize};

/// One measurement: values by name, each name with its unit, and the versions of what was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Such as `per_cpu_second` or `p99_ms`.
    pub(crate) values: BTreeMap<String, f64>,
    /// Version by name.
    #[serde(default)]
    pub(crate) versions: BTreeMap<String, String>,
}

impl Sample {
    /// A measurement of one value.
    pub(crate) fn of(name: &str, value: f64) -> Self {
        Self::default().with(name, value)
    }

    /// The same with a further value.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: f64) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }

    /// Prints it.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let line = serde_json::to_string(self)?;
        writeln!(std::io::stdout().lock(), "{line}")?;
        Ok(())
    }
}

/// A count or a size as a value.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts and sizes here are far below 2^52"
)]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
