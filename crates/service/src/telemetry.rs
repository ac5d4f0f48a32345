//! Traces for an OpenTelemetry collector, in programs that are built with the feature `otel`.

#[cfg(feature = "otel")]
mod collector;

#[cfg(feature = "otel")]
pub(crate) use collector::Traces;

use crate::config::TelemetryConfig;
use crate::logging::BoxedLayer;

/// Why traces can't be sent as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The program can't.
    #[error(
        "`otlp_url` in [telemetry] is set, and this program was built without the feature `otel`; leave it out, or build with `--features otel`"
    )]
    NotBuilt,
    /// The way to the collector would need TLS.
    #[error(
        "`otlp_url` in [telemetry] must begin with `http://`: a collector nearby takes the traces and carries them on, by TLS where that is needed"
    )]
    Scheme,
    /// The exporter does not take the address.
    #[error("`otlp_url` in [telemetry] can't be used: {0}")]
    Exporter(String),
}

/// A program that can't send traces has none to end.
#[cfg(not(feature = "otel"))]
#[derive(Debug)]
pub(crate) enum Traces {}

#[cfg(not(feature = "otel"))]
impl Traces {
    pub(crate) async fn finish(self) {
        match self {}
    }
}

/// Whether traces can be sent as it is configured.
pub(crate) fn check(config: &TelemetryConfig) -> Result<(), TelemetryError> {
    match &config.otlp_url {
        None => Ok(()),
        Some(_) if cfg!(not(feature = "otel")) => Err(TelemetryError::NotBuilt),
        Some(url) if url.as_str().starts_with("http://") => Ok(()),
        Some(_) => Err(TelemetryError::Scheme),
    }
}

/// The traces, and what takes them from the log; nothing when none are wanted.
pub(crate) fn start(
    config: &TelemetryConfig,
) -> Result<Option<(Traces, BoxedLayer)>, TelemetryError> {
    check(config)?;
    #[cfg(feature = "otel")]
    if let Some(url) = &config.otlp_url {
        return Traces::start(url).map(Some);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HttpUrl;

    fn checked(url: Option<&str>) -> String {
        let otlp_url = url.map(|url| HttpUrl::parse(url).unwrap());
        match check(&TelemetryConfig { otlp_url }) {
            Ok(()) => "good".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_address_that_cant_be_used_is_refused_with_what_to_do() {
        assert_eq!(checked(None), "good");
        let (near, far) = (
            checked(Some("http://127.0.0.1:4318")),
            checked(Some("https://collector.example")),
        );
        if cfg!(feature = "otel") {
            assert_eq!(near, "good");
            assert!(far.contains("must begin with `http://`"), "{far}");
        } else {
            assert!(near.contains("without the feature `otel`"), "{near}");
            assert_eq!(far, near);
        }
    }
}
