//! Every model from any JSON: it reads or it does not, and what nobody promised changes nothing.
//!
//! The input is a page as well: as many entries come out as are in it, and one that cannot be read spoils no other.

use std::fmt::Debug;
use std::sync::Arc;

use bitbucket_api_paths::{RepoFullName, RepoRef, refs};
use bitbucket_http_client::{
    Account, Annotation, Comment, Commit, CommitStatus, FileVersion, Hook, HookEvent, Issue,
    PullRequest, Reference, Report, Repository, RepositoryAccess, SourceEntry, WorkspaceAccess,
    WorkspaceDetails, WorkspaceMember,
};
use bytes::Bytes;
use http::Response;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::peer::{Heard, at_once, client};

pub(crate) fn check(data: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    each::<Account>(data, &value);
    each::<Annotation>(data, &value);
    each::<Comment>(data, &value);
    each::<Commit>(data, &value);
    each::<CommitStatus>(data, &value);
    each::<FileVersion>(data, &value);
    each::<Hook>(data, &value);
    each::<HookEvent>(data, &value);
    each::<Issue>(data, &value);
    each::<PullRequest>(data, &value);
    each::<Reference>(data, &value);
    each::<Report>(data, &value);
    each::<Repository>(data, &value);
    each::<RepositoryAccess>(data, &value);
    each::<SourceEntry>(data, &value);
    each::<WorkspaceAccess>(data, &value);
    each::<WorkspaceDetails>(data, &value);
    each::<WorkspaceMember>(data, &value);
}

fn each<T: DeserializeOwned + Debug>(data: &[u8], value: &Value) {
    let read = read::<T>(value);
    // From text as from a value, unless a member stands there twice.
    let from_text = serde_json::from_slice::<T>(data);
    if let (Some(read), Ok(from_text)) = (&read, &from_text) {
        assert_eq!(*read, format!("{from_text:?}"));
    }
    if let Value::Object(members) = value {
        let mut more = members.clone();
        let unknown = json!([{"links": null}, 1.5]);
        more.insert("a field that nobody knows".to_owned(), unknown);
        assert_eq!(self::read::<T>(&Value::Object(more)), read);
    }
    as_a_page::<T>(value);
}

fn read<T: DeserializeOwned + Debug>(value: &Value) -> Option<String> {
    let read = serde_json::from_value::<T>(value.clone()).ok()?;
    Some(format!("{read:?}"))
}

fn as_a_page<T: DeserializeOwned + Debug>(value: &Value) {
    let entries = match value {
        Value::Array(entries) => entries.clone(),
        other => vec![other.clone(), json!(null), other.clone()],
    };
    let page = json!({ "values": entries }).to_string();
    let client = client(Response::new(Bytes::from(page)), &Arc::<Heard>::default());
    let rocket = RepoRef::from(RepoFullName::parse("acme/rocket").unwrap());
    let mut pages = client.pages::<T>(&refs::list(&rocket));
    let came = at_once(pages.next_page()).unwrap().unwrap();
    assert_eq!(came.len(), entries.len());
    for (entry, came) in entries.iter().zip(came) {
        assert_eq!(came.ok().map(|came| format!("{came:?}")), read::<T>(entry));
    }
}
