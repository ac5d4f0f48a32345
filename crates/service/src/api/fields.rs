//! Fields of a request that are more than text, parsed with the field's name in the refusal.

use std::fmt::Display;
use std::str::FromStr;

use bitbucket_integration_provider::ports::ProjectSlug;
use http::HeaderMap;

use super::answer::Refusal;

/// What makes a second request the same one.
const KEY_HEADER: &str = "idempotency-key";

/// Reads one field.
pub(super) fn field<T>(name: &str, text: &str) -> Result<T, Refusal>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| {
        Refusal::bad_request("invalid_field", format!("field `{name}`: {error}"))
    })
}

/// Reads a field that may be left out.
pub(super) fn optional<T>(name: &str, text: Option<&str>) -> Result<Option<T>, Refusal>
where
    T: FromStr,
    T::Err: Display,
{
    text.map(|text| field(name, text)).transpose()
}

/// Reads a list of project slugs.
pub(super) fn projects(texts: &[String]) -> Result<Vec<ProjectSlug>, Refusal> {
    texts.iter().map(|text| field("projects", text)).collect()
}

/// Reads an identifier of ours out of an address; what can't be one is answered like one that nobody has.
pub(super) fn path_id<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::not_found("there is nothing with this id"))
}

/// The key that makes a second request the same one, if there is one.
pub(super) fn request_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut keys = headers.get_all(KEY_HEADER).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return match headers.contains_key(KEY_HEADER) {
            true => Err(bad_key()),
            false => Ok(None),
        };
    };
    let key = key.to_str().map_err(|_| bad_key())?;
    Ok(Some(key.to_owned()))
}

fn bad_key() -> Refusal {
    Refusal::bad_request(
        "invalid_field",
        "header `Idempotency-Key`: one of 1 to 128 visible ASCII characters is expected",
    )
}
