//! `cargo xtask soak`: the service under load, killed again and again, and what is found in the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use bitbucket_test_postgres::{Database, Lifetime, Server};
use serde::Deserialize;

use crate::step::Step;
use crate::{Verdict, postgres, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Kill processes of the service at random moments.
    #[arg(long)]
    kill: bool,
    /// What keeps everything.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// How often a process is killed; 50 with SQLite, 20 with PostgreSQL.
    #[arg(long, requires = "kill")]
    kills: Option<u64>,
    /// How many pushes are to be accepted.
    #[arg(long, default_value_t = 100_000)]
    deliveries: u64,
    /// How many processes share the database; 3 with PostgreSQL, one with SQLite.
    #[arg(long)]
    replicas: Option<usize>,
    /// Print the figures as one JSON line instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Verdict> {
    let shared = arguments.engine == Engine::Postgres;
    let replicas = arguments.replicas.unwrap_or(if shared { 3 } else { 1 });
    ensure!(
        shared || replicas == 1,
        "several processes share a PostgreSQL database only: --engine postgres"
    );
    let kills = match (arguments.kill, arguments.kills) {
        (false, _) => 0,
        (true, Some(kills)) => kills,
        (true, None) => {
            if shared {
                20
            } else {
                50
            }
        }
    };
    let built = Step::cargo("build --release -p measure -p bitbucket-integration").run(root)?;
    ensure!(built, "the programs could not be built");
    let release = root.join("target/release");
    let mut soak = Command::new(release.join("measure"));
    soak.arg("soak")
        .arg("--service")
        .arg(release.join("bitbucket-integration"))
        .args(["--deliveries", &arguments.deliveries.to_string()])
        .args(["--kills", &kills.to_string()]);
    // The server lives as long as this does.
    let _server = if shared {
        postgres::install()?;
        let server = Server::start(Lifetime::OfThisProcess)?;
        let database = Database::create(server.folder())?;
        soak.args(["--postgres", database.url().as_str()])
            .args(["--replicas", &replicas.to_string()]);
        Some((server, database))
    } else {
        None
    };
    say::note(format_args!(
        "{} pushes to {replicas} process(es), {kills} kills",
        arguments.deliveries
    ));
    let ended = soak
        .arg("--progress")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("could not start measure")?;
    let printed = String::from_utf8_lossy(&ended.stdout);
    if !ended.status.success() {
        say::line("FAILED: what is missing or was done twice stands above");
        return Ok(Verdict::Bad);
    }
    if arguments.json {
        say::line(printed.trim());
    } else {
        say::line(table(&printed)?);
    }
    Ok(Verdict::Good)
}

/// What the figures are called in the table, in its order.
const FIGURES: [(&str, &str); 11] = [
    ("accepted", "pushes accepted"),
    ("commits", "commits of them in the database"),
    (
        "repeated_sends",
        "sent again because they were not accepted",
    ),
    ("kills", "processes killed"),
    ("connections_cut", "database sessions cut"),
    ("server_crashes", "crashes of the database server"),
    ("comments_due", "comments due"),
    ("comments_made", "comments made"),
    ("comments_made_twice", "comments made twice"),
    ("accepted_and_lost", "pushes accepted and lost"),
    ("seconds", "seconds of sending"),
];

/// The figures of a run that went well.
fn table(printed: &str) -> anyhow::Result<String> {
    #[derive(Deserialize)]
    struct Sample {
        values: BTreeMap<String, f64>,
    }
    let sample: Sample = serde_json::from_str(printed.trim())
        .with_context(|| format!("measure printed no figures: {printed}"))?;
    let row = |(key, name): &(&str, &str)| {
        let value = sample.values.get(*key)?;
        Some(format!("{name:<42} {value:>10.0}\n"))
    };
    Ok(FIGURES.iter().filter_map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_what_was_found() {
        let printed = r#"{"values":{"kills":50.0,"accepted":100000.0,"accepted_and_lost":0.0,"seconds":61.4}}"#;
        let expected = "\
pushes accepted                                100000
processes killed                                   50
pushes accepted and lost                            0
seconds of sending                                 61
";
        assert_eq!(table(printed).unwrap(), expected);
        assert!(table("killed").is_err());
    }
}
