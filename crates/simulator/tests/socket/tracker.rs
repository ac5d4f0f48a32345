//! What tests of the Sentry half share: addresses, bodies, a look at an issue.

use bitbucket_simulator::{Simulator, world::Issue};
use serde_json::{Value, json};

pub(crate) const ORG: &str = "/api/0/organizations/acme";
pub(crate) const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub(crate) const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

pub(crate) fn commit(id: &str, message: &str, timestamp: &str) -> Value {
    json!({"id": id, "repository": "acme/rocket", "message": message, "author_name": "Ada",
        "author_email": "Ada@Acme.example", "timestamp": timestamp,
        "patch_set": [{"path": "src/engine.rs", "type": "M"}]})
}

pub(crate) fn release(version: &str, commits: &[Value]) -> Value {
    json!({"version": version, "projects": ["rocket"], "commits": commits})
}

pub(crate) async fn issue(simulator: &Simulator, short_id: &str) -> Issue {
    simulator.control().issue(short_id).await.expect("an issue")
}
