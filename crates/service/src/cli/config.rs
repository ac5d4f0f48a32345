//! `config …`

use std::path::Path;

use bitbucket_integration_provider::ports::Trackers as _;

use super::args::ConfigAction;
use super::{Failure, Output};
use crate::config::{self, Environment, Loaded};
use crate::service::{self, Deps};
use crate::telling::chain;

pub(super) async fn run(
    action: &ConfigAction,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    match action {
        ConfigAction::Check { online } => {
            let loaded = check(file, environment, output)?;
            if *online {
                ask(&loaded, output).await?;
            }
            Ok(())
        }
        ConfigAction::Show { changed } => {
            let loaded = config::load(file, environment)
                .map_err(|error| Failure::Usage(error.to_string()))?;
            show(&loaded, *changed, output);
            Ok(())
        }
        ConfigAction::Template => {
            output.line(config::template().trim_end());
            Ok(())
        }
        ConfigAction::Reference => {
            output.line(config::reference().trim_end());
            Ok(())
        }
    }
}

/// The configuration as a file would say it, each value with where it comes from.
fn show(loaded: &Loaded, changed: bool, output: &Output) {
    let mut section = "";
    for setting in &loaded.settings {
        if changed && setting.source == "default" {
            continue;
        }
        if setting.section != section {
            section = &setting.section;
            output.line(format_args!("[{section}]"));
        }
        let (name, source) = (&setting.name, &setting.source);
        match &setting.value {
            Some(value) if source == "secret" => output.line(format_args!("# {name} = {value}")),
            Some(value) => output.line(format_args!("{name} = {value}  # {source}")),
            None => output.line(format_args!("# {name} is not set")),
        }
    }
}

fn check(
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<Loaded, Failure> {
    let loaded =
        config::load(file, environment).map_err(|error| Failure::Usage(error.to_string()))?;
    service::check(&loaded.config, &Deps::system())
        .map_err(|error| Failure::Usage(chain(&error)))?;
    for warning in &loaded.warnings {
        output.warning(warning);
    }
    let source = loaded.file.as_ref().map_or_else(
        || "no file, defaults".to_owned(),
        |path| path.display().to_string(),
    );
    let names: Vec<&str> = loaded.config.trackers.keys().map(String::as_str).collect();
    let trackers = if names.is_empty() {
        "no tracker".to_owned()
    } else {
        format!("trackers: {}", names.join(", "))
    };
    output.line(format_args!(
        "the configuration is good ({source}; {trackers})"
    ));
    Ok(loaded)
}

/// Asks every tracker; tells all answers before it fails.
async fn ask(loaded: &Loaded, output: &Output) -> Result<(), Failure> {
    let trackers = service::trackers(&loaded.config, &Deps::system())
        .map_err(|error| Failure::Usage(chain(&error)))?;
    let mut failed = 0;
    for name in trackers.names() {
        let Some(tracker) = trackers.tracker(&name) else {
            continue;
        };
        match tracker.probe().await {
            Ok(()) => output.line(format_args!("tracker {name} answers and takes its token")),
            Err(error) => {
                failed += 1;
                output.problem(&format!("tracker {name}: {error} ({})", error.code()));
            }
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::Failed(format!(
            "{failed} of {} trackers can't be used",
            loaded.config.trackers.len()
        ))),
    }
}
