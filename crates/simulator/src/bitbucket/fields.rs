//! Partial answers: the `fields` parameter keeps, adds or removes members by dotted path.

use serde_json::{Map, Value};

use crate::wire::{answer::Answer, asked::Asked};

/// Trims a JSON answer as the request's `fields` say; `+` adds nothing here, because answers are whole already.
pub(super) fn trim(asked: &Asked, mut answer: Answer) -> Answer {
    let Some(selectors) = asked.query_value("fields") else {
        return answer;
    };
    let Ok(mut value) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    let selectors: Vec<&str> = selectors.split(',').map(str::trim).collect();
    let bare = selectors.iter().filter(|one| !one.starts_with(['+', '-']));
    let kept: Vec<Vec<&str>> = bare.map(|one| one.split('.').collect()).collect();
    if !kept.is_empty() {
        let added = selectors.iter().filter_map(|one| one.strip_prefix('+'));
        let paths: Vec<Vec<&str>> = kept
            .into_iter()
            .chain(added.map(|one| one.split('.').collect()))
            .collect();
        value = keep(value, &paths.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    for removed in selectors.iter().filter_map(|one| one.strip_prefix('-')) {
        remove(&mut value, &removed.split('.').collect::<Vec<_>>());
    }
    answer.body = value.to_string().into();
    answer
}

/// Only what lies on one of the paths; lists are looked through.
fn keep(value: Value, paths: &[&[&str]]) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| keep(item, paths)).collect(),
        Value::Object(members) => {
            let kept = members.into_iter().filter_map(|(name, member)| {
                let below: Vec<&[&str]> = paths
                    .iter()
                    .filter(|path| {
                        path.first()
                            .is_some_and(|first| *first == "*" || *first == name)
                    })
                    .map(|path| &path[1..])
                    .collect();
                match below.as_slice() {
                    [] => None,
                    below if below.iter().any(|rest| rest.is_empty()) => Some((name, member)),
                    below => Some((name, keep(member, below))),
                }
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn remove(value: &mut Value, path: &[&str]) {
    let [first, rest @ ..] = path else {
        return;
    };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, path)),
        Value::Object(members) if rest.is_empty() && *first == "*" => members.clear(),
        Value::Object(members) if rest.is_empty() => {
            members.remove(*first);
        }
        Value::Object(members) => {
            let below = members
                .iter_mut()
                .filter(|(name, _)| *first == "*" || name == first);
            below.for_each(|(_, member)| remove(member, rest));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trimmed(fields: &str) -> Value {
        let page = json!({"next": "n", "size": 1, "values": [{"hash": "a", "links": {"self": 1, "html": 2}}]});
        let asked = Asked {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: Some(format!("fields={fields}")),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        serde_json::from_slice(&trim(&asked, Answer::ok(&page)).body).expect("JSON")
    }

    #[test]
    fn bare_paths_keep_only_themselves() {
        assert_eq!(
            trimmed("next,values.hash"),
            json!({"next": "n", "values": [{"hash": "a"}]})
        );
        assert_eq!(
            trimmed("values.links.*"),
            json!({"values": [{"links": {"self": 1, "html": 2}}]})
        );
        assert_eq!(trimmed("next,%2Bsize"), json!({"next": "n", "size": 1}));
    }

    #[test]
    fn a_minus_removes_and_a_plus_alone_changes_nothing() {
        let whole = json!({"next": "n", "size": 1, "values": [{"hash": "a"}]});
        assert_eq!(trimmed("-values.links"), whole);
        assert_eq!(
            trimmed("%2Bvalues.rendered")["values"][0]["links"]["html"],
            2
        );
    }
}
