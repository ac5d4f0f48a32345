//! Pull requests and the comments on them.

use bitbucket_api_paths::{
    CommentId, Field, FilterText, PullRequestId, Query, pull_requests as paths,
};
use bitbucket_http_client::diff::files_of_diff;
use bitbucket_http_client::{
    ApiErrorCause, BitbucketClient, Call, ChangeKind, FileChange, InlinePlace, NewComment,
    PullRequestComments as _, PullRequestQuery, PullRequestState, PullRequests as _,
    PullRequestsOfCommit, RedirectError, Redirects,
};
use bitbucket_simulator::{
    acme,
    control::{NewCommit, Push},
    world::{self, CommitLinks, PullRequest},
};

use super::peer::{Peer, in_pages_of_every_length, now, rocket, sha};

/// A branch `feature/x` with two commits, an open pull request of it, a merged and a declined one.
async fn with_pull_requests() -> Peer {
    let peer = Peer::start().await;
    let commits = [
        NewCommit::new("x1", "Try"),
        NewCommit::new("x2", "Mend").files([world::FileChange::modified("src/engine.rs")]),
    ];
    peer.push(Push::to(acme::REPOSITORY).reset("feature/x", "r2", commits))
        .await;
    peer.change_rocket(|rocket| {
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        for (title, state) in [
            ("Try x", world::PullRequestState::Open),
            ("Earlier", world::PullRequestState::Merged),
            ("Never", world::PullRequestState::Declined),
        ] {
            let ends = ("feature/x", "main");
            let made = PullRequest::between(rocket, acme::ADA_UUID, title, ends, now);
            let made = made.unwrap();
            rocket.pull_requests.push(PullRequest {
                state,
                merge_commit: (state == world::PullRequestState::Merged)
                    .then(|| bitbucket_simulator::sha("r3")),
                ..made
            });
        }
    });
    peer
}

fn id(number: u64) -> PullRequestId {
    PullRequestId::new(number).unwrap()
}

#[tokio::test]
async fn pull_requests_are_listed_by_state_and_filter() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let open = client
        .pull_requests(&rocket(), &PullRequestQuery::default(), 100)
        .await;
    assert_eq!(open.unwrap().values.len(), 1);
    let query = PullRequestQuery {
        states: vec![
            PullRequestState::Open,
            PullRequestState::Merged,
            PullRequestState::Declined,
        ],
        filter: None,
    };
    let requests = in_pages_of_every_length(&peer, async || {
        let all = client.pull_requests(&rocket(), &query, 100).await.unwrap();
        let mut states: Vec<_> = all
            .values
            .iter()
            .map(|one| (one.id.value(), one.state.clone()))
            .collect();
        states.sort_by_key(|(id, _)| *id);
        assert_eq!(
            states,
            [
                (1, PullRequestState::Open),
                (2, PullRequestState::Merged),
                (3, PullRequestState::Declined),
            ]
        );
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
    let text = FilterText::parse("never").unwrap();
    let query = PullRequestQuery {
        states: vec![PullRequestState::Declined],
        filter: Some(Field::parse("title").unwrap().contains(&text)),
    };
    let found = client.pull_requests(&rocket(), &query, 100).await.unwrap();
    assert_eq!(found.values[0].id, id(3));
}

#[tokio::test]
async fn a_pull_request_knows_its_ends_by_short_hashes() {
    let peer = with_pull_requests().await;
    let one = peer.client().pull_request(&rocket(), id(2)).await.unwrap();
    assert_eq!(one.title, "Earlier");
    assert_eq!(one.author.unwrap().display_name, "Ada Lovelace");
    assert_eq!(one.source.branch.as_deref(), Some("feature/x"));
    let short = |label: &str| sha(label).as_str()[..12].to_owned();
    assert_eq!(one.source.commit.unwrap().as_str(), short("x2"));
    assert_eq!(one.destination.commit.unwrap().as_str(), short("r3"));
    assert_eq!(one.merge_commit.unwrap().as_str(), short("r3"));
    peer.change_rocket(|rocket| rocket.pull_requests[1].source.repository = None);
    let one = peer.client().pull_request(&rocket(), id(2)).await.unwrap();
    assert_eq!(one.source.repository, None);
    let missing = peer
        .client()
        .pull_request(&rocket(), id(9))
        .await
        .unwrap_err();
    assert_eq!(*missing.cause(), ApiErrorCause::NotFound);
}

#[tokio::test]
async fn its_commits_are_those_that_the_destination_lacks() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let commits = client
            .pull_request_commits(&rocket(), id(1), 100)
            .await
            .unwrap();
        let hashes: Vec<_> = commits
            .values
            .into_iter()
            .map(|commit| commit.sha)
            .collect();
        assert_eq!(hashes, [sha("x2"), sha("x1")]);
    })
    .await;
    assert_eq!(requests, [2, 1, 1]);
}

#[tokio::test]
async fn a_commit_leads_to_its_pull_requests_once_the_app_has_indexed() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let of_commit = async || {
        client
            .pull_requests_of_commit(&rocket(), &sha("x1"))
            .await
            .unwrap()
    };
    assert_eq!(of_commit().await, PullRequestsOfCommit::NotAvailable);
    peer.change_rocket(|rocket| rocket.commit_links = CommitLinks::Indexing);
    assert_eq!(of_commit().await, PullRequestsOfCommit::Indexing);
    peer.change_rocket(|rocket| rocket.commit_links = CommitLinks::On);
    let requests = in_pages_of_every_length(&peer, async || {
        let PullRequestsOfCommit::Found(found) = of_commit().await else {
            panic!("they are indexed");
        };
        let ids: Vec<u64> = found.iter().map(|one| one.id.value()).collect();
        assert_eq!(ids, [1, 2, 3]);
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
}

#[tokio::test]
async fn the_changes_of_a_pull_request_lie_behind_a_redirect() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let endpoint = paths::diffstat(&rocket(), id(1)).with_query(Query::new().pagelen(1));
    let call = |redirects| {
        let path = endpoint.path_and_query();
        Call::new("GET", endpoint.template(), path).redirects(redirects)
    };
    let followed = client.execute(&call(Redirects::Own)).await.unwrap();
    let page: serde_json::Value = serde_json::from_slice(&followed.body).unwrap();
    assert_eq!(page["values"][0]["new"]["path"], "src/engine.rs");
    let statuses: Vec<_> = peer
        .asked()
        .into_iter()
        .map(|one| (one.status, one.caller))
        .collect();
    let caller = Some("acme access token".to_owned());
    assert_eq!(statuses, [(Some(302), caller.clone()), (Some(200), caller)]);
    let refused = client.execute(&call(Redirects::Refuse)).await.unwrap_err();
    assert_eq!(refused.status(), Some(302));

    // The same below a base that the location does not lie under is not followed.
    let elsewhere = peer
        .simulator
        .bitbucket_url()
        .replace("127.0.0.1", "localhost");
    let other = bitbucket_http_client::BaseUrl::parse(&elsewhere).unwrap();
    let stranger = BitbucketClient::new(
        other,
        std::sync::Arc::new(
            bitbucket_http_client::HyperTransport::builder()
                .build()
                .unwrap(),
        ),
        std::sync::Arc::new(bitbucket_http_client::AccessToken::new(
            &acme::ACCESS_TOKEN.into(),
        )),
        std::sync::Arc::new(now),
    );
    let error = stranger.execute(&call(Redirects::Own)).await.unwrap_err();
    assert_eq!(
        *error.cause(),
        ApiErrorCause::Redirect(RedirectError::Foreign)
    );
}

#[tokio::test]
async fn the_files_and_the_diff_of_a_pull_request_are_what_the_source_changed() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let changed = client
            .pull_request_changed_files(&rocket(), id(1), 100)
            .await
            .unwrap();
        // `src/guidance.rs` came to the destination after the branch had left it.
        assert_eq!(
            changed.values,
            [
                FileChange::new("src/engine.rs", ChangeKind::Modified),
                FileChange::new("src/x1.rs", ChangeKind::Added),
            ]
        );
        assert!(changed.complete);
    })
    .await;
    // The first page lies behind the redirect.
    assert_eq!(requests, [3, 2, 2]);
    let diff = client.pull_request_diff(&rocket(), id(1)).await.unwrap();
    let diff = diff.collect_up_to(100_000).await.unwrap();
    let names: Vec<_> = files_of_diff(&diff)
        .into_iter()
        .map(|file| String::from_utf8(file.new_path.unwrap()).unwrap())
        .collect();
    assert_eq!(names, ["src/engine.rs", "src/x1.rs"]);
}

#[tokio::test]
async fn comments_are_written_answered_edited_and_removed() {
    let peer = with_pull_requests().await;
    let client = peer.client();
    let inline = InlinePlace {
        path: "src/engine.rs".to_owned(),
        old_line: None,
        new_line: Some(3),
    };
    let first = NewComment {
        inline: Some(inline.clone()),
        ..NewComment::new("Why?")
    };
    let first = client
        .comment_on_pull_request(&rocket(), id(1), &first)
        .await
        .unwrap();
    assert_eq!(
        (first.raw.as_str(), first.inline.as_ref()),
        ("Why?", Some(&inline))
    );
    let answer = NewComment {
        parent: Some(first.id),
        ..NewComment::new("So.")
    };
    let answer = client
        .comment_on_pull_request(&rocket(), id(1), &answer)
        .await
        .unwrap();
    assert_eq!(answer.parent, Some(first.id));
    let edited = client
        .edit_pull_request_comment(&rocket(), id(1), first.id, "Why, *again*?")
        .await;
    let edited = edited.unwrap();
    let read = client
        .pull_request_comment(&rocket(), id(1), first.id)
        .await;
    assert_eq!(read.as_ref(), Ok(&edited));
    client
        .delete_pull_request_comment(&rocket(), id(1), answer.id)
        .await
        .unwrap();
    let requests = in_pages_of_every_length(&peer, async || {
        let all = client
            .pull_request_comments(&rocket(), id(1), 100)
            .await
            .unwrap();
        let told: Vec<_> = all
            .values
            .iter()
            .map(|one| (one.raw.as_str(), one.deleted))
            .collect();
        assert_eq!(told, [("Why, *again*?", false), ("", true)]);
    })
    .await;
    assert_eq!(requests, [2, 1, 1]);
    let nobody = CommentId::new(99).unwrap();
    let missing = client
        .pull_request_comment(&rocket(), id(1), nobody)
        .await
        .unwrap_err();
    assert_eq!(*missing.cause(), ApiErrorCause::NotFound);
}
