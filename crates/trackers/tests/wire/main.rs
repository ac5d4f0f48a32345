//! What goes over the wire to Sentry and what comes of its answers, against a server on a loopback port.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs and does not get fails the test"
)]

mod assign;
mod change;
mod comment;
mod deploy;
mod errors;
mod find;
mod probe;
mod publish;
mod resolve;

use std::sync::Arc;

use bitbucket_http_client::{BaseUrl, HyperTransport};
use bitbucket_integration_provider::ports::{IssueStatus, ProjectSlug, TrackerIssue};
use bitbucket_trackers::{OrganizationSlug, SentryTracker};
use jiff::Timestamp;
use serde_json::Value;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, ResponseTemplate};

/// The token that every request must carry and nothing else may show.
const TOKEN: &str = "sntryu_0123456789abcdef";
/// The tests' now.
const NOW: &str = "2026-03-01T12:00:00Z";

/// A Sentry on a loopback port with a tracker that talks to it.
struct World {
    server: MockServer,
    tracker: SentryTracker,
}

impl World {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let tracker = tracker_at(&server.uri());
        Self { server, tracker }
    }

    /// Answers this one request, which must come exactly once.
    async fn answers(&self, verb: &str, address: &str, answer: ResponseTemplate) {
        request(verb, address)
            .respond_with(answer)
            .expect(1)
            .mount(&self.server)
            .await;
    }

    /// The JSON body of the only request that came.
    async fn sent(&self) -> Value {
        let requests = self.server.received_requests().await.unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        serde_json::from_slice(&requests[0].body).unwrap()
    }

    async fn was_not_asked(&self) {
        assert_eq!(self.server.received_requests().await.unwrap().len(), 0);
    }
}

fn tracker_at(base: &str) -> SentryTracker {
    let transport = Arc::new(HyperTransport::builder().build().unwrap());
    let organization = OrganizationSlug::parse("acme").unwrap();
    let now: Timestamp = NOW.parse().unwrap();
    SentryTracker::new(
        BaseUrl::parse(base).unwrap(),
        organization,
        TOKEN.into(),
        transport,
        Arc::new(move || now),
    )
}

/// A request as Sentry wants it: with our token, our name, and JSON asked for.
fn request(verb: &str, address: &str) -> MockBuilder {
    Mock::given(method(verb))
        .and(path(address))
        .and(header("authorization", format!("Bearer {TOKEN}").as_str()))
        .and(header(
            "user-agent",
            concat!("bitbucket-integration/", env!("CARGO_PKG_VERSION")),
        ))
        .and(header("accept", "application/json"))
}

fn json(status: u16, body: Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

fn page(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw("<html><h1>No</h1></html>", "text/html")
}

fn issue() -> TrackerIssue {
    TrackerIssue {
        id: "4711".to_owned(),
        short_id: "ROCKET-1A".to_owned(),
        project: ProjectSlug::parse("rocket").unwrap(),
        title: "Boom".to_owned(),
        status: IssueStatus::Unresolved,
        assigned: false,
        web_url: None,
    }
}
