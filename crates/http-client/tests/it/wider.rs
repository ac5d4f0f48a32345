//! The wider endpoints: exact request, typed answer.

use bitbucket_api_paths::{
    CommitSha, Field, FilePath, Filter, FilterText, IssueId, PullRequestId, Revision,
    RevisionRange, StatusKey, Workspace,
};
use bitbucket_http_client::{
    ApiErrorCause, ChangeKind, CommitStatuses, Commits, CurrentAccess, FileChange, History, Issues,
    Misuse, NewCommitStatus, NewIssue, PullRequestQuery, PullRequestState, PullRequests,
    PullRequestsOfCommit, RedirectError, ReferenceKind, ReferenceQuery, Refs, RepositoryLists,
    RepositoryQuery, RepositoryRole, Sources, StatusState,
};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::peer::{Peer, SHA_A, SHA_B, TOKEN, UUID, json, rocket};
use crate::sent::{Sent, exchange};

const ROCKET: &str = "/2.0/repositories/acme/rocket";

fn sha() -> CommitSha {
    CommitSha::parse(SHA_A).unwrap()
}

fn path() -> FilePath {
    FilePath::parse("src/a b.rs").unwrap()
}

fn range() -> RevisionRange {
    RevisionRange::new(
        Revision::parse("release/1").unwrap(),
        Revision::parse("main").unwrap(),
    )
}

fn commit() -> Value {
    json!({"hash": SHA_A, "date": "2026-11-22T10:00:00+00:00", "author": {"raw": "Ada"}})
}

fn pull_request() -> Value {
    json!({
        "id": 7, "title": "Add it", "state": "MERGED", "draft": false,
        "author": {"uuid": UUID, "display_name": "Ada", "account_id": "557058:1"},
        "source": {"repository": null, "branch": {"name": "feature/x"}, "commit": {"hash": "1a2b3c4d5e6f"}},
        "destination": {"repository": {"full_name": "acme/rocket"}, "branch": {"name": "main"}, "commit": {"hash": "2b3c4d5e6f7a"}},
        "merge_commit": {"hash": "3c4d5e6f7a8b"}, "links": {"html": {"href": "https://bitbucket.org/x"}},
    })
}

/// The request line of the only request.
async fn asked(peer: &Peer) -> String {
    let mut asked = peer.asked().await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked.remove(0)
}

#[tokio::test]
async fn the_credential_is_told_whose_it_is() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        "/2.0/user",
        json(json!({"type": "user", "uuid": UUID, "display_name": "rocket bot"})),
    )
    .await;

    let account = peer.client().current_user().await.unwrap();

    assert_eq!(account.uuid.unwrap().as_str(), UUID);
    assert_eq!(
        (account.display_name.as_str(), account.account_id),
        ("rocket bot", None)
    );
    assert_eq!(asked(&peer).await, "GET /2.0/user");
}

#[tokio::test]
async fn the_workspaces_of_a_credential_are_listed() {
    let peer = Peer::start().await;
    let entry = json!({"administrator": true, "workspace": {"slug": "acme", "uuid": UUID}});
    peer.on(
        "GET",
        "/2.0/user/workspaces",
        json(json!({"values": [entry]})),
    )
    .await;

    let listing = peer.client().my_workspaces(10).await.unwrap();

    assert!(listing.complete && listing.values[0].administrator);
    assert_eq!(listing.values[0].slug.as_str(), "acme");
    assert_eq!(
        asked(&peer).await,
        "GET /2.0/user/workspaces?sort=slug&pagelen=100"
    );
}

#[tokio::test]
async fn repositories_are_listed_by_role_and_filter() {
    let peer = Peer::start().await;
    let entry = json!({"uuid": UUID, "full_name": "acme/rocket", "mainbranch": {"name": "main"}});
    peer.on(
        "GET",
        "/2.0/repositories/acme",
        json(json!({"values": [entry], "next": "https://elsewhere.example"})),
    )
    .await;
    let filter = Field::parse("name")
        .unwrap()
        .contains(&FilterText::parse("roc\"ket").unwrap());
    let query = RepositoryQuery {
        role: Some(RepositoryRole::Admin),
        filter: Some(filter),
    };

    let listing = peer
        .client()
        .repositories(&Workspace::parse("acme").unwrap(), &query, 1)
        .await
        .unwrap();

    assert_eq!((listing.values.len(), listing.complete), (1, false));
    let pairs: Vec<_> = peer.requests().await[0]
        .url
        .query_pairs()
        .into_owned()
        .filter(|(name, _)| name != "fields")
        .collect();
    let expected = [
        ("role", "admin"),
        ("q", "name ~ \"roc\\\"ket\""),
        ("sort", "name"),
        ("pagelen", "100"),
    ];
    assert_eq!(
        pairs,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn one_commit_and_a_merge_base_are_read() {
    let peer = Peer::start().await;
    peer.on("GET", &format!("{ROCKET}/commit/{SHA_A}"), json(commit()))
        .await;
    peer.on(
        "GET",
        &format!("{ROCKET}/merge-base/main..release%2F1"),
        json(commit()),
    )
    .await;

    assert_eq!(
        peer.client().commit(&rocket(), &sha()).await.unwrap().sha,
        sha()
    );
    assert_eq!(
        peer.client()
            .merge_base(&rocket(), &range())
            .await
            .unwrap()
            .author
            .name
            .as_deref(),
        Some("Ada")
    );

    let fields =
        "fields=hash%2Cmessage%2Cdate%2Cauthor.raw%2Cauthor.user.account_id%2Cparents.hash";
    let merge_base = format!("GET {ROCKET}/merge-base/main..release%2F1?{fields}");
    assert_eq!(
        peer.asked().await,
        [format!("GET {ROCKET}/commit/{SHA_A}?{fields}"), merge_base]
    );
}

#[tokio::test]
async fn the_files_between_two_revisions_compare_the_ends_themselves() {
    let peer = Peer::start().await;
    let at = format!("{ROCKET}/diffstat/main..release%2F1");
    peer.on(
        "GET",
        &at,
        json(json!({"values": [{"status": "added", "new": {"path": "a"}}]})),
    )
    .await;

    let listing = peer
        .client()
        .changed_files_between(&rocket(), &range(), 10)
        .await
        .unwrap();

    assert_eq!(listing.values, [FileChange::new("a", ChangeKind::Added)]);
    assert!(
        asked(&peer)
            .await
            .starts_with(&format!("GET {at}?topic=false&pagelen=500&fields="))
    );
}

#[tokio::test]
async fn the_history_of_a_file_is_listed() {
    let peer = Peer::start().await;
    let at = format!("{ROCKET}/filehistory/{SHA_A}/src/a%20b.rs");
    peer.on(
        "GET",
        &at,
        json(json!({"values": [{"path": "src/old.rs", "commit": {"hash": SHA_B}}]})),
    )
    .await;

    let listing = peer
        .client()
        .file_history(&rocket(), &sha(), &path(), 10)
        .await
        .unwrap();

    assert_eq!(
        (
            listing.values[0].path.as_str(),
            listing.values[0].commit.as_str()
        ),
        ("src/old.rs", SHA_B)
    );
    assert_eq!(
        asked(&peer).await,
        format!("GET {at}?pagelen=100&fields=next%2Cvalues.path%2Cvalues.commit.hash")
    );
}

#[tokio::test]
async fn branches_and_tags_are_listed_and_read() {
    let peer = Peer::start().await;
    let entry = json!({"name": "feature/x", "target": {"hash": SHA_A, "date": "2026-11-22T10:00:00+00:00"}});
    let tag = json!({"name": "1.0", "target": {"hash": SHA_B}, "message": null});
    peer.on(
        "GET",
        &format!("{ROCKET}/refs/branches"),
        json(json!({"values": [entry]})),
    )
    .await;
    peer.on(
        "GET",
        &format!("{ROCKET}/refs/tags"),
        json(json!({"values": [tag]})),
    )
    .await;
    peer.on(
        "GET",
        &format!("{ROCKET}/refs/branches/feature%2Fx"),
        json(entry),
    )
    .await;
    peer.on("GET", &format!("{ROCKET}/refs/tags/1.0"), json(tag))
        .await;
    let client = peer.client();

    let branches = client.branches(&rocket(), 10).await.unwrap();
    let tags = client.tags(&rocket(), 10).await.unwrap();
    let branch = client
        .branch(&rocket(), &Revision::parse("feature/x").unwrap())
        .await
        .unwrap();
    let tag = client
        .tag(&rocket(), &Revision::parse("1.0").unwrap())
        .await
        .unwrap();

    assert_eq!(
        (branches.values, tags.values),
        (vec![branch.clone()], vec![tag.clone()])
    );
    assert_eq!(
        (branch.name.as_str(), branch.target.as_str()),
        ("feature/x", SHA_A)
    );
    assert_eq!((tag.target.as_str(), tag.date), (SHA_B, None));
    let query = "?sort=name&pagelen=100&fields=next%2Cvalues.type%2Cvalues.name%2Cvalues.target.hash%2Cvalues.target.date";
    assert_eq!(
        peer.asked().await[..2],
        [
            format!("GET {ROCKET}/refs/branches{query}"),
            format!("GET {ROCKET}/refs/tags{query}")
        ]
    );
}

#[tokio::test]
async fn a_file_is_looked_for_and_read_as_bytes() {
    let peer = Peer::start().await;
    let at = format!("{ROCKET}/src/{SHA_A}/src/a%20b.rs");
    peer.once("HEAD", &at, ResponseTemplate::new(200)).await;
    peer.once("HEAD", &at, ResponseTemplate::new(404)).await;
    peer.once(
        "HEAD",
        &at,
        ResponseTemplate::new(301).insert_header("location", "https://media.example/lfs"),
    )
    .await;
    peer.on("HEAD", &at, ResponseTemplate::new(403)).await;
    peer.on(
        "GET",
        &at,
        ResponseTemplate::new(200).set_body_bytes(b"\xff\x00bytes".to_vec()),
    )
    .await;
    let client = peer.client();

    assert_eq!(
        client.source_exists(&rocket(), &sha(), &path()).await,
        Ok(true)
    );
    assert_eq!(
        client.source_exists(&rocket(), &sha(), &path()).await,
        Ok(false)
    );
    assert_eq!(
        client.source_exists(&rocket(), &sha(), &path()).await,
        Ok(true)
    );
    let error = client
        .source_exists(&rocket(), &sha(), &path())
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::Forbidden);
    assert_eq!(
        client
            .source_file(&rocket(), &sha(), &path())
            .await
            .unwrap()
            .as_ref(),
        b"\xff\x00bytes"
    );
    assert_eq!(peer.requests().await[4].headers["accept"], "*/*");
}

#[tokio::test]
async fn a_pull_request_is_read_with_what_was_deleted_since() {
    let peer = Peer::start().await;
    peer.on(
        "GET",
        &format!("{ROCKET}/pullrequests/7"),
        json(pull_request()),
    )
    .await;
    peer.on(
        "GET",
        &format!("{ROCKET}/pullrequests/7/commits"),
        json(json!({"values": [commit()]})),
    )
    .await;
    let id = PullRequestId::new(7).unwrap();

    let found = peer.client().pull_request(&rocket(), id).await.unwrap();

    assert_eq!(
        (found.id, found.title.as_str(), found.state),
        (id, "Add it", PullRequestState::Merged)
    );
    assert_eq!(
        (found.source.repository, found.source.branch.as_deref()),
        (None, Some("feature/x"))
    );
    assert_eq!(
        found.source.commit,
        Some(CommitSha::parse("1a2b3c4d5e6f").unwrap())
    );
    assert_eq!(
        found.destination.repository.unwrap().as_str(),
        "acme/rocket"
    );
    assert_eq!(
        found.merge_commit,
        Some(CommitSha::parse("3c4d5e6f7a8b").unwrap())
    );
    assert_eq!(
        found.author.unwrap().account_id.as_deref(),
        Some("557058:1")
    );
    let commits = peer
        .client()
        .pull_request_commits(&rocket(), id, 10)
        .await
        .unwrap();
    assert_eq!(commits.values[0].sha, sha());
}

#[tokio::test]
async fn the_pull_requests_of_a_commit_are_found_or_said_why_not() {
    let peer = Peer::start().await;
    let at = format!("{ROCKET}/commit/{SHA_A}/pullrequests");
    peer.once("GET", &at, ResponseTemplate::new(202)).await;
    peer.once(
        "GET",
        &at,
        ResponseTemplate::new(202).set_body_json(json!({"values": []})),
    )
    .await;
    peer.once("GET", &at, ResponseTemplate::new(404)).await;
    peer.on("GET", &at, json(json!({"values": [pull_request()]})))
        .await;
    let client = peer.client();

    assert_eq!(
        client.pull_requests_of_commit(&rocket(), &sha()).await,
        Ok(PullRequestsOfCommit::Indexing)
    );
    assert_eq!(
        client.pull_requests_of_commit(&rocket(), &sha()).await,
        Ok(PullRequestsOfCommit::Indexing)
    );
    assert_eq!(
        client.pull_requests_of_commit(&rocket(), &sha()).await,
        Ok(PullRequestsOfCommit::NotAvailable)
    );
    let PullRequestsOfCommit::Found(found) = client
        .pull_requests_of_commit(&rocket(), &sha())
        .await
        .unwrap()
    else {
        unreachable!("the fourth answer has a pull request");
    };
    assert_eq!(found[0].id.value(), 7);
}

#[tokio::test]
async fn statuses_are_listed_and_reported() {
    let peer = Peer::start().await;
    let odd = json!({"key": "ci", "state": "PAUSED", "name": null});
    peer.on(
        "GET",
        &format!("{ROCKET}/commit/{SHA_A}/statuses"),
        json(json!({"values": [odd]})),
    )
    .await;
    let build = format!("{ROCKET}/commit/{SHA_A}/statuses/build");
    peer.once("POST", &build, ResponseTemplate::new(503)).await;
    let answer = json!({"key": "ci", "state": "INPROGRESS", "url": "https://ci.example"});
    peer.on(
        "POST",
        &build,
        ResponseTemplate::new(201).set_body_json(answer),
    )
    .await;
    let mut status = NewCommitStatus {
        key: StatusKey::parse("ci").unwrap(),
        state: StatusState::InProgress,
        name: "CI".to_owned(),
        url: "https://ci.example".to_owned(),
        description: "running".to_owned(),
        refname: None,
    };

    let listing = peer.client().statuses(&rocket(), &sha(), 10).await.unwrap();
    assert_eq!(
        (listing.values[0].state, listing.values[0].name.as_deref()),
        (StatusState::Unknown, None)
    );
    let reported = peer
        .client()
        .report_status(&rocket(), &sha(), &status)
        .await
        .unwrap();
    assert_eq!(reported.state, StatusState::InProgress);
    let body = json!({
        "key": "ci", "state": "INPROGRESS", "name": "CI", "url": "https://ci.example", "description": "running",
    });
    let requests = peer.requests().await;
    assert_eq!(
        (requests.len(), requests[2].body_json::<Value>().unwrap()),
        (3, body)
    );

    status.state = StatusState::Unknown;
    let error = peer
        .client()
        .report_status(&rocket(), &sha(), &status)
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::Misuse(Misuse::StatusState));
}

fn filter() -> Filter {
    Field::parse("title")
        .unwrap()
        .contains(&FilterText::parse("boom").unwrap())
}

#[tokio::test]
async fn issues_work_where_they_are_still_there() {
    let peer = Peer::start().await;
    let issue = json!({"id": 3, "title": "Boom", "state": "new", "links": {"html": {"href": "https://bitbucket.org/i"}}});
    let issues = format!("{ROCKET}/issues");
    peer.on(
        "POST",
        &issues,
        ResponseTemplate::new(201).set_body_json(issue.clone()),
    )
    .await;
    peer.on("GET", &issues, json(json!({"values": [issue]})))
        .await;
    peer.on("GET", &format!("{issues}/3"), json(issue)).await;
    let comment =
        ResponseTemplate::new(201).set_body_json(json!({"id": 5, "content": {"raw": "hi"}}));
    peer.on("POST", &format!("{issues}/3/comments"), comment)
        .await;
    let client = peer.client();
    let new = NewIssue {
        title: "Boom".to_owned(),
        content: "text".to_owned(),
        kind: Some("bug".to_owned()),
        priority: None,
    };

    let created = client.create_issue(&rocket(), &new).await.unwrap();
    assert_eq!(
        client.issue(&rocket(), created.id).await,
        Ok(created.clone())
    );
    assert_eq!(
        client
            .search_issues(&rocket(), &filter(), 10)
            .await
            .unwrap()
            .values,
        std::slice::from_ref(&created)
    );
    assert_eq!(
        client
            .comment_on_issue(&rocket(), created.id, "hi")
            .await
            .unwrap()
            .raw,
        "hi"
    );

    let body = json!({"title": "Boom", "content": {"raw": "text"}, "kind": "bug"});
    assert_eq!(peer.requests().await[0].body_json::<Value>().unwrap(), body);
    let fields = crate::sent::page(crate::sent::ISSUE);
    let end = format!("&sort=-created_on&pagelen=100&{fields}");
    assert!(peer.asked().await[2].ends_with(&end));
}

#[tokio::test]
async fn issues_say_that_they_were_removed() {
    let peer = Peer::start().await;
    let body = json!({"type": "error", "error": {"message": "CHANGE-3071 - Functionality has been deprecated"}});
    peer.on(
        "GET",
        &format!("{ROCKET}/issues/3"),
        ResponseTemplate::new(410).set_body_json(body),
    )
    .await;

    let error = peer
        .client()
        .issue(&rocket(), IssueId::new(3).unwrap())
        .await
        .unwrap_err();

    let ApiErrorCause::Removed(removal) = error.cause() else {
        unreachable!("{error:?}")
    };
    assert_eq!(
        (removal.change.as_str(), removal.announcement_url.as_deref()),
        ("CHANGE-3071", None)
    );
    let fields = crate::sent::one(crate::sent::ISSUE);
    assert_eq!(
        asked(&peer).await,
        format!("GET {ROCKET}/issues/3?{fields}")
    );
}

#[tokio::test]
async fn branches_and_tags_are_told_apart_in_one_listing() {
    let branch = json!({"type": "branch", "name": "main", "target": {"hash": SHA_A}});
    let tag = json!({"type": "tag", "name": "1.0", "target": {"hash": SHA_B}});
    let (_, listing) = exchange(json(json!({"values": [branch, tag]})), async |client| {
        client
            .references(&rocket(), &ReferenceQuery::default(), 10)
            .await
    })
    .await;
    let told: Vec<_> = listing
        .values
        .iter()
        .map(|one| {
            (
                one.kind.clone().unwrap(),
                one.name.as_str(),
                one.target.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (ReferenceKind::Branch, "main", SHA_A),
            (ReferenceKind::Tag, "1.0", SHA_B)
        ]
    );
}

#[tokio::test]
async fn pull_requests_are_listed_in_the_longest_pages_that_bitbucket_takes() {
    let mut odd = pull_request();
    odd["state"] = json!("PARKED");
    let query = PullRequestQuery::default();
    let (sent, listing) = exchange(
        json(json!({"values": [pull_request(), odd]})),
        async |client| client.pull_requests(&rocket(), &query, 10).await,
    )
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {ROCKET}/pullrequests?sort=-updated_on&pagelen=50&fields=next%2Cvalues.id%2Cvalues.title\
             %2Cvalues.description%2Cvalues.draft%2Cvalues.updated_on%2Cvalues.state%2Cvalues.author.uuid%2Cvalues.author.account_id%2Cvalues.author.display_name\
             %2Cvalues.source.repository.full_name%2Cvalues.source.branch.name%2Cvalues.source.commit.hash\
             %2Cvalues.destination.repository.full_name%2Cvalues.destination.branch.name\
             %2Cvalues.destination.commit.hash%2Cvalues.merge_commit.hash%2Cvalues.links.html.href"
        ))]
    );
    let states: Vec<_> = listing.values.into_iter().map(|one| one.state).collect();
    assert_eq!(
        states,
        [
            PullRequestState::Merged,
            PullRequestState::Other("PARKED".to_owned())
        ]
    );
}

#[tokio::test]
async fn one_status_is_read() {
    let answer = json!({"key": "ci", "state": "FAILED", "name": "CI", "url": "https://ci.example"});
    let (_, status) = exchange(json(answer), async |client| {
        client
            .status(&rocket(), &sha(), &StatusKey::parse("ci").unwrap())
            .await
    })
    .await;
    assert_eq!(
        (status.key.as_str(), status.state, status.name.as_deref()),
        ("ci", StatusState::Failed, Some("CI"))
    );
}

#[tokio::test]
async fn the_comments_on_an_issue_are_listed_where_there_still_are_any() {
    let comment = json!({"id": 5, "content": {"raw": null}, "user": {"display_name": "Ada"}});
    let (_, listing) = exchange(json(json!({"values": [comment]})), async |client| {
        client
            .issue_comments(&rocket(), IssueId::new(3).unwrap(), 10)
            .await
    })
    .await;
    let one = &listing.values[0];
    assert_eq!((one.id.value(), one.raw.as_str()), (5, ""));
    assert_eq!(one.author.as_ref().unwrap().display_name, "Ada");
}

#[tokio::test]
async fn the_files_of_a_pull_request_are_found_where_bitbucket_redirects_to() {
    let peer = Peer::start().await;
    let id = PullRequestId::new(7).unwrap();
    let spec = "acme/rocket:1a2b3c4d5e6f%0D2b3c4d5e6f7a";
    let to = |what: &str| format!("{ROCKET}/{what}/{spec}");
    for what in ["diffstat", "diff"] {
        let location = format!(
            "{}{}?from_pullrequest_id=7&topic=true",
            peer.server.uri(),
            to(what)
        );
        let redirect = ResponseTemplate::new(302).insert_header("location", location);
        peer.on("GET", &format!("{ROCKET}/pullrequests/7/{what}"), redirect)
            .await;
    }
    let next = format!("{}{}?page=2", peer.server.uri(), to("diffstat"));
    let entry =
        |path: &str| json!({"status": "modified", "old": {"path": path}, "new": {"path": path}});
    peer.once(
        "GET",
        &to("diffstat"),
        json(json!({"values": [entry("a")], "next": next})),
    )
    .await;
    peer.on(
        "GET",
        &to("diffstat"),
        json(json!({"values": [entry("b")]})),
    )
    .await;
    let diff = ResponseTemplate::new(200).set_body_string("diff --git a/a b/a\n");
    peer.on("GET", &to("diff"), diff).await;
    let client = peer.client();

    let files = client
        .pull_request_changed_files(&rocket(), id, 10)
        .await
        .unwrap();
    let diff = client.pull_request_diff(&rocket(), id).await.unwrap();
    let diff = diff.collect_up_to(1_000).await.unwrap();

    let modified = |path: &str| FileChange::new(path, ChangeKind::Modified);
    assert_eq!(files.values, [modified("a"), modified("b")]);
    assert!(files.complete);
    assert_eq!(diff.as_ref(), b"diff --git a/a b/a\n");
    assert_eq!(
        peer.asked().await[1..],
        [
            format!("GET {}?from_pullrequest_id=7&topic=true", to("diffstat")),
            format!("GET {}?page=2", to("diffstat")),
            format!("GET {ROCKET}/pullrequests/7/diff"),
            format!("GET {}?from_pullrequest_id=7&topic=true", to("diff")),
        ]
    );
    for request in peer.requests().await {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    }
}

#[tokio::test]
async fn a_diff_that_is_redirected_to_another_host_is_not_fetched_from_there() {
    let (peer, stranger) = (Peer::start().await, Peer::start().await);
    let id = PullRequestId::new(7).unwrap();
    let redirect = ResponseTemplate::new(302)
        .insert_header("location", format!("{}/x", stranger.server.uri()));
    Mock::given(any())
        .respond_with(redirect)
        .mount(&peer.server)
        .await;
    let client = peer.client();
    let foreign = ApiErrorCause::Redirect(RedirectError::Foreign);
    let files = client.pull_request_changed_files(&rocket(), id, 1).await;
    assert_eq!(files.unwrap_err().cause(), &foreign);
    let diff = client.pull_request_diff(&rocket(), id).await;
    assert_eq!(diff.unwrap_err().cause(), &foreign);
    let changes = client.changed_files(&rocket(), &sha()).await;
    assert_eq!(changes.unwrap_err().cause(), &foreign);
    assert!(stranger.asked().await.is_empty());
}

#[tokio::test]
async fn a_file_kept_in_lfs_is_fetched_from_where_it_lies_without_the_credential() {
    let (peer, store) = (Peer::start().await, Peer::start().await);
    let at = format!("{ROCKET}/src/{SHA_A}/src/a%20b.rs");
    let location = format!("{}/lfs/object?signature=abc", store.server.uri());
    let redirect = ResponseTemplate::new(302).insert_header("location", location);
    peer.on("GET", &at, redirect).await;
    let content = ResponseTemplate::new(200).set_body_string("large");
    store.on("GET", "/lfs/object", content).await;
    let client = peer.client();

    let whole = client.source_file(&rocket(), &sha(), &path()).await;
    let streamed = client.source_stream(&rocket(), &sha(), &path()).await;

    assert_eq!(whole.unwrap().as_ref(), b"large");
    let streamed = streamed.unwrap().collect_up_to(100).await.unwrap();
    assert_eq!(streamed.as_ref(), b"large");
    let fetched = store.requests().await;
    assert_eq!(fetched.len(), 2);
    for request in fetched {
        assert!(!request.headers.contains_key("authorization"));
    }
}
