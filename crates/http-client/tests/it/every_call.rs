//! Every method of every capability: what goes over the wire, header by header, whatever the answer.

use bitbucket_api_paths::*;
use bitbucket_http_client::*;
use http::StatusCode;
use secrecy::SecretString;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, SHA_A, UUID, rocket};
use crate::sent::{self, COMMENT, ISSUE, REPOSITORY, SOURCE, STATUS, Sent, one, page, sent};

const R: &str = "/2.0/repositories/acme/rocket";
const C: &str = "/2.0/repositories/acme/rocket/commit/1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";
const HOOK: &str = "%7B0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a%7D";

/// Makes each call and compares what it sent, in order.
macro_rules! each_sends {
    ($client:ident, $peer:ident; $($call:expr => $sent:expr;)*) => {{
        let mut expected = Vec::new();
        $(
            // The peer answers that it is not there: what matters is what was asked.
            assert!($call.await.is_err(), stringify!($call));
            expected.push($sent);
        )*
        let sent = sent(&$peer).await;
        for (sent, expected) in sent.iter().zip(&expected) {
            assert_eq!(sent, expected);
        }
        assert_eq!(sent.len(), expected.len());
    }};
}

async fn nothing_there() -> Peer {
    let peer = Peer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(StatusCode::BAD_REQUEST))
        .mount(&peer.server)
        .await;
    peer
}

fn sha() -> CommitSha {
    CommitSha::parse(SHA_A).unwrap()
}

fn acme() -> Workspace {
    Workspace::parse("acme").unwrap()
}

fn named(field: &str) -> Filter {
    let text = FilterText::parse("a b").unwrap();
    Field::parse(field).unwrap().contains(&text)
}

const COMMIT: &str = "hash,message,date,author.raw,author.user.account_id,parents.hash";
const REFERENCE: &str = "type,name,target.hash,target.date";
const PULL_REQUEST: &str = "id,title,description,draft,updated_on,state,author.uuid,author.account_id,author.display_name,\
                            source.repository.full_name,source.branch.name,source.commit.hash,\
                            destination.repository.full_name,destination.branch.name,destination.commit.hash,\
                            merge_commit.hash,links.html.href";

fn get(rest: impl std::fmt::Display) -> Sent {
    Sent::bare(format!("GET {rest}"))
}

#[tokio::test]
async fn of_repositories_and_workspaces() {
    let peer = nothing_there().await;
    let client = peer.client();
    let query = RepositoryQuery {
        role: Some(RepositoryRole::Member),
        filter: Some(named("name")),
    };
    let uuid = RepoRef::from(RepoUuid::parse(UUID).unwrap());
    let fields = "next%2Cvalues.uuid%2Cvalues.full_name%2Cvalues.name%2Cvalues.mainbranch.name\
                  %2Cvalues.is_private%2Cvalues.description%2Cvalues.workspace.uuid%2Cvalues.links.html.href";
    each_sends! { client, peer;
        client.repository(&rocket()) => get(format!("{R}?{}", one(REPOSITORY)));
        client.repository(&uuid) => get(format!("/2.0/repositories/%7B%7D/{HOOK}?{}", one(REPOSITORY)));
        client.repositories(&acme(), &query, 9) => get(format!(
            "/2.0/repositories/acme?role=member&q=name%20~%20%22a%20b%22&sort=name&pagelen=100&fields={fields}"
        ));
        client.workspace(&acme()) => get("/2.0/workspaces/acme");
        client.current_user() => get("/2.0/user");
        client.my_workspaces(9) => get("/2.0/user/workspaces?sort=slug&pagelen=100");
        client.hook_events(HookSubject::Workspace) => get("/2.0/hook_events/workspace?pagelen=100");
        client.update_addon() => Sent::json("PUT /2.0/addon", json!({}));
        client.remove_addon() => Sent::bare("DELETE /2.0/addon");
    }
}

#[tokio::test]
async fn of_history() {
    let peer = nothing_there().await;
    let client = peer.client();
    let revision = |text: &str| Revision::parse(text).unwrap();
    let range = CommitRange::between(Some(revision("1.0")), revision("feature/x"), 7);
    let long = CommitRange {
        include: vec![revision("main")],
        exclude: (0..400)
            .map(|number| revision(&format!("release-{number}")))
            .collect(),
        limit: 500,
    };
    let form = (0..400).fold("include=main".to_owned(), |form, number| {
        format!("{form}&exclude=release-{number}")
    });
    let sides = RevisionRange::new(revision("1.0"), revision("feature/x"));
    let path = FilePath::parse("src/a b.rs").unwrap();
    let fields = "fields=next%2Cvalues.hash%2Cvalues.message%2Cvalues.date%2Cvalues.author.raw\
                  %2Cvalues.author.user.account_id%2Cvalues.parents.hash";
    let files = "fields=next%2Cvalues.status%2Cvalues.old.path%2Cvalues.new.path";
    let refs = "sort=name&pagelen=100&fields=next%2Cvalues.type%2Cvalues.name%2Cvalues.target.hash%2Cvalues.target.date";
    let query = ReferenceQuery {
        filter: Some(named("name")),
    };
    let options = DiffOptions {
        paths: vec![path.clone(), FilePath::parse("docs").unwrap()],
        context: Some(0),
        without_binary: true,
        without_renames: true,
    };
    each_sends! { client, peer;
        client.commits(&rocket(), &range) =>
            get(format!("{R}/commits?include=feature%2Fx&exclude=1.0&pagelen=10&{fields}"));
        client.commits(&rocket(), &long) =>
            Sent::form(format!("POST {R}/commits?pagelen=100&{fields}"), form);
        client.commit(&rocket(), &sha()) => get(format!("{C}?{}", one(COMMIT)));
        client.changed_files(&rocket(), &sha()) => get(format!("{R}/diffstat/{SHA_A}?pagelen=500&{files}"));
        client.changed_files_between(&rocket(), &sides, 9) =>
            get(format!("{R}/diffstat/feature%2Fx..1.0?topic=false&pagelen=500&{files}"));
        client.merge_base(&rocket(), &sides) => get(format!("{R}/merge-base/feature%2Fx..1.0?{}", one(COMMIT)));
        client.file_history(&rocket(), &sha(), &path, 9) => get(format!(
            "{R}/filehistory/{SHA_A}/src/a%20b.rs?pagelen=100&fields=next%2Cvalues.path%2Cvalues.commit.hash"
        ));
        client.references(&rocket(), &query, 9) => get(format!("{R}/refs?q=name%20~%20%22a%20b%22&{refs}"));
        client.references(&rocket(), &ReferenceQuery::default(), 9) => get(format!("{R}/refs?{refs}"));
        client.branches(&rocket(), 9) => get(format!("{R}/refs/branches?{refs}"));
        client.tags(&rocket(), 9) => get(format!("{R}/refs/tags?{refs}"));
        client.branch(&rocket(), &revision("feature/x")) => get(format!("{R}/refs/branches/feature%2Fx?{}", one(REFERENCE)));
        client.tag(&rocket(), &revision("1.0")) => get(format!("{R}/refs/tags/1.0?{}", one(REFERENCE)));
        client.source_exists(&rocket(), &sha(), &path) =>
            Sent::any_media(format!("HEAD {R}/src/{SHA_A}/src/a%20b.rs"));
        client.source_stream(&rocket(), &sha(), &path) =>
            Sent::any_media(format!("GET {R}/src/{SHA_A}/src/a%20b.rs"));
        client.source_entry(&rocket(), &sha(), &path) =>
            get(format!("{R}/src/{SHA_A}/src/a%20b.rs?format=meta&{}", one(SOURCE)));
        client.directory(&rocket(), &sha(), &Folder::default(), 9) =>
            get(format!("{R}/src/{SHA_A}/?pagelen=100&{}", page(SOURCE)));
        client.diff(&rocket(), &DiffSpec::Commit(sha()), &DiffOptions::default()) =>
            Sent::any_media(format!("GET {R}/diff/{SHA_A}"));
        client.diff(&rocket(), &DiffSpec::Range(sides.clone()), &options) => Sent::any_media(format!(
            "GET {R}/diff/feature%2Fx..1.0?path=src%2Fa%20b.rs&path=docs&context=0&binary=false&renames=false&topic=false"
        ));
        client.patch(&rocket(), &DiffSpec::Range(sides.clone())) =>
            Sent::any_media(format!("GET {R}/patch/feature%2Fx..1.0"));
        client.source_file(&rocket(), &sha(), &path) =>
            Sent::any_media(format!("GET {R}/src/{SHA_A}/src/a%20b.rs"));
    }
}

#[tokio::test]
async fn of_pull_requests_and_issues() {
    let peer = nothing_there().await;
    let client = peer.client();
    let seven = PullRequestId::new(7).unwrap();
    let three = IssueId::new(3).unwrap();
    let query = PullRequestQuery {
        states: vec![PullRequestState::Open, PullRequestState::Merged],
        filter: Some(named("title")),
    };
    let issue = NewIssue {
        title: "Boom".to_owned(),
        content: "text".to_owned(),
        kind: None,
        priority: Some("major".to_owned()),
    };
    let body = json!({"title": "Boom", "content": {"raw": "text"}, "priority": "major"});
    each_sends! { client, peer;
        client.pull_requests(&rocket(), &query, 9) => get(format!(
            "{R}/pullrequests?state=OPEN&state=MERGED&q=title%20~%20%22a%20b%22&sort=-updated_on&pagelen=50&{}",
            page(PULL_REQUEST)
        ));
        client.pull_request(&rocket(), seven) => get(format!("{R}/pullrequests/7?{}", one(PULL_REQUEST)));
        client.pull_request_commits(&rocket(), seven, 9) => get(format!("{R}/pullrequests/7/commits?pagelen=100&{}", page(COMMIT)));
        client.pull_request_changed_files(&rocket(), seven, 9) => get(format!(
            "{R}/pullrequests/7/diffstat?pagelen=500&{}", page("status,old.path,new.path")
        ));
        client.pull_request_diff(&rocket(), seven) => Sent::any_media(format!("GET {R}/pullrequests/7/diff"));
        client.pull_requests_of_commit(&rocket(), &sha()) => get(format!("{C}/pullrequests?{}", page(PULL_REQUEST)));
        client.issue(&rocket(), three) => get(format!("{R}/issues/3?{}", one(ISSUE)));
        client.create_issue(&rocket(), &issue) => Sent::json(format!("POST {R}/issues"), body);
        client.search_issues(&rocket(), &named("title"), 9) =>
            get(format!("{R}/issues?q=title%20~%20%22a%20b%22&sort=-created_on&pagelen=100&{}", page(ISSUE)));
        client.issue_comments(&rocket(), three, 9) => get(format!("{R}/issues/3/comments?pagelen=100&{}", page(COMMENT)));
        client.comment_on_issue(&rocket(), three, "hi") =>
            Sent::json(format!("POST {R}/issues/3/comments"), json!({"content": {"raw": "hi"}}));
    }
}

#[tokio::test]
async fn of_hooks_and_statuses() {
    let peer = nothing_there().await;
    let client = peer.client();
    let hook = HookUuid::parse(UUID).unwrap();
    let new = NewHook {
        description: "d".to_owned(),
        url: "https://ci.acme.example".to_owned(),
        active: true,
        events: vec!["repo:push".to_owned()],
        secret: SecretString::from("s3cret"),
    };
    let update = HookUpdate {
        description: "d".to_owned(),
        url: "https://ci.acme.example".to_owned(),
        active: false,
        events: vec!["repo:push".to_owned()],
        secret: None,
    };
    let created = json!({
        "description": "d", "url": "https://ci.acme.example", "active": true, "events": ["repo:push"],
        "secret": "s3cret",
    });
    let updated = json!({
        "description": "d", "url": "https://ci.acme.example", "active": false, "events": ["repo:push"],
    });
    let key = StatusKey::parse("ci/x").unwrap();
    let status = NewCommitStatus {
        key: key.clone(),
        state: StatusState::Stopped,
        name: "CI".to_owned(),
        url: "https://ci.acme.example".to_owned(),
        description: "stopped".to_owned(),
        refname: Some("main".to_owned()),
    };
    let reported = json!({
        "key": "ci/x", "state": "STOPPED", "name": "CI", "url": "https://ci.acme.example",
        "description": "stopped", "refname": "main",
    });
    let w = "/2.0/workspaces/acme/hooks";
    each_sends! { client, peer;
        client.hooks(&rocket()) => get(format!("{R}/hooks?pagelen=100&{}", page(sent::HOOK)));
        client.hook(&rocket(), &hook) => get(format!("{R}/hooks/{HOOK}?{}", one(sent::HOOK)));
        client.create_hook(&rocket(), &new) => Sent::json(format!("POST {R}/hooks"), created.clone());
        client.update_hook(&rocket(), &hook, &update) =>
            Sent::json(format!("PUT {R}/hooks/{HOOK}"), updated.clone());
        client.delete_hook(&rocket(), &hook) => Sent::bare(format!("DELETE {R}/hooks/{HOOK}"));
        client.workspace_hooks(&acme()) => get(format!("{w}?pagelen=100&{}", page(sent::HOOK)));
        client.workspace_hook(&acme(), &hook) => get(format!("{w}/{HOOK}?{}", one(sent::HOOK)));
        client.create_workspace_hook(&acme(), &new) => Sent::json(format!("POST {w}"), created.clone());
        client.update_workspace_hook(&acme(), &hook, &update) =>
            Sent::json(format!("PUT {w}/{HOOK}"), updated.clone());
        client.delete_workspace_hook(&acme(), &hook) => Sent::bare(format!("DELETE {w}/{HOOK}"));
        client.statuses(&rocket(), &sha(), 9) => get(format!("{C}/statuses?pagelen=100&{}", page(STATUS)));
        client.status(&rocket(), &sha(), &key) => get(format!("{C}/statuses/build/ci%2Fx?{}", one(STATUS)));
        client.report_status(&rocket(), &sha(), &status) =>
            Sent::json(format!("POST {C}/statuses/build"), reported.clone());
    }
}

/// Each capability can be handed around alone and replaced.
#[test]
fn every_capability_is_an_object() {
    #[expect(clippy::too_many_arguments, reason = "one of each capability")]
    fn all(
        _: &dyn Repositories,
        _: &dyn RepositoryLists,
        _: &dyn Commits,
        _: &dyn History,
        _: &dyn Refs,
        _: &dyn Sources,
        _: &dyn Diffs,
        _: &dyn Hooks,
        _: &dyn WorkspaceHooks,
        _: &dyn HookEvents,
        _: &dyn PullRequests,
        _: &dyn PullRequestComments,
        _: &dyn Issues,
        _: &dyn CommitStatuses,
        _: &dyn CodeInsights,
        _: &dyn Workspaces,
        _: &dyn Permissions,
        _: &dyn CurrentAccess,
        _: &dyn Addon,
        _: &dyn BitbucketApi,
    ) {
    }
    let _ = |c: &BitbucketClient| all(c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c);
}
