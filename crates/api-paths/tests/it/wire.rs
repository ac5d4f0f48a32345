//! Identifiers as JSON.

use bitbucket_api_paths::{
    CommitSha, DiffSpec, FilterText, HookUuid, PullRequestId, RepoFullName, RepoRef, Revision,
    RevisionRange, UserRef, Workspace,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[track_caller]
fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
    json: &str,
) {
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), value);
}

#[test]
fn identifiers_are_texts_and_numbers_in_json() {
    there_and_back(&Workspace::parse("acme").unwrap(), "\"acme\"");
    there_and_back(
        &RepoFullName::parse("acme/rocket").unwrap(),
        "\"acme/rocket\"",
    );
    there_and_back(&RepoRef::parse("acme/rocket").unwrap(), "\"acme/rocket\"");
    there_and_back(&UserRef::parse("557058:ab").unwrap(), "\"557058:ab\"");
    there_and_back(&Revision::parse("feature/ü").unwrap(), "\"feature/ü\"");
    there_and_back(&FilterText::parse("").unwrap(), "\"\"");
    there_and_back(&PullRequestId::new(12).unwrap(), "12");
    let sha = CommitSha::parse("abcdef0").unwrap();
    there_and_back(&DiffSpec::Commit(sha.clone()), "\"abcdef0\"");
    there_and_back(
        &RevisionRange::new(Revision::parse("main").unwrap(), sha),
        "\"abcdef0..main\"",
    );
}

#[test]
fn reading_normalises_as_parsing_does() {
    let hook: HookUuid = serde_json::from_str("\"7C1A0D2E-0000-4A5B-8C9D-0123456789AB\"").unwrap();
    assert_eq!(hook.as_str(), "{7c1a0d2e-0000-4a5b-8c9d-0123456789ab}");
    let escaped: Workspace = serde_json::from_str("\"ac\\u006de\"").unwrap();
    assert_eq!(escaped.as_str(), "acme");
}

#[test]
fn reading_refuses_what_parsing_refuses() {
    let error = serde_json::from_str::<Workspace>("\"..\"")
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "workspace refused at byte 0: a segment of dots would change the path at line 1 column 4"
    );
    let error = serde_json::from_str::<PullRequestId>("0")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("pull_request_id refused at byte 0: not a number from 1"),
        "{error}"
    );
    let error = serde_json::from_str::<Workspace>("7")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("invalid type: integer `7`, expected the text of a workspace"),
        "{error}"
    );
}
