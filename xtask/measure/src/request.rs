//! The request that is signed: the one a release makes most, a page of commits with chosen fields and a filter.

use serde_json::{Value, json};

pub(crate) const METHOD: &str = "GET";
pub(crate) const PATH: &str =
    "/2.0/repositories/acme/rocket/commits/8f3c2d1e0b9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d";
pub(crate) const QUERY: &str = "pagelen=100&page=3&q=author.raw%20~%20%22ada%22%20AND%20date%20%3E%202026-01-01&fields=values.hash%2Cvalues.message%2Cnext";
pub(crate) const SECRET: &str = "kW7q9sVdA2xY5bN8mT3rC6uF1hJ4pL0eZqXcVbNm1234567890asdfghjklPOIUY";
pub(crate) const APP_KEY: &str = "integration.example.com";
pub(crate) const CLIENT_KEY: &str =
    "ari:cloud:bitbucket::app/{ac3e0000-0000-4000-8000-000000000001}/integration";

/// The same for programs in other languages.
pub(crate) fn as_json() -> Value {
    json!({"method": METHOD, "path": PATH, "query": QUERY, "secret": SECRET, "issuer": APP_KEY, "subject": CLIENT_KEY})
}
