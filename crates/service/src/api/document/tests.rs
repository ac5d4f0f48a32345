//! The document is true, whole, and the one that is committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bitbucket_integration_provider::ports::{
    ApiScope, JobState, PullRequestStanding, PushPolicy, ReleaseState, RepositoryState,
};
use serde_json::{Value, json};

use super::document;

/// What `bitbucket-integration openapi` prints.
fn printed() -> String {
    format!("{}\n", document().to_pretty_json().unwrap())
}

fn parsed() -> Value {
    serde_json::from_str(&printed()).unwrap()
}

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let committed = fs::read_to_string(file).unwrap();
    assert!(
        committed == printed(),
        "docs/openapi.json is out of date: cargo run -p bitbucket-integration -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_operation_says_who_may_ask_and_how_it_refuses() {
    let document = parsed();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} stands for two");
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert_eq!(
                operation["responses"]["default"],
                json!({"$ref": "#/components/responses/Refused"}),
                "{method} {path}"
            );
            assert!(operation["security"][0]["api_key"][0].is_string());
        }
    }
    assert!(names.contains("open_release"));
    let scope = |path: &str, method: &str| {
        document["paths"][path][method]["security"][0]["api_key"][0].clone()
    };
    assert_eq!(scope("/releases", "get"), "read");
    assert_eq!(scope("/releases", "post"), "write");
    assert_eq!(scope("/keys", "get"), "admin");
    assert_eq!(scope("/repositories", "post"), "admin");
}

/// Nothing is named that isn't there.
#[test]
fn every_reference_leads_somewhere() {
    fn visit(value: &Value, whole: &Value, seen: &mut usize) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(whole.pointer(pointer).is_some(), "{reference}");
                    *seen += 1;
                }
                members.values().for_each(|one| visit(one, whole, seen));
            }
            Value::Array(values) => values.iter().for_each(|one| visit(one, whole, seen)),
            _ => {}
        }
    }
    let document = parsed();
    let mut seen = 0;
    visit(&document, &document, &mut seen);
    assert!(seen > 100, "{seen}");
}

#[test]
fn the_values_of_other_crates_are_all_in_it() {
    fn values<T: serde::Serialize>(all: &[T]) -> Value {
        serde_json::to_value(all).unwrap()
    }
    let document = parsed();
    let schema = |name: &str| document["components"]["schemas"][name]["enum"].clone();
    use {JobState as J, PullRequestStanding as P, ReleaseState as R, RepositoryState as S};
    // A new value is missing here when this no longer compiles.
    const fn known(
        job: J,
        pull_request: P,
        release: R,
        repository: S,
        push: PushPolicy,
        scope: ApiScope,
    ) {
        match job {
            J::Ready | J::Running | J::Done | J::Dead => {}
        }
        match pull_request {
            P::Open | P::Merged | P::Declined | P::Superseded => {}
        }
        match release {
            R::Pending | R::Published | R::Failed => {}
        }
        match repository {
            S::Pending | S::Active | S::Disabled => {}
        }
        match push {
            PushPolicy::Comment | PushPolicy::Record => {}
        }
        match scope {
            ApiScope::Read | ApiScope::Write | ApiScope::Admin => {}
        }
    }
    known(
        J::Ready,
        P::Open,
        R::Pending,
        S::Pending,
        PushPolicy::Comment,
        ApiScope::Read,
    );
    assert_eq!(
        schema("JobState"),
        values(&[J::Ready, J::Running, J::Done, J::Dead])
    );
    assert_eq!(
        schema("PullRequestStanding"),
        values(&[P::Open, P::Merged, P::Declined, P::Superseded])
    );
    assert_eq!(
        schema("ReleaseState"),
        values(&[R::Pending, R::Published, R::Failed])
    );
    assert_eq!(
        schema("RepositoryState"),
        values(&[S::Pending, S::Active, S::Disabled])
    );
    assert_eq!(
        schema("PushPolicy"),
        values(&[PushPolicy::Comment, PushPolicy::Record])
    );
    assert_eq!(
        schema("ApiScope"),
        values(&[ApiScope::Read, ApiScope::Write, ApiScope::Admin])
    );
}
