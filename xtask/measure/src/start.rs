//! From starting the service to its first answer.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::child::{Started, free_address};
use crate::sample::Sample;
use crate::seed;

/// What passes between two looks whether it answers.
const PAUSE: Duration = Duration::from_micros(500);
/// After which its memory is that of an idle process.
const SETTLED: Duration = Duration::from_secs(1);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The service's program.
    #[arg(long)]
    service: PathBuf,
    /// How many repositories are in its database.
    #[arg(long, default_value_t = 10_000)]
    repositories: u64,
    /// Only start the program and let it say its version: what starting a process takes.
    #[arg(long)]
    floor: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    if arguments.floor {
        return floor(arguments);
    }
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("service.sqlite");
    crate::block_on(seed::database(&database, arguments.repositories))?;
    let address = free_address()?;
    let begin = Instant::now();
    let mut service = Started::spawn(&mut seed::service(&arguments.service, address, &database))?;
    service.wait_for(address, PAUSE)?;
    let answer = get(address, "/readyz")?;
    let ready = begin.elapsed();
    ensure!(
        answer.starts_with("HTTP/1.1 200 "),
        "the service is not ready: {answer}"
    );
    std::thread::sleep(SETTLED);
    Ok(Sample::of("ready_ms", ready.as_secs_f64() * 1e3)
        .with("resident_mb", service.process().resident_mb()?)
        .with("cpu_seconds", service.process().cpu_seconds()?))
}

fn floor(arguments: &Arguments) -> anyhow::Result<Sample> {
    let begin = Instant::now();
    let ended = Command::new(&arguments.service)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("could not start {}", arguments.service.display()))?;
    ensure!(ended.success(), "the service ended with {ended}");
    Ok(Sample::of("ready_ms", begin.elapsed().as_secs_f64() * 1e3))
}

fn get(address: SocketAddr, path: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
