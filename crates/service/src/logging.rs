//! Logs: text for people or JSON for machines, always on the standard error.
//!
//! Fields are dotted and carry their unit (`http.duration_ms`). Never logged: bodies, queries, `Authorization`,
//! signatures, secrets, commit messages. One error is logged once, where it is decided upon.

use std::io;

use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::config::{LogConfig, LogFormat};

/// Crates whose own events are of no use to an operator below this level, unless the filter names them.
const QUIET: [&str; 5] = [
    "hyper=warn",
    "hyper_util=warn",
    "rustls=warn",
    "sqlx=warn",
    "h2=warn",
];

/// Sends the process's log to the standard error, and what is logged also where `traces` leads. Does nothing when a log is set up already.
///
/// The filter was checked when the configuration was read; one that can't be read counts as `info`.
pub(crate) fn start(config: &LogConfig, traces: Option<BoxedLayer>) {
    let log = Registry::default()
        .with(traces)
        .with(lines(config.format))
        .with(filter(&config.filter));
    // An error means that somebody else, such as a test, has set a log up.
    let _already = log.try_init();
}

/// One that can be added first.
pub(crate) type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(colour()).with_target(false).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    }
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
