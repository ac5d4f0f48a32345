//! The query's part of the line.

use std::borrow::Cow;

use super::RequestError;
use super::component::{Decoding, append_encoded, decode};
use super::rule::Profile;

/// The parameter that carries the token itself, and so can't be part of what the token is bound to.
const TOKEN_PARAMETER: &str = "jwt";

/// A parameter, decoded. The order of fields is the order of sorting; text compares by bytes, which is code point order in UTF-8.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Parameter<'q> {
    name: Cow<'q, str>,
    value: Cow<'q, str>,
}

/// Appends the parameters of `query` to the line as `profile` wants them.
pub(super) fn append(line: &mut String, query: &str, profile: Profile) -> Result<(), RequestError> {
    if query.is_empty() {
        return Ok(());
    }
    check(query)?;
    let mut parameters = parse(query, profile)?;
    match profile {
        Profile::Atlassian | Profile::SentryOutgoing => parameters.sort_unstable(),
        Profile::SentryIncoming => keep_last(&mut parameters),
    }
    append_sorted(line, &parameters);
    Ok(())
}

/// Refuses what can't be an encoded query.
fn check(query: &str) -> Result<(), RequestError> {
    let forbidden = |byte: u8| byte <= b' ' || byte == 0x7f || byte == b'#';
    match query.bytes().position(forbidden) {
        Some(position) => Err(RequestError::InvalidQueryByte { position }),
        None => Ok(()),
    }
}

fn parse(query: &str, profile: Profile) -> Result<Vec<Parameter<'_>>, RequestError> {
    let decoding = match profile {
        Profile::Atlassian => Decoding::Strict,
        Profile::SentryOutgoing | Profile::SentryIncoming => Decoding::Lenient,
    };
    let mut parameters = Vec::with_capacity(8);
    let mut position = 0;
    for pair in query.split('&') {
        let start = position;
        position += pair.len() + 1;
        if pair.is_empty() {
            continue;
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let parameter = Parameter {
            name: decode(name, start, decoding)?,
            value: decode(value, start + name.len() + 1, decoding)?,
        };
        if counts(&parameter, profile) {
            parameters.push(parameter);
        }
    }
    Ok(parameters)
}

fn counts(parameter: &Parameter<'_>, profile: Profile) -> bool {
    let dropped = match profile {
        Profile::Atlassian | Profile::SentryIncoming => false,
        Profile::SentryOutgoing => parameter.value.is_empty(),
    };
    !dropped && parameter.name != TOKEN_PARAMETER
}

/// Sorts by name, and keeps of each name what stood last.
fn keep_last(parameters: &mut Vec<Parameter<'_>>) {
    parameters.reverse();
    parameters.sort_by(|a, b| a.name.cmp(&b.name));
    parameters.dedup_by(|later, kept| later.name == kept.name);
}

fn append_sorted(line: &mut String, parameters: &[Parameter<'_>]) {
    let mut previous: Option<&str> = None;
    for Parameter { name, value } in parameters {
        if previous == Some(name) {
            line.push(',');
        } else {
            if previous.is_some() {
                line.push('&');
            }
            append_encoded(line, name);
            line.push('=');
        }
        append_encoded(line, value);
        previous = Some(name);
    }
}
