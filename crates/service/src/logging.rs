//! Logs: text for people or JSON for machines, always on the standard error.
//!
//! Fields are dotted and carry their unit (`http.duration_ms`). Never logged: bodies, queries, `Authorization`,
//! signatures, secrets, commit messages. One error is logged once, where it is decided upon.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::config::{LogConfig, LogFormat};

/// Crates whose own events are of no use to an operator below this level, unless the filter names them.
const QUIET: [&str; 5] = [
    "hyper=warn",
    "hyper_util=warn",
    "rustls=warn",
    "sqlx=warn",
    "h2=warn",
];

/// Sends the process's log to the standard error. Does nothing when a log is set up already.
///
/// The filter was checked when the configuration was read; one that can't be read counts as `info`.
pub fn start(config: &LogConfig) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(&config.filter))
        .with_writer(io::stderr)
        .with_span_events(FmtSpan::NONE);
    // An error means that somebody else, such as a test, has set a log up.
    let _already = match config.format {
        LogFormat::Text => builder.with_ansi(colour()).with_target(false).try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
    };
}

fn filter(directives: &str) -> EnvFilter {
    let mut filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("info"));
    for quiet in QUIET {
        let named = quiet
            .split('=')
            .next()
            .is_some_and(|name| directives.contains(name));
        if let (false, Ok(directive)) = (named, quiet.parse()) {
            filter = filter.add_directive(directive);
        }
    }
    filter
}

/// Whether the standard error takes colour: it is a terminal and `NO_COLOR` is not set.
fn colour() -> bool {
    !matches!(
        anstream::AutoStream::choice(&io::stderr()),
        anstream::ColorChoice::Never
    )
}
