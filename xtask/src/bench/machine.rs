//! What the figures were measured on.

use std::path::Path;
use std::process::Command;

/// Processor, cores, load, compiler, version of the sources, and the day, as one line.
pub(super) fn told(root: &Path) -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "Measured on {}, {cores} cores ({model}), load {} at the start, {}, commit {}.",
        output(root, "date", &["+%Y-%m-%d"]),
        load(),
        output(root, "rustc", &["--version"]),
        output(root, "git", &["rev-parse", "--short", "HEAD"])
    )
}

/// The load of the last minute: how many processes want to run.
pub(super) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace()
        .next()
        .unwrap_or("unknown")
        .to_owned()
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| format!("no {program}"))
}
