//! The query's part of the line.

use super::RequestError;
use super::component::{Component, Decoding};
use super::rule::Profile;

/// The parameter that carries the token itself, and so can't be part of what the token is bound to.
const TOKEN_PARAMETER: Component<'_> = Component::Plain("jwt");

/// A parameter. The order of fields is the order of sorting.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Parameter<'q> {
    name: Component<'q>,
    value: Component<'q>,
}

/// Appends the parameters of `query` to the line as `profile` wants them.
pub(super) fn append(line: &mut String, query: &str, profile: Profile) -> Result<(), RequestError> {
    if query.is_empty() {
        return Ok(());
    }
    let mut parameters = parse(query, profile)?;
    match profile {
        Profile::Atlassian | Profile::SentryOutgoing => parameters.sort_unstable(),
        Profile::SentryIncoming => keep_last(&mut parameters),
    }
    append_sorted(line, &parameters);
    Ok(())
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
            name: Component::read(name, start, decoding)?,
            value: Component::read(value, start + name.len() + 1, decoding)?,
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
    let mut previous: Option<&Component<'_>> = None;
    for Parameter { name, value } in parameters {
        if previous == Some(name) {
            line.push(',');
        } else {
            if previous.is_some() {
                line.push('&');
            }
            name.append(line);
            line.push('=');
        }
        value.append(line);
        previous = Some(name);
    }
}
