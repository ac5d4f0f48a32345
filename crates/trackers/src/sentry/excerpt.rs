//! What a refusing peer said, as a short text that is safe to keep.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// The longest excerpt, in characters.
const LONGEST: usize = 300;
/// The longest excerpt of a page that is not Sentry's, in characters.
const LONGEST_FOREIGN: usize = 100;
/// How deep nested field errors are read.
const DEEPEST: usize = 6;

/// The message in a body: Sentry's own words, or the beginning of a page that something else sent. Without `token`, if it was echoed.
pub(super) fn message(body: &[u8], token: &SecretString) -> String {
    let (text, longest) = match serde_json::from_slice::<Value>(body) {
        Ok(value) => (said(&value, DEEPEST).join(", "), LONGEST),
        Err(_) => (String::from_utf8_lossy(body).into_owned(), LONGEST_FOREIGN),
    };
    let masked = match token.expose_secret() {
        "" => text,
        secret => text.replace(secret, "[token]"),
    };
    let short = shortened(&masked, longest);
    if short.is_empty() {
        "no message".to_owned()
    } else {
        short
    }
}

/// The known shapes: a text; `detail`, `error` or `message` with a text or an object; fields with lists of texts, nested.
fn said(value: &Value, depth: usize) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) if depth > 0 => items
            .iter()
            .flat_map(|item| said(item, depth - 1))
            .collect(),
        Value::Object(fields) if depth > 0 => match ["detail", "error", "message"]
            .iter()
            .find_map(|name| fields.get(*name))
        {
            Some(inner) => said(inner, depth - 1),
            None => fields
                .iter()
                .flat_map(|(name, inner)| field(name, inner, depth - 1))
                .collect(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Vec::new()
        }
    }
}

fn field(name: &str, value: &Value, depth: usize) -> Vec<String> {
    said(value, depth)
        .into_iter()
        .map(|text| format!("{name}: {text}"))
        .collect()
}

/// One line of at most `longest` characters.
fn shortened(text: &str, longest: usize) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().map(clean).take(longest).collect();
    if line.chars().nth(longest).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> String {
        message(body.as_bytes(), &SecretString::from("s3cret"))
    }

    #[test]
    fn every_shape_of_a_message_is_read() {
        assert_eq!(read(r#"{"detail":"Invalid token"}"#), "Invalid token");
        assert_eq!(read(r#"{"detail":{"message":"Gone","code":"x"}}"#), "Gone");
        assert_eq!(read(r#"{"error":"bad"}"#), "bad");
        assert_eq!(read(r#""plain""#), "plain");
        assert_eq!(
            read(r#"{"projects":["Invalid project ids or slugs"]}"#),
            "projects: Invalid project ids or slugs"
        );
        assert_eq!(
            read(r#"{"statusDetails":{"inRelease":["Unknown"]}}"#),
            "statusDetails: inRelease: Unknown"
        );
        assert_eq!(
            read(r#"{"commits":[{},{"id":["Too long"]}]}"#),
            "commits: id: Too long"
        );
    }

    #[test]
    fn pages_of_others_are_cut_short() {
        assert_eq!(read("<html>\n<h1>502</h1>"), "<html> <h1>502</h1>");
        assert_eq!(read(&"x".repeat(500)).chars().count(), LONGEST_FOREIGN + 1);
        assert_eq!(read(""), "no message");
    }

    #[test]
    fn an_echoed_token_is_masked() {
        assert_eq!(
            read(r#"{"detail":"Bearer s3cret is unknown"}"#),
            "Bearer [token] is unknown"
        );
    }
}
