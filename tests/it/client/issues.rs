//! Issues of Bitbucket's own tracker: gone, and as they were.

use bitbucket_api_paths::{Field, Filter, FilterText, IssueId};
use bitbucket_http_client::{ApiErrorCause, Issues as _, NewIssue};

use super::peer::{Peer, in_pages_of_every_length, rocket};

fn titled(text: &str) -> Filter {
    let text = FilterText::parse(text).unwrap();
    Field::parse("title").unwrap().contains(&text)
}

fn issue(title: &str) -> NewIssue {
    NewIssue {
        title: title.to_owned(),
        content: "It happens often.".to_owned(),
        kind: Some("bug".to_owned()),
        priority: Some("minor".to_owned()),
    }
}

#[tokio::test]
async fn a_removed_tracker_says_by_which_change() {
    let peer = Peer::start().await;
    let client = peer.client();
    let one = IssueId::new(1).unwrap();
    let errors = [
        client.issue(&rocket(), one).await.unwrap_err(),
        client
            .create_issue(&rocket(), &issue("x"))
            .await
            .unwrap_err(),
        client
            .search_issues(&rocket(), &titled("x"), 1)
            .await
            .unwrap_err(),
        client.issue_comments(&rocket(), one, 1).await.unwrap_err(),
        client
            .comment_on_issue(&rocket(), one, "x")
            .await
            .unwrap_err(),
    ];
    for error in errors {
        let ApiErrorCause::Removed(removal) = error.cause() else {
            panic!("not removed: {error:?}");
        };
        assert_eq!(removal.change, "CHANGE-3071");
        assert_eq!((error.status(), error.attempts()), (Some(410), 1));
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn issues_are_made_found_and_commented_where_there_is_a_tracker() {
    let peer = Peer::start().await;
    peer.change(|world| world.bitbucket.issue_tracker = true);
    let client = peer.client_with(&["issue:write", "repository"]);
    for title in ["Boom", "Boom again", "Something else"] {
        let made = client.create_issue(&rocket(), &issue(title)).await.unwrap();
        assert_eq!((made.title.as_str(), made.state.as_str()), (title, "new"));
    }
    let requests = in_pages_of_every_length(&peer, async || {
        let found = client
            .search_issues(&rocket(), &titled("BOOM"), 100)
            .await
            .unwrap();
        let mut ids: Vec<u64> = found.values.iter().map(|one| one.id.value()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [1, 2]);
    })
    .await;
    assert_eq!(requests, [2, 1, 1]);
    let by_number = Field::parse("id").unwrap().equals(3_i64);
    let found = client
        .search_issues(&rocket(), &by_number, 100)
        .await
        .unwrap();
    assert_eq!(found.values[0].title, "Something else");
    let one = IssueId::new(1).unwrap();
    let page = client.issue(&rocket(), one).await.unwrap().html_url;
    assert_eq!(
        page.as_deref(),
        Some("https://bitbucket.org/acme/rocket/issues/1")
    );
    let said = client
        .comment_on_issue(&rocket(), one, "Seen")
        .await
        .unwrap();
    let comments = client.issue_comments(&rocket(), one, 100).await.unwrap();
    assert_eq!(comments.values, [said]);
}
