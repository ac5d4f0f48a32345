//! Every operation that can be spelled is served, and nothing is sent that the operation's own description leaves out.

use bitbucket_api_paths::{BodyKind, Endpoint, Lifecycle, Method, Operation};
use bitbucket_http_client::Call;
use bitbucket_simulator::{Record, acme, sha};
use serde_json::Value;

use super::peer::Peer;

/// A value that a parameter may have.
fn value(name: &str) -> String {
    match name {
        "workspace" => "acme".to_owned(),
        "repo_slug" => "rocket".to_owned(),
        "commit" => sha("r3"),
        "spec" | "revspec" => "main..main".to_owned(),
        "revision" => "main".to_owned(),
        "path" => "src/engine.rs".to_owned(),
        "uid" | "member" | "selected_user" | "target_username" => {
            acme::ADA_UUID.replace('{', "%7B").replace('}', "%7D")
        }
        "subject_type" => "repository".to_owned(),
        _ => "1".to_owned(),
    }
}

fn path(operation: &Operation) -> String {
    let mut path = operation.template().to_owned();
    for name in operation.parameters() {
        path = path.replace(&format!("{{{name}}}"), &value(name));
    }
    path
}

#[tokio::test]
async fn every_operation_is_served_but_those_that_left_without_a_word() {
    let peer = Peer::start().await;
    // Without a scope nothing is done, but the path is known.
    let client = peer.client_with(&[]);
    let mut missing = Vec::new();
    for operation in Operation::all() {
        let path = path(operation);
        let call = Call::new(operation.method().as_str(), operation.template(), path);
        let _refused = client.execute(&call).await;
        let records = peer.simulator.records();
        peer.simulator.clear_records();
        if records
            .last()
            .is_none_or(|record| record.template.is_none())
        {
            missing.push(operation.id());
        }
    }
    let expected: Vec<&str> = Operation::all()
        .filter(|one| matches!(one.lifecycle(), Lifecycle::Removed { change: None, .. }))
        .map(Operation::id)
        .collect();
    assert_eq!(missing, expected);
    assert_eq!(expected.len(), 8, "the linkers of Connect");
}

/// What was asked first (not what a link or a redirect led to) names no query parameter and no field that its operation does not.
pub fn check(records: &[Record]) {
    let mut redirected = false;
    for record in records {
        let linked = redirected || record.query.as_deref().is_some_and(is_later_page);
        redirected = record.status == Some(302);
        // The web site, where tokens are asked for, is no part of the API.
        let site = record.path.starts_with("/site/");
        if !linked && !site && !is_delivery(record) {
            check_one(record);
        }
    }
}

/// A webhook that another test, which had this port before, sends to its service that is gone. The client sends none.
fn is_delivery(record: &Record) -> bool {
    let sender = record.headers.get("user-agent");
    sender.is_some_and(|sender| sender.starts_with("Bitbucket-Webhooks/"))
}

fn is_later_page(query: &str) -> bool {
    query.split('&').any(|pair| pair.starts_with("page="))
}

fn check_one(record: &Record) {
    let method: Method = record.method.parse().unwrap();
    let Ok(endpoint) = Endpoint::parse(method, &record.path) else {
        panic!("no operation is asked by {}", record.line());
    };
    let operation = Operation::all()
        .find(|one| one.template() == endpoint.template() && one.method() == method)
        .unwrap();
    for pair in record.query.iter().flat_map(|query| query.split('&')) {
        let name = pair.split('=').next().unwrap_or(pair);
        let paged = operation.paging().is_some() && name == "pagelen";
        // The redirecting endpoints hand on what they are asked.
        let handed_on = operation.id() == "getTheDiffStatForAPullRequest" && name == "pagelen";
        assert!(
            paged || handed_on || name == "fields" || operation.queries().contains(&name),
            "{operation:?} does not take `{name}`"
        );
    }
    check_body(operation, record);
}

fn check_body(operation: &Operation, record: &Record) {
    if record.body.is_empty() {
        return;
    }
    let Some(body) = operation.body() else {
        panic!("{operation:?} has no body, but was sent {}", record.body);
    };
    let names: Vec<String> = match (body.kind, record.json()) {
        (BodyKind::Object, Value::Object(fields)) => fields.keys().cloned().collect(),
        (BodyKind::Objects, Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_object)
            .flat_map(|fields| fields.keys().cloned())
            .collect(),
        (BodyKind::Form, _) => {
            let pairs = record.body.split('&');
            pairs
                .filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()))
                .collect()
        }
        (kind, _) => panic!("{operation:?} takes {kind:?}, but was sent {}", record.body),
    };
    for name in names {
        assert!(
            body.fields.contains(&name.as_str()),
            "{operation:?} has no field `{name}`"
        );
    }
}
