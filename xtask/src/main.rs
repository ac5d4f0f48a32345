//! Every chore of the workspace as one command: `cargo xtask --help`.

mod bench;
mod ci;
mod demo;
mod fuzz;
mod integration;
mod openapi;
mod postgres;
mod say;
mod soak;
mod step;
mod test;
mod tidy;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Every chore of the workspace as one command.
///
/// Each command shows what it runs, so that a person can repeat one step by hand. The continuous integration runs `cargo xtask ci`
/// and then `cargo xtask test`, and nothing else.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Checks everything that needs no test run: format, lints, tidy, feature sets, documentation.
    ///
    /// All steps run even when one fails; the list at the end says which failed and how to repeat it.
    Ci,
    /// Sets up what tests need and runs every test of the workspace.
    ///
    /// Documentation tests run first, then the rest with nextest when it is installed and with `cargo test` when not. The last lines
    /// are the test runner's own.
    #[command(
        after_help = "Examples:\n  cargo xtask test\n  cargo xtask test -p bitbucket-trackers\n  cargo xtask test resolves_an_issue"
    )]
    Test(test::Arguments),
    /// Checks the rules that no compiler knows: allowed edges, sizes, headers, forbidden words, links.
    ///
    /// Each finding is one line: where it is, what is wrong, what to do. The rules are described in docs/TESTING.md.
    Tidy,
    /// Runs the acceptance scenarios against real processes, over sockets.
    ///
    /// Builds the service and the simulator (or takes yours), runs every scenario against them on free ports, prints a table and
    /// leaves nothing running.
    #[command(
        after_help = "Examples:\n  cargo xtask integration\n  cargo xtask integration --filter signature\n  cargo xtask integration --binary ./my-build/bitbucket-integration"
    )]
    Integration(integration::Arguments),
    /// Runs the private PostgreSQL that tests use, and prints the variable that names it.
    ///
    /// Tests start one by themselves; this is for running a program by hand against one, or many `cargo test` against the same.
    Postgres(postgres::Arguments),
    /// Shows the whole road on this machine: simulator, service, push, release, resolved issue.
    ///
    /// The same as `cargo run --release -- demo`; arguments are passed on.
    #[command(after_help = "Example:\n  cargo xtask demo --keep")]
    Demo(demo::Arguments),
    /// Tries the readers of strangers' input with inputs that a fuzzer invents.
    ///
    /// Runs on stable Rust and needs a C++ compiler. Inputs that reached something new are kept below target/fuzz for the next run; one
    /// that fails is named, with what to do. docs/TESTING.md says how to add a target.
    #[command(
        after_help = "Examples:\n  cargo xtask fuzz --list\n  cargo xtask fuzz address --seconds 600\n  cargo xtask fuzz"
    )]
    Fuzz(fuzz::Arguments),
    /// Shows how fast it is, beside the least that could be done and beside what people use today.
    ///
    /// Builds everything as it is shipped, runs the programs of each row in turn, and prints one table of figures and one of how
    /// costs grow. What it means is in docs/PERFORMANCE.md.
    #[command(
        after_help = "Examples:\n  cargo xtask bench --quick\n  cargo xtask bench --row sign --row intake\n  cargo xtask bench --peers --save"
    )]
    Bench(bench::Arguments),
    /// Puts the service under load, kills it at random moments, and shows that nothing accepted is lost or done twice.
    ///
    /// A sender plays Bitbucket, a simulated tracker counts what it is told. In the end each accepted push must be in the database once
    /// with its commits, and each comment at the tracker once; the figures are printed as one JSON line, and any gap makes it fail.
    #[command(
        after_help = "Examples:\n  cargo xtask soak --kill\n  cargo xtask soak --kill --engine postgres --kills 20\n  cargo xtask soak --kill --deliveries 2000 --kills 5"
    )]
    Soak(soak::Arguments),
    /// Compares what the paths say of each operation with Bitbucket's own OpenAPI document, for whoever has a copy.
    ///
    /// Method, path, names of parameters, query and body of every operation are compared; each disagreement is one line. Differences
    /// that are meant are listed with their reasons, which are data in xtask/openapi-deviations.toml. Nothing is fetched.
    #[command(
        after_help = "Examples:\n  cargo xtask openapi swagger.v3.json\n  cargo xtask openapi --json swagger.json"
    )]
    Openapi(openapi::Arguments),
}

fn main() -> ExitCode {
    let root = workspace_root();
    let outcome = match Cli::parse().chore {
        Chore::Ci => ci::run(&root),
        Chore::Test(arguments) => test::run(&root, &arguments),
        Chore::Tidy => tidy::run(&root),
        Chore::Integration(arguments) => integration::run(&root, &arguments),
        Chore::Postgres(arguments) => postgres::run(&arguments),
        Chore::Demo(arguments) => demo::run(&root, &arguments),
        Chore::Fuzz(arguments) => fuzz::run(&root, &arguments),
        Chore::Bench(arguments) => bench::run(&root, &arguments),
        Chore::Soak(arguments) => soak::run(&root, &arguments),
        Chore::Openapi(arguments) => openapi::run(&arguments),
    };
    match outcome {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::FAILURE,
        Err(error) => {
            say::note(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// How a chore ended. One that ended badly has said so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    Bad,
}

impl Verdict {
    const fn of(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// The workspace around the current folder, so that a program built in one copy of the repository works on the copy it is called in;
/// elsewhere the one it was built in.
fn workspace_root() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let around = here
        .ancestors()
        .find(|folder| folder.join("xtask").join("Cargo.toml").is_file());
    let built_in = || {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(1)
            .unwrap_or(Path::new("."))
            .to_owned()
    };
    around.map_or_else(built_in, Path::to_owned)
}
