//! Error answers in Sentry's JSON forms.

use serde_json::{Map, Value, json};

use crate::wire::answer::Answer;

/// `{"detail": …}`.
pub(super) fn detail(status: u16, text: &str) -> Answer {
    Answer::json(status, &json!({"detail": text}))
}

/// 404 for what is not there.
pub(super) fn missing() -> Answer {
    detail(404, "The requested resource does not exist")
}

/// 400 with one wrong field.
pub(super) fn field(name: &str, message: &str) -> Answer {
    Answer::json(400, &json!({name: [message]}))
}

/// 400 with a wrong member of `statusDetails`.
pub(super) fn status_detail(name: &str, message: &str) -> Answer {
    Answer::json(400, &json!({"statusDetails": {name: [message]}}))
}

/// What the server answers when it trips over its own feet.
pub(super) fn internal() -> Answer {
    Answer::json(
        500,
        &json!({"detail": "Internal Error", "errorId": Value::Null}),
    )
}

/// Field errors as they are collected.
#[derive(Debug, Default)]
pub(super) struct FieldErrors(Map<String, Value>);

impl FieldErrors {
    /// Notes what is wrong with a field.
    pub(super) fn add(&mut self, name: &str, message: impl Into<String>) {
        let list = self.0.entry(name).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(Value::String(message.into()));
        }
    }

    /// Notes errors that have a form of their own.
    pub(super) fn set(&mut self, name: &str, errors: Value) {
        self.0.insert(name.to_owned(), errors);
    }

    /// The errors as a JSON object; empty if there are none.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// 400 if there are any.
    pub(super) fn into_result(self) -> Result<(), Answer> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Answer::json(400, &self.into_value())),
        }
    }
}
