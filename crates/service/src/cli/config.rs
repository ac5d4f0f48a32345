//! `config check`

use std::path::Path;

use super::args::ConfigAction;
use super::{Failure, Output};
use crate::config::{self, Environment};

pub(super) fn run(
    action: &ConfigAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    match action {
        ConfigAction::Check => check(file, environment, output),
    }
}

fn check(file: Option<&Path>, environment: &Environment, output: &Output) -> Result<(), Failure> {
    let loaded =
        config::load(file, environment).map_err(|error| Failure::Usage(error.to_string()))?;
    for warning in &loaded.warnings {
        output.warning(warning);
    }
    let source = loaded.file.as_ref().map_or_else(
        || "no file, defaults".to_owned(),
        |path| path.display().to_string(),
    );
    let trackers: Vec<&str> = loaded.config.trackers.keys().map(String::as_str).collect();
    let trackers = if trackers.is_empty() {
        "no tracker".to_owned()
    } else {
        format!("trackers: {}", trackers.join(", "))
    };
    output.line(format_args!(
        "the configuration is good ({source}; {trackers})"
    ));
    Ok(())
}
