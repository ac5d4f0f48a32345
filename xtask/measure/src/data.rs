//! Writes what is measured with.

use std::fs;
use std::path::PathBuf;

use crate::sample::{Sample, number};
use crate::{diff_text, messages, request};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to: `messages.bin`, `diff-BYTES.txt`, `request.json`.
    #[arg(long)]
    folder: PathBuf,
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// Sizes of the diffs in bytes.
    #[arg(long, value_delimiter = ',', default_value = "500000,5000000,50000000")]
    diffs: Vec<usize>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder)?;
    let messages = messages::text(arguments.messages);
    fs::write(folder.join("messages.bin"), &messages)?;
    for bytes in &arguments.diffs {
        fs::write(
            folder.join(format!("diff-{bytes}.txt")),
            diff_text::text(*bytes),
        )?;
    }
    fs::write(folder.join("request.json"), request::as_json().to_string())?;
    Ok(Sample::of("messages_mb", number(messages.len()) / 1e6))
}
