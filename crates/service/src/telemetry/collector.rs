//! The way to the collector: spans in batches, by OTLP over HTTP.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing_subscriber::layer::Layer as _;

use super::TelemetryError;
use crate::VERSION;
use crate::config::HttpUrl;
use crate::logging::BoxedLayer;

/// The name under which a collector shows the program.
const NAME: &str = "bitbucket-integration";

/// Where a collector takes traces (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Request").
const PATH: &str = "/v1/traces";

/// How long a collector may take for a batch; then it is dropped.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Spans on their way to a collector.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    pub(super) fn start(url: &HttpUrl) -> Result<(Self, BoxedLayer), TelemetryError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new())
            .with_endpoint(format!("{}{PATH}", url.as_str()))
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| TelemetryError::Exporter(error.to_string()))?;
        let resource = Resource::builder()
            .with_service_name(NAME)
            .with_attribute(opentelemetry::KeyValue::new("service.version", VERSION))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(NAME))
            .with_location(false)
            .with_threads(false);
        Ok((Self(provider), layer.boxed()))
    }

    /// Sends what is left.
    pub(crate) async fn finish(self) {
        // It blocks until the batch is sent, by a task of this runtime.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE));
        if let Ok(Err(error)) = ended.await {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Sends from a task of the runtime, for the exporter's own thread has none.
struct Collector {
    runtime: Handle,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Collector {
    fn new() -> Self {
        Self {
            runtime: Handle::current(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Collector(..)")
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        // The clock of the time-out is the runtime's as well.
        let sent = self
            .runtime
            .spawn(async move { timeout(PATIENCE, send(&client, request)).await });
        sent.await??
    }
}

async fn send(
    client: &Client<HttpConnector, Full<Bytes>>,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let (parts, body) = client.request(request.map(Full::new)).await?.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER).collect().await?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}
