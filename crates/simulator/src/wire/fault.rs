//! Faults as values: what goes wrong, where, and how often.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Half, answer::Answer, asked::Asked};

/// The body of a faulty answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// The error form of the half in question.
    #[default]
    Json,
    /// A page as a proxy at the edge sends it.
    Html,
    /// Nothing.
    Empty,
    /// Exactly this text, as `application/json`.
    Text(String),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An answer with this status instead of the real one; nothing is changed in the world.
    Status {
        /// HTTP status.
        status: u16,
        /// Body of the answer.
        #[serde(default)]
        body: FaultBody,
        /// Value of `Retry-After`, seconds or a date.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The real answer, but late.
    Delay {
        /// How late, in milliseconds.
        milliseconds: u64,
    },
    /// No answer, the connection stays open.
    Hang,
    /// The connection is closed without an answer; nothing is changed in the world.
    Close,
    /// The request is carried out, then the connection is closed without an answer.
    CloseAfter,
    /// The real answer stops half-way.
    Truncate,
    /// Status 200 and a JSON content type, but bytes that are no JSON.
    Garbage,
    /// Bytes that are no HTTP at all.
    NotHttp,
    /// The real answer, its link to the next page pointing to this origin (`http://evil.example`).
    ForeignNext {
        /// Scheme and authority.
        origin: String,
    },
    /// A redirect to the same path at another origin; nothing is changed in the world.
    Redirect {
        /// HTTP status, such as 302 or 307.
        status: u16,
        /// Scheme and authority.
        origin: String,
    },
}

impl Effect {
    /// How records name the effect.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Status { status, .. } => format!("status {status}"),
            Self::Delay { milliseconds } => format!("delay {milliseconds} ms"),
            Self::Hang => "hang".to_owned(),
            Self::Close => "close".to_owned(),
            Self::CloseAfter => "close after".to_owned(),
            Self::Truncate => "truncate".to_owned(),
            Self::Garbage => "garbage".to_owned(),
            Self::NotHttp => "not HTTP".to_owned(),
            Self::ForeignNext { origin } => format!("foreign next {origin}"),
            Self::Redirect { status, origin } => format!("redirect {status} {origin}"),
        }
    }
}

/// A fault that is switched on.
///
/// ```
/// use bitbucket_simulator::{Fault, Half};
///
/// // Another request holds the release's lock: the next POST is told to come back.
/// let busy = Fault::status(Half::Sentry, 409).for_method("POST").once();
/// // The edge is down until the faults are cleared.
/// let down = Fault::status(Half::Bitbucket, 502).html().at("/2.0/repositories/");
/// assert_eq!((busy.times, down.times), (Some(1), None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The half that fails.
    pub half: Half,
    /// Only requests with this method (`POST`); any if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose encoded path begins with this; all if empty.
    #[serde(default)]
    pub path_prefix: String,
    /// How many requests fail; until cleared if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// What goes wrong.
    pub effect: Effect,
}

impl Fault {
    /// A fault for every request to `half`, until cleared.
    pub fn on(half: Half, effect: Effect) -> Self {
        Self {
            half,
            method: None,
            path_prefix: String::new(),
            times: None,
            effect,
        }
    }

    /// An answer with `status` in the half's own JSON form.
    pub fn status(half: Half, status: u16) -> Self {
        Self::on(
            half,
            Effect::Status {
                status,
                body: FaultBody::Json,
                retry_after: None,
            },
        )
    }

    /// Only requests whose encoded path begins with `prefix`.
    #[must_use]
    pub fn at(mut self, prefix: impl Into<String>) -> Self {
        self.path_prefix = prefix.into();
        self
    }

    /// Only requests with this method.
    #[must_use]
    pub fn for_method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only the next `times` requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only the next request.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// An HTML page as body; changes status faults only.
    #[must_use]
    pub fn html(mut self) -> Self {
        if let Effect::Status { body, .. } = &mut self.effect {
            *body = FaultBody::Html;
        }
        self
    }

    /// With `Retry-After`; changes status faults only.
    #[must_use]
    pub fn retry_after(mut self, value: impl Into<String>) -> Self {
        if let Effect::Status { retry_after, .. } = &mut self.effect {
            *retry_after = Some(value.into());
        }
        self
    }

    fn meets(&self, half: Half, asked: &Asked) -> bool {
        self.half == half
            && self.times != Some(0)
            && asked.path.starts_with(&self.path_prefix)
            && self
                .method
                .as_ref()
                .is_none_or(|method| *method == asked.method)
    }
}

/// Takes the effect of the first fault that meets a request, and counts it down.
pub(crate) fn take(faults: &mut Vec<Fault>, half: Half, asked: &Asked) -> Option<Effect> {
    let fault = faults.iter_mut().find(|fault| fault.meets(half, asked))?;
    let effect = fault.effect.clone();
    if let Some(times) = &mut fault.times {
        *times -= 1;
    }
    faults.retain(|fault| fault.times != Some(0));
    Some(effect)
}

/// The answer of a status fault.
pub(crate) fn answer(
    half: Half,
    status: u16,
    body: &FaultBody,
    retry_after: Option<&str>,
) -> Answer {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error");
    let answer = match body {
        FaultBody::Json => Answer::json(status, &error_body(half, status, reason)),
        FaultBody::Html => Answer::html(status, &format!("{status} {reason}")),
        FaultBody::Empty => Answer::empty(status),
        FaultBody::Text(text) => Answer {
            body: text.clone().into(),
            ..Answer::empty(status).with_header("content-type", "application/json")
        },
    };
    match retry_after {
        Some(value) => answer.with_header("retry-after", value),
        None => answer,
    }
}

fn error_body(half: Half, status: u16, reason: &str) -> Value {
    match half {
        Half::Bitbucket if status == 429 => {
            json!({"type": "error", "error": {"message": "Rate limit for this resource has been exceeded"}})
        }
        Half::Bitbucket => json!({"type": "error", "error": {"message": reason}}),
        Half::Sentry => json!({"detail": reason}),
    }
}

/// Makes an answer's link to the next page point to another origin, adding a link where there was none.
pub(crate) fn with_foreign_next(
    mut answer: Answer,
    half: Half,
    path: &str,
    origin: &str,
) -> Answer {
    let target = format!("{origin}{path}?page=2");
    match half {
        Half::Bitbucket => {
            let Ok(Value::Object(mut page)) = serde_json::from_slice(&answer.body) else {
                return answer;
            };
            page.insert("next".to_owned(), Value::String(target));
            answer.body = Value::Object(page).to_string().into();
        }
        Half::Sentry => {
            answer.headers.retain(|(name, _)| name != "link");
            let link = format!("<{target}>; rel=\"next\"; results=\"true\"; cursor=\"0:100:0\"");
            answer.headers.push(("link".to_owned(), link));
        }
    }
    answer
}
