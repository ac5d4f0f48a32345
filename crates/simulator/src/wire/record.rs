//! What was asked, kept for tests and people; credentials masked before they are kept.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Half, asked::Asked, text};

/// What stands where a secret stood.
pub const MASK: &str = "***";

/// Names of JSON members, form fields and query parameters whose values are masked.
const SECRET_NAMES: [&str; 11] = [
    "secret",
    "sharedSecret",
    "shared_secret",
    "client_secret",
    "token",
    "access_token",
    "refresh_token",
    "password",
    "jwt",
    "code",
    "code_verifier",
];

/// One request and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Place in the order of all requests to both halves, from 1.
    pub sequence: u64,
    /// Who was asked.
    pub half: Half,
    /// HTTP method.
    pub method: String,
    /// Encoded path.
    pub path: String,
    /// Encoded query.
    pub query: Option<String>,
    /// Headers in lower case; of `authorization` only the scheme is kept.
    pub headers: BTreeMap<String, String>,
    /// The body as text, secrets masked.
    pub body: String,
    /// The credential's name, once authenticated.
    pub caller: Option<String>,
    /// The template of the endpoint, e.g. `/2.0/repositories/{workspace}/{repo_slug}`; absent for an unknown path.
    pub template: Option<String>,
    /// HTTP status of the answer; absent while unanswered, and for ever if the connection was hung or closed.
    pub status: Option<u16>,
    /// The fault that met this request.
    pub fault: Option<String>,
    /// When it came, by the simulator's clock.
    pub at: Timestamp,
    /// Time until the answer was ready, in milliseconds of real time.
    pub elapsed_ms: u64,
}

impl Record {
    pub(crate) fn new(sequence: u64, half: Half, asked: &Asked, at: Timestamp) -> Self {
        Self {
            sequence,
            half,
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: asked.query.as_deref().map(masked_pairs),
            headers: masked_headers(asked),
            body: masked_body(asked),
            caller: None,
            template: None,
            status: None,
            fault: None,
            at,
            elapsed_ms: 0,
        }
    }

    /// The masked body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Method, path and query as they were asked, secrets masked.
    pub fn line(&self) -> String {
        match &self.query {
            Some(query) => format!("{} {}?{query}", self.method, self.path),
            None => format!("{} {}", self.method, self.path),
        }
    }
}

/// One line for a transcript: `#3 bitbucket GET /2.0/user → 200 (acme access token)`.
impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = match self.half {
            Half::Bitbucket => "bitbucket",
            Half::Sentry => "sentry",
        };
        write!(formatter, "#{} {half} {} → ", self.sequence, self.line())?;
        match self.status {
            Some(status) => write!(formatter, "{status}")?,
            None => formatter.write_str("no answer")?,
        }
        if let Some(caller) = &self.caller {
            write!(formatter, " ({caller})")?;
        }
        match &self.fault {
            Some(fault) => write!(formatter, " [fault: {fault}]"),
            None => Ok(()),
        }
    }
}

fn masked_headers(asked: &Asked) -> BTreeMap<String, String> {
    let masked = |name: &str, value: &str| match name {
        "authorization" => {
            let scheme = value.split(' ').next().unwrap_or_default();
            format!("{scheme} {MASK}")
        }
        "cookie" | "proxy-authorization" | "x-api-key" => MASK.to_owned(),
        _ => value.to_owned(),
    };
    asked
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .map(|(name, value)| (name.to_owned(), masked(name, &value)))
        .collect()
}

fn masked_body(asked: &Asked) -> String {
    let body = String::from_utf8_lossy(&asked.body);
    if let Some(mut value) = asked.json() {
        return match mask(&mut value) {
            true => value.to_string(),
            false => body.into_owned(),
        };
    }
    match asked.header("content-type") {
        Some(kind) if kind.starts_with("application/x-www-form-urlencoded") => masked_pairs(&body),
        _ => body.into_owned(),
    }
}

/// Masks secrets at any depth; says whether there were any.
fn mask(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().fold(false, |any, (name, member)| {
            if SECRET_NAMES.contains(&name.as_str()) && member.is_string() {
                *member = Value::String(MASK.to_owned());
                return true;
            }
            mask(member) || any
        }),
        Value::Array(items) => items.iter_mut().map(mask).filter(|masked| *masked).count() > 0,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn masked_pairs(raw: &str) -> String {
    let masked = |pair: &str| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        match SECRET_NAMES.contains(&text::decode_segment(name).as_str()) {
            true => format!("{name}={MASK}"),
            false => pair.to_owned(),
        }
    };
    raw.split('&').map(masked).collect::<Vec<_>>().join("&")
}
