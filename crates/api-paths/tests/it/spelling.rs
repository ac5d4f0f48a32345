//! The address of every endpoint, letter by letter.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use bitbucket_api_paths::{
    CommitSha, DiffSpec, Endpoint, HookUuid, Method, Query, RepoFullName, RepoRef, RepoUuid,
    Revision, RevisionRange, Workspace, commits, diffs, hooks, repositories, users, workspaces,
};

const UUID: &str = "7c1a0d2e-0000-4a5b-8c9d-0123456789ab";

fn rocket() -> RepoRef {
    RepoFullName::parse("acme/rocket").unwrap().into()
}

#[track_caller]
fn spelled(endpoint: &Endpoint, method: Method, path: &str) {
    assert_eq!(
        (endpoint.method(), endpoint.path(), endpoint.query()),
        (method, path, None)
    );
    assert_eq!(endpoint.path_and_query(), path);
}

#[test]
fn repositories_are_addressed_by_name_or_uuid() {
    spelled(
        &repositories::repository(&rocket()),
        Method::Get,
        "/2.0/repositories/acme/rocket",
    );
    let by_uuid = RepoRef::from(RepoUuid::parse(UUID).unwrap());
    spelled(
        &repositories::repository(&by_uuid),
        Method::Get,
        "/2.0/repositories/%7B%7D/%7B7c1a0d2e-0000-4a5b-8c9d-0123456789ab%7D",
    );
    spelled(
        &repositories::list(&Workspace::parse("acme").unwrap()),
        Method::Get,
        "/2.0/repositories/acme",
    );
    let by_uuid = Workspace::parse(&format!("{{{UUID}}}")).unwrap();
    spelled(
        &workspaces::one(&by_uuid),
        Method::Get,
        "/2.0/workspaces/%7B7c1a0d2e-0000-4a5b-8c9d-0123456789ab%7D",
    );
    spelled(&users::current(), Method::Get, "/2.0/user");
}

#[test]
fn commits_are_listed_and_read() {
    let branch = Revision::parse("feature/100%").unwrap();
    spelled(
        &commits::list(&rocket()),
        Method::Get,
        "/2.0/repositories/acme/rocket/commits",
    );
    spelled(
        &commits::list_by_form(&rocket()),
        Method::Post,
        "/2.0/repositories/acme/rocket/commits",
    );
    let path = "/2.0/repositories/acme/rocket/commits/feature%2F100%25";
    spelled(&commits::of_revision(&rocket(), &branch), Method::Get, path);
    spelled(
        &commits::of_revision_by_form(&rocket(), &branch),
        Method::Post,
        path,
    );
    let sha = CommitSha::parse("ABCDEF012345").unwrap();
    spelled(
        &commits::one(&rocket(), &sha),
        Method::Get,
        "/2.0/repositories/acme/rocket/commit/abcdef012345",
    );
}

#[test]
fn a_diff_names_the_new_side_first() {
    let range = RevisionRange::new(
        Revision::parse("main").unwrap(),
        Revision::parse("feature/x").unwrap(),
    );
    let spec = DiffSpec::from(range);
    let repo = rocket();
    spelled(
        &diffs::diff(&repo, &spec),
        Method::Get,
        "/2.0/repositories/acme/rocket/diff/feature%2Fx..main",
    );
    spelled(
        &diffs::diffstat(&repo, &spec),
        Method::Get,
        "/2.0/repositories/acme/rocket/diffstat/feature%2Fx..main",
    );
    let commit = DiffSpec::Commit(CommitSha::parse("abcdef0").unwrap());
    spelled(
        &diffs::diffstat(&repo, &commit),
        Method::Get,
        "/2.0/repositories/acme/rocket/diffstat/abcdef0",
    );
}

#[test]
fn hooks_are_created_read_updated_and_deleted() {
    let hook = HookUuid::parse(UUID).unwrap();
    let repo = rocket();
    let all = "/2.0/repositories/acme/rocket/hooks";
    let one = "/2.0/repositories/acme/rocket/hooks/%7B7c1a0d2e-0000-4a5b-8c9d-0123456789ab%7D";
    spelled(&hooks::list(&repo), Method::Get, all);
    spelled(&hooks::create(&repo), Method::Post, all);
    spelled(&hooks::read(&repo, &hook), Method::Get, one);
    spelled(&hooks::update(&repo, &hook), Method::Put, one);
    spelled(&hooks::delete(&repo, &hook), Method::Delete, one);
}

#[test]
fn a_query_follows_the_path_and_the_path_stays() {
    let endpoint = commits::list(&rocket())
        .with_query(Query::new())
        .with_query(Query::new().pagelen(100));
    assert_eq!(endpoint.path(), "/2.0/repositories/acme/rocket/commits");
    assert_eq!(endpoint.query(), Some("pagelen=100"));
    let more = endpoint.with_query(Query::new().fields("next"));
    assert_eq!(
        more.path_and_query(),
        "/2.0/repositories/acme/rocket/commits?pagelen=100&fields=next"
    );
    assert_eq!(
        more.to_string(),
        "GET /2.0/repositories/acme/rocket/commits?pagelen=100&fields=next"
    );
    assert_eq!(more.operation_id(), "listCommits");
    assert_eq!(
        more.template(),
        "/2.0/repositories/{workspace}/{repo_slug}/commits"
    );
}
