//! `explain`

use std::io::{self, Read as _};
use std::path::Path;

use bitbucket_commit_resolver::Grammar;

use super::args::ExplainArgs;
use super::{Failure, Output};
use crate::config::{self, Environment};

/// The longest message that is read, in bytes.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;

pub(super) fn run(
    args: &ExplainArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let grammar = grammar(args, file, environment)?;
    let message = if args.message == "-" {
        from_input()?
    } else {
        args.message.clone()
    };
    output.line(grammar.explain(&message).to_string().trim_end());
    Ok(())
}

fn grammar(
    args: &ExplainArgs,
    file: Option<&Path>,
    environment: &Environment,
) -> Result<Grammar, Failure> {
    if let Some(profile) = args.profile {
        return Ok(profile.grammar());
    }
    let loaded =
        config::load(file, environment).map_err(|error| Failure::Usage(error.to_string()))?;
    let grammar = loaded.config.commits.grammar();
    grammar.map_err(|error| Failure::Usage(error.to_string()))
}

fn from_input() -> Result<String, Failure> {
    let mut message = String::new();
    let read = io::stdin()
        .take(MAX_MESSAGE_BYTES)
        .read_to_string(&mut message);
    read.map_err(|error| Failure::Usage(format!("can't read the message: {error}")))?;
    Ok(message)
}
