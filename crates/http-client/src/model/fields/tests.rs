//! What a model reads is exactly what is asked for.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::{Value, json};

use super::super::*;
use super::*;

const SHA: &str = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";
const UUID: &str = "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}";
const DATE: &str = "2026-11-22T10:00:00+02:00";

/// What Bitbucket leaves of an answer when it is asked for these fields only.
fn left(value: &Value, fields: &[&str]) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, member)| {
                let below: Vec<&str> = fields
                    .iter()
                    .filter_map(|field| field.strip_prefix(name.as_str())?.strip_prefix('.'))
                    .collect();
                if fields.contains(&name.as_str()) {
                    Some((name.clone(), member.clone()))
                } else {
                    (!below.is_empty()).then(|| (name.clone(), left(member, &below)))
                }
            });
            Value::Object(kept.collect())
        }
        Value::Array(entries) => entries.iter().map(|entry| left(entry, fields)).collect(),
        other => other.clone(),
    }
}

/// The members that `T` looks for in an answer, whatever the answer holds: its structure is asked, not a sample.
fn members<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(Structure) {
        Err(Members(members)) => members,
        Ok(_) => &[],
    }
}

/// Has no value to give, but hears which members are wanted.
struct Structure;

#[derive(Debug)]
struct Members(&'static [&'static str]);

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Members {}

impl serde::de::Error for Members {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }
}

impl<'de> Deserializer<'de> for Structure {
    type Error = Members;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Members> {
        Err(Members(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Members> {
        Err(Members(members))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Each member that `T` looks for is asked for; answers with everything read the same when they are trimmed to what is
/// asked for; and each field that is asked for makes a difference to one of them.
fn asks_for_what_it_reads<T>(answers: &[Value])
where
    T: Fields + DeserializeOwned + fmt::Debug,
{
    let name = std::any::type_name::<T>();
    assert!(!members::<T>().is_empty(), "{name} is no structure");
    for member in members::<T>() {
        let covers = |field: &&str| field.split('.').next() == Some(*member);
        assert!(
            T::FIELDS.iter().any(covers),
            "{name} reads {member} and does not ask for it"
        );
    }
    let read = |value: Value| serde_json::from_value::<T>(value).map(|value| format!("{value:?}"));
    for answer in answers {
        let whole = read(answer.clone()).unwrap();
        assert_eq!(read(left(answer, T::FIELDS)).unwrap(), whole);
    }
    for left_out in T::FIELDS {
        let others = T::FIELDS.iter().copied().filter(|field| field != left_out);
        let others: Vec<&str> = others.collect();
        let misses = |answer: &Value| {
            let whole = read(answer.clone()).unwrap();
            read(left(answer, &others)).ok() != Some(whole)
        };
        assert!(
            answers.iter().any(misses),
            "{name} asks for {left_out} and does not read it"
        );
    }
}

fn account() -> Value {
    json!({"type": "user", "uuid": UUID, "account_id": "557058:1", "display_name": "Ada", "nickname": "ada",
        "links": {"avatar": {"href": "https://x"}}})
}

fn links() -> Value {
    json!({"html": {"href": "https://bitbucket.org/x", "name": "x"}, "clone": [{"href": "https://y"}]})
}

fn commit() -> Value {
    json!({"type": "commit", "hash": SHA, "date": DATE, "message": "m", "summary": {"raw": "m"},
        "author": {"type": "author", "raw": "Ada <ada@acme.example>", "user": account()},
        "parents": [{"type": "commit", "hash": SHA, "links": {}}, {"hash": "1a2b3c4d5e6f"}], "links": links()})
}

fn repository() -> Value {
    json!({"type": "repository", "uuid": UUID, "full_name": "acme/rocket", "name": "Rocket", "size": 7,
        "mainbranch": {"type": "branch", "name": "trunk"}, "is_private": false, "description": "d",
        "workspace": {"uuid": UUID, "slug": "acme"}, "links": links()})
}

#[test]
fn of_commits_files_and_references() {
    asks_for_what_it_reads::<Commit>(&[commit()]);
    asks_for_what_it_reads::<Repository>(&[repository()]);
    asks_for_what_it_reads::<Reference>(&[
        json!({"type": "tag", "name": "1.0", "target": commit(), "message": null}),
    ]);
    asks_for_what_it_reads::<FileVersion>(&[
        json!({"path": "a.rs", "commit": commit(), "size": 7}),
    ]);
    let file = |path: &str| json!({"type": "commit_file", "path": path, "escaped_path": path});
    asks_for_what_it_reads::<WireFileChange>(&[
        json!({"status": "renamed", "old": file("a"), "new": file("b"), "lines_added": 1}),
    ]);
    asks_for_what_it_reads::<SourceEntry>(&[
        json!({"type": "commit_file", "path": "a.rs", "size": 7, "mimetype": "text/rust", "attributes": ["executable"],
        "commit": commit(), "escaped_path": "a.rs", "links": links()}),
    ]);
}

#[test]
fn of_pull_requests_issues_and_comments() {
    let end = |branch: &str, slug: &str, hash: &str| {
        json!({"repository": {"full_name": format!("acme/{slug}"), "links": links()},
        "branch": {"name": branch}, "commit": {"hash": hash, "links": {}}})
    };
    asks_for_what_it_reads::<PullRequest>(&[
        json!({"id": 7, "title": "t", "state": "MERGED", "author": account(), "links": links(),
        "source": end("b", "fork", "1a2b3c4d5e6f"), "destination": end("main", "rocket", "2b3c4d5e6f7a"),
        "merge_commit": {"hash": "3c4d5e6f7a8b"}, "reviewers": [account()], "description": "d",
        "draft": true, "updated_on": DATE}),
    ]);
    asks_for_what_it_reads::<Comment>(&[
        json!({"id": 9, "content": {"raw": "r", "html": "<p>r</p>"}, "user": account(), "created_on": DATE,
        "updated_on": DATE, "parent": {"id": 8, "links": {}}, "deleted": true, "links": links(),
        "inline": {"path": "a.rs", "from": 1, "to": 2}}),
    ]);
    asks_for_what_it_reads::<Issue>(&[
        json!({"id": 3, "title": "t", "state": "new", "kind": "bug", "links": links()}),
    ]);
}

#[test]
fn of_hooks_and_permissions() {
    asks_for_what_it_reads::<Hook>(&[
        json!({"type": "webhook_subscription", "uuid": UUID, "url": "https://x", "active": false,
        "events": ["repo:push"], "description": "d", "secret_set": true, "subject": repository(), "created_at": DATE}),
    ]);
    asks_for_what_it_reads::<WorkspaceMember>(&[
        json!({"type": "workspace_membership", "user": account(), "permission": "owner",
        "workspace": {"slug": "acme"}, "links": links()}),
    ]);
    asks_for_what_it_reads::<RepositoryAccess>(&[
        json!({"type": "repository_permission", "user": account(), "permission": "admin", "repository": repository()}),
    ]);
}

#[test]
fn of_statuses_reports_and_annotations() {
    asks_for_what_it_reads::<CommitStatus>(&[
        json!({"key": "ci", "state": "FAILED", "name": "CI", "url": "https://ci", "description": "d",
        "commit": commit()}),
    ]);
    // The maker's id stands before Bitbucket's own, so that an answer shows the one or the other.
    let ids = [
        json!({"uuid": "{u}"}),
        json!({"uuid": "{u}", "external_id": "e"}),
    ];
    let with_ids = |rest: Value| {
        ids.clone().map(|mut answer| {
            let rest = rest.as_object().cloned().unwrap();
            answer.as_object_mut().unwrap().extend(rest);
            answer
        })
    };
    asks_for_what_it_reads::<Report>(&with_ids(
        json!({"title": "t", "details": "d", "report_type": "BUG", "result": "FAILED", "reporter": "r",
        "link": "https://x", "logo_url": "https://y", "remote_link_enabled": true,
        "data": [{"title": "t", "type": "NUMBER", "value": 3, "color": "red"}]}),
    ));
    asks_for_what_it_reads::<Annotation>(&with_ids(
        json!({"annotation_type": "BUG", "summary": "s", "details": "d", "path": "a.rs", "line": 7,
        "severity": "HIGH", "result": "FAILED", "link": "https://x", "created_on": DATE}),
    ));
}

/// A model that is trimmed and stands in none of the tests above is as good as untested.
#[test]
fn every_trimmed_model_is_compared() {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/src/model");
    let tests = include_str!("tests.rs");
    let mut trimmed = Vec::new();
    for file in std::fs::read_dir(models).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(path).unwrap();
            let names = text
                .lines()
                .filter_map(|line| line.strip_prefix("impl Fields for "));
            trimmed.extend(names.map(|rest| rest.trim_end_matches(" {").to_owned()));
        }
    }
    assert!(trimmed.len() >= 14, "{trimmed:?}");
    for name in trimmed {
        let compared = format!("asks_for_what_it_reads::<{name}>");
        assert!(tests.contains(&compared), "{name} is not compared");
    }
}

#[test]
fn a_page_is_asked_for_the_next_one_too() {
    assert_eq!(
        of_page::<FileVersion>(),
        "next,values.path,values.commit.hash"
    );
    assert_eq!(of_one::<FileVersion>(), "path,commit.hash");
}
