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
    let grammar = Grammar::sentry();
    if grammar.is_skipped(&message) {
        output.line("the message asks to be skipped (#skipsentry): nothing is done");
        return Ok(());
    }
    let references = grammar.references(&message);
    if references.is_empty() {
        output.line("the message names no issue");
        return Ok(());
    }
    for reference in references {
        let at = reference.span();
        let words = message.get(at.clone()).unwrap_or_default();
        output.line(format_args!(
            "{}: {words:?} (bytes {}..{}) resolves it in the release that contains the commit",
            reference.short_id(),
            at.start,
            at.end
        ));
    }
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
