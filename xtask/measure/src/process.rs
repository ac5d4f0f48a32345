//! What the system knows of a process and its children: processor time and resident memory.

use std::fs;

use anyhow::Context as _;

/// A process with everything that it started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(u32);

impl Process {
    pub(crate) const fn new(id: u32) -> Self {
        Self(id)
    }

    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    /// Processor time used so far, user and system, in seconds.
    pub(crate) fn cpu_seconds(self) -> anyhow::Result<f64> {
        let ticks: u64 = self
            .tree()
            .iter()
            .filter_map(|id| ticks(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?))
            .sum();
        let ticks = u32::try_from(ticks).context("the process is older than a year")?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a hundred, on every system there is"
        )]
        let per_second = rustix::param::clock_ticks_per_second() as f64;
        Ok(f64::from(ticks) / per_second)
    }

    /// Memory that is resident now, in MB.
    pub(crate) fn resident_mb(self) -> anyhow::Result<f64> {
        self.memory("VmRSS:")
    }

    /// The most memory that was ever resident, in MB.
    pub(crate) fn most_resident_mb(self) -> anyhow::Result<f64> {
        self.memory("VmHWM:")
    }

    fn memory(self, name: &str) -> anyhow::Result<f64> {
        let of = |id: &u32| {
            kilobytes(
                &fs::read_to_string(format!("/proc/{id}/status")).ok()?,
                name,
            )
        };
        let tree = self.tree();
        let found: Vec<u32> = tree.iter().filter_map(of).collect();
        anyhow::ensure!(!found.is_empty(), "the process has ended");
        Ok(found.into_iter().map(f64::from).sum::<f64>() * 1024.0 / 1e6)
    }

    /// The process and all its descendants.
    fn tree(self) -> Vec<u32> {
        let (mut found, mut next) = (Vec::new(), vec![self.0]);
        while let Some(id) = next.pop() {
            found.push(id);
            let Ok(tasks) = fs::read_dir(format!("/proc/{id}/task")) else {
                continue;
            };
            for task in tasks.flatten() {
                let children = fs::read_to_string(task.path().join("children"));
                next.extend(
                    children
                        .unwrap_or_default()
                        .split_whitespace()
                        .filter_map(|child| child.parse::<u32>().ok()),
                );
            }
        }
        found
    }
}

/// User and system time in `/proc/PID/stat` (proc(5), fields 14 and 15). The name before them may hold blanks and brackets.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn kilobytes(status: &str, name: &str) -> Option<u32> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_behind_any_name() {
        let stat = "12 (a) b (c)) S 1 12 12 0 -1 4194560 90 0 0 0 345 67 0 0 20 0 4 0 100 1 2 3";
        assert_eq!(ticks(stat), Some(412));
        assert_eq!(ticks("12 (a"), None);
    }

    #[test]
    fn memory_is_read_by_its_name() {
        let status = "Name:\tx\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n";
        assert_eq!(kilobytes(status, "VmRSS:"), Some(1024));
        assert_eq!(kilobytes(status, "VmSwap:"), None);
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(Process::this().resident_mb().unwrap() > 0.5);
    }
}
