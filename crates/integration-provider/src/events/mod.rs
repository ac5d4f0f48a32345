//! What Bitbucket says happened, as our own types. Bitbucket's JSON is known in this folder only.

mod envelope;
mod push;

pub use envelope::{Envelope, EnvelopeError};
pub use push::{EventRepository, Push, PushChange, RefKind};

/// The event key of a push.
pub const REPO_PUSH: &str = "repo:push";

/// The event key of a repository whose name, description or other properties changed.
pub const REPO_UPDATED: &str = "repo:updated";

/// The event key of a repository that moved to another workspace.
pub const REPO_TRANSFER: &str = "repo:transfer";

/// The events that our hooks ask for: only those that are handled, so that nothing useless is delivered.
pub const SUBSCRIBED: &[&str] = &[REPO_PUSH, REPO_UPDATED, REPO_TRANSFER];

/// An event that is handled.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Refs were created, moved or deleted.
    Push(Push),
    /// The repository has another name or other properties now.
    Updated(EventRepository),
    /// The repository belongs to another workspace now.
    Transferred(EventRepository),
}

/// A verified body that is not the event it claims to be. Holds positions, never content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a `{event_key}` event: {problem} at line {line}, column {column}")]
pub struct EventError {
    /// The event it was said to be.
    pub event_key: String,
    /// What kind of problem it is.
    pub problem: &'static str,
    /// Line of the (unwrapped) body, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Event {
    /// Whether events with this key are handled.
    #[must_use]
    pub fn is_handled(event_key: &str) -> bool {
        SUBSCRIBED.contains(&event_key)
    }

    /// Reads a body, wrapped by Connect or plain; `None` when events of this key are not handled.
    ///
    /// # Errors
    /// [`EventError`] when the body lacks what the event must have.
    pub fn parse(event_key: &str, body: &[u8]) -> Result<Option<Self>, EventError> {
        let payload = Envelope::open(body).map_err(|error| error.for_event(event_key))?;
        match event_key {
            REPO_PUSH => push::parse(payload.payload())
                .map(|push| Some(Self::Push(push)))
                .map_err(|e| event_error(event_key, &e)),
            REPO_UPDATED => push::parse_repository(payload.payload())
                .map(|repository| Some(Self::Updated(repository)))
                .map_err(|e| event_error(event_key, &e)),
            REPO_TRANSFER => push::parse_repository(payload.payload())
                .map(|repository| Some(Self::Transferred(repository)))
                .map_err(|e| event_error(event_key, &e)),
            _ => Ok(None),
        }
    }
}

fn event_error(event_key: &str, error: &serde_json::Error) -> EventError {
    EventError {
        event_key: event_key.to_owned(),
        problem: problem(error),
        line: error.line(),
        column: error.column(),
    }
}

fn problem(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "a field is missing or has another type",
        serde_json::error::Category::Eof => "the JSON ends early",
        serde_json::error::Category::Syntax => "the JSON is malformed",
        serde_json::error::Category::Io => "the body can't be read",
    }
}

#[cfg(test)]
mod tests;
