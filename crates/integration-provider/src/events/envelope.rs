//! The wrapper that Connect puts around a payload: `{"event":"repo:push","data":{…}}`. REST hooks send the payload bare.

use std::borrow::Cow;

use bitbucket_api_paths::RepoUuid;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{EventError, problem};

/// A body opened far enough to know which event it is; its payload stays unread.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    event_key: Option<Cow<'a, str>>,
    payload: &'a [u8],
}

/// A body that is no JSON object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at line {line}, column {column}")]
pub struct EnvelopeError {
    /// What kind of problem it is.
    pub problem: &'static str,
    /// Line of the body, from 1; 0 when it is not known.
    pub line: usize,
    /// Column, from 1; 0 when it is not known.
    pub column: usize,
}

impl EnvelopeError {
    pub(super) fn for_event(self, event_key: &str) -> EventError {
        EventError {
            event_key: event_key.to_owned(),
            problem: self.problem,
            line: self.line,
            column: self.column,
        }
    }
}

#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow, default)]
    event: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// Checks that a body is one JSON object and takes the wrapper off, if it has one.
    ///
    /// # Errors
    /// [`EnvelopeError`] when the body is no JSON object.
    pub fn open(body: &'a [u8]) -> Result<Self, EnvelopeError> {
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err(EnvelopeError {
                problem: "the body is not a JSON object",
                line: 1,
                column: 1,
            });
        }
        // A bare payload may have an `event` or `data` of another shape: then the object is no wrapper, but still an object.
        let wrapper = match serde_json::from_slice::<Wrapper<'_>>(body) {
            Ok(wrapper) => wrapper,
            Err(error) if error.is_data() => {
                serde_json::from_slice::<serde::de::IgnoredAny>(body)
                    .map_err(|error| invalid(&error))?;
                Wrapper {
                    event: None,
                    data: None,
                }
            }
            Err(error) => return Err(invalid(&error)),
        };
        Ok(match (wrapper.event, wrapper.data) {
            (Some(event), Some(data)) if data.get().starts_with('{') => Self {
                event_key: Some(event),
                payload: data.get().as_bytes(),
            },
            _ => Self {
                event_key: None,
                payload: body,
            },
        })
    }

    /// The event that the wrapper names; `None` when the body is bare.
    #[must_use]
    pub fn event_key(&self) -> Option<&str> {
        self.event_key.as_deref()
    }

    /// The payload itself.
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }
}

/// The repository that a body is about, if it names one.
pub(crate) fn named_repository(body: &[u8]) -> Option<RepoUuid> {
    #[derive(Deserialize)]
    struct About<'a> {
        #[serde(borrow)]
        repository: Named<'a>,
    }
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        uuid: Cow<'a, str>,
    }
    let payload = Envelope::open(body).ok()?.payload();
    let about: About<'_> = serde_json::from_slice(payload).ok()?;
    RepoUuid::parse(&about.repository.uuid).ok()
}

fn invalid(error: &serde_json::Error) -> EnvelopeError {
    EnvelopeError {
        problem: problem(error),
        line: error.line(),
        column: error.column(),
    }
}
