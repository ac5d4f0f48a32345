//! Reading the changed files of a diff as it streams by, and what lies below: looking at every byte for the next header.

use std::fs::File;
use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bitbucket_http_client::diff::DiffReader;
use memchr::memmem;

use crate::clock::least_seconds;
use crate::process::Process;
use crate::sample::{Sample, number};

/// What a network read gives at once.
const PIECE: usize = 64 * 1024;

/// By whom.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum By {
    /// `bitbucket-http-client`, in pieces of 64 KiB.
    Ours,
    /// A search for the lines that begin a file; nothing is read of them.
    Floor,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(long, default_value = "ours")]
    by: By,
    #[arg(long)]
    file: PathBuf,
    /// How often to measure; the best counts.
    #[arg(long, default_value_t = 3)]
    times: u32,
    /// Read the file piece by piece instead of holding it, and say how much memory that takes.
    #[arg(long)]
    from_disk: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    if arguments.from_disk {
        return from_disk(&arguments.file);
    }
    let diff = std::fs::read(&arguments.file)
        .with_context(|| format!("could not read {}", arguments.file.display()))?;
    let (seconds, files) = match arguments.by {
        By::Ours => least_seconds(arguments.times, || files(black_box(&diff))),
        By::Floor => {
            let finder = memmem::Finder::new("\ndiff --");
            least_seconds(arguments.times, || {
                finder.find_iter(black_box(&diff)).count() + 1
            })
        }
    };
    let bytes = number(diff.len());
    Ok(Sample::of("mb_per_cpu_second", bytes / 1e6 / seconds)
        .with("cpu_seconds", seconds)
        .with("files", number(files))
        .with("mb", bytes / 1e6))
}

fn files(diff: &[u8]) -> usize {
    let mut files = 0;
    let mut found = |file| {
        drop(black_box(file));
        files += 1;
    };
    let mut reader = DiffReader::new();
    for piece in diff.chunks(PIECE) {
        reader.push(piece, &mut found);
    }
    reader.finish(&mut found);
    files
}

fn from_disk(path: &Path) -> anyhow::Result<Sample> {
    let mut file =
        File::open(path).with_context(|| format!("could not read {}", path.display()))?;
    let before = Process::this().resident_mb()?;
    let (mut files, mut piece) = (0, vec![0; PIECE]);
    let mut reader = DiffReader::new();
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        reader.push(piece.get(..read).unwrap_or_default(), &mut |_| files += 1);
    }
    reader.finish(&mut |_| files += 1);
    let grown = Process::this().most_resident_mb()? - before;
    Ok(Sample::of("grown_mb", grown.max(0.0)).with("files", number(files)))
}
