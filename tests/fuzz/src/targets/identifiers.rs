//! Identifiers: each is refused at a place within the text, or reads back as itself and keeps to its place in a path.
//!
//! The whole input is offered as every kind of identifier.

use std::fmt::{Debug, Display};

use bitbucket_api_paths::{
    AccountId, AnnotationId, AppKey, CommentId, CommitSha, DiffSpec, Endpoint, Field, FilePath,
    FilterText, FilterTime, HookSubject, HookUuid, IssueId, LinkerKey, LinkerValueId, MergeTaskId,
    ParseError, PullRequestId, RepoFullName, RepoRef, RepoSlug, RepoUuid, ReportId, Revision,
    RevisionRange, StatusKey, TaskId, UserRef, UserUuid, Workspace, WorkspaceUuid, addon, commits,
    diffs, hooks, pull_requests, refs, reports, repositories, sources, statuses, users, workspaces,
};

use super::address;

pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    names(text);
    points_in_history(text);
    keys(text);
    numbers(text);
    kept(RepoFullName::parse, text);
    kept(RepoUuid::parse, text);
    kept(WorkspaceUuid::parse, text);
    kept(UserUuid::parse, text);
    kept(AccountId::parse, text);
    kept(HookSubject::parse, text);
    kept(Field::parse, text);
    kept(FilterText::parse, text);
    kept(FilterTime::parse, text);
}

/// The identifier, when there is one; it must read back as itself.
fn kept<T: Debug + Display + PartialEq>(
    parse: fn(&str) -> Result<T, ParseError>,
    text: &str,
) -> Option<T> {
    match parse(text) {
        Ok(identifier) => {
            assert_eq!(parse(&identifier.to_string()).as_ref(), Ok(&identifier));
            Some(identifier)
        }
        Err(error) => {
            assert!(error.position() <= text.len());
            None
        }
    }
}

fn rocket() -> RepoRef {
    RepoRef::parse("acme/rocket").unwrap()
}

fn commit() -> CommitSha {
    CommitSha::parse("abcdef0").unwrap()
}

/// What fills a hole must come back out of it.
fn fills(endpoint: &Endpoint, hole: &str, text: &str) {
    address::holds(endpoint);
    let mut parameters = endpoint.parameters();
    let found = parameters.find(|(name, _)| *name == hole);
    assert_eq!(found.map(|(_, found)| found).as_deref(), Some(text));
}

fn names(text: &str) {
    if let Some(workspace) = kept(Workspace::parse, text) {
        fills(
            &workspaces::one(&workspace),
            "workspace",
            workspace.as_str(),
        );
        if let Some(slug) = kept(RepoSlug::parse, text) {
            let repository = RepoRef::from(RepoFullName::new(workspace, slug.clone()));
            fills(
                &repositories::repository(&repository),
                "repo_slug",
                slug.as_str(),
            );
        }
    }
    if let Some(repository) = kept(RepoRef::parse, text) {
        address::holds(&commits::list(&repository));
    }
    if let Some(hook) = kept(HookUuid::parse, text) {
        fills(&hooks::read(&rocket(), &hook), "uid", hook.as_str());
    }
    if let Some(user) = kept(UserRef::parse, text) {
        fills(&users::one(&user), "selected_user", user.as_str());
    }
}

fn points_in_history(text: &str) {
    if let Some(sha) = kept(CommitSha::parse, text) {
        fills(&commits::one(&rocket(), &sha), "commit", sha.as_str());
    }
    if let Some(revision) = kept(Revision::parse, text) {
        fills(
            &commits::of_revision(&rocket(), &revision),
            "revision",
            revision.as_str(),
        );
        fills(
            &refs::branch(&rocket(), &revision),
            "name",
            revision.as_str(),
        );
    }
    if let Some(range) = kept(RevisionRange::parse, text) {
        assert_eq!(text, format!("{}..{}", range.new_side(), range.old_side()));
        fills(&diffs::merge_base(&rocket(), &range), "revspec", text);
    }
    if let Some(spec) = kept(DiffSpec::parse, text) {
        fills(&diffs::diff(&rocket(), &spec), "spec", &spec.to_string());
    }
    if let Some(path) = kept(FilePath::parse, text) {
        let endpoint = sources::contents(&rocket(), &commit(), &path);
        fills(&endpoint, "path", path.as_str());
        let before = "/2.0/repositories/acme/rocket/src/abcdef0/"
            .split('/')
            .count()
            - 1;
        let segments = endpoint.path().split('/').count() - before;
        assert_eq!(segments, path.segments().count());
    }
}

fn keys(text: &str) {
    let (rocket, commit) = (rocket(), commit());
    if let Some(key) = kept(StatusKey::parse, text) {
        fills(&statuses::read(&rocket, &commit, &key), "key", text);
    }
    if let Some(report) = kept(ReportId::parse, text) {
        fills(&reports::read(&rocket, &commit, &report), "reportId", text);
        let annotation = kept(AnnotationId::parse, text).unwrap();
        let endpoint = reports::annotation(&rocket, &commit, &report, &annotation);
        fills(&endpoint, "annotationId", text);
    }
    if let Some(app) = kept(AppKey::parse, text) {
        fills(&addon::client_key(&app), "addon_key", text);
    }
    if let Some(linker) = kept(LinkerKey::parse, text) {
        let value = kept(LinkerValueId::parse, text).unwrap();
        fills(&addon::linker_value(&linker, &value), "value_id", text);
    }
    kept(MergeTaskId::parse, text);
}

fn numbers(text: &str) {
    let plain = text.parse::<u64>().ok();
    let plain = plain.filter(|number| number.to_string() == text);
    let plain = plain.filter(|number| (1..=i64::MAX.unsigned_abs()).contains(number));
    assert_eq!(kept(IssueId::parse, text).map(IssueId::value), plain);
    assert_eq!(kept(CommentId::parse, text).map(CommentId::value), plain);
    assert_eq!(kept(TaskId::parse, text).map(TaskId::value), plain);
    if let Some(id) = kept(PullRequestId::parse, text) {
        fills(&pull_requests::read(&rocket(), id), "pull_request_id", text);
    }
}
