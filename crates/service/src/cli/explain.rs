//! `explain`

use std::io::{self, Read as _};

use bitbucket_commit_resolver::Grammar;

use super::args::ExplainArgs;
use super::{Failure, Output};

/// The longest message that is read, in bytes.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;

pub(super) fn run(args: &ExplainArgs, output: &Output) -> Result<(), Failure> {
    let message = if args.message == "-" {
        from_input()?
    } else {
        args.message.clone()
    };
    output.line(Grammar::sentry().explain(&message).to_string().trim_end());
    Ok(())
}

fn from_input() -> Result<String, Failure> {
    let mut message = String::new();
    let read = io::stdin()
        .take(MAX_MESSAGE_BYTES)
        .read_to_string(&mut message);
    read.map_err(|error| Failure::Usage(format!("can't read the message: {error}")))?;
    Ok(message)
}
