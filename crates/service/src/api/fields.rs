//! Fields of a request that are more than text, parsed with the field's name in the refusal.

use std::fmt::Display;
use std::str::FromStr;

use bitbucket_integration_provider::ports::ProjectSlug;

use super::answer::Refusal;

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
