//! What is said on pull requests: exact request, typed answer.

use bitbucket_api_paths::{CommentId, PullRequestId};
use bitbucket_http_client::{ApiErrorCause, InlinePlace, NewComment, PullRequestComments};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::peer::{Peer, UUID, json, rocket};
use crate::sent::{COMMENT, Sent, exchange, one};

const COMMENTS: &str = "/2.0/repositories/acme/rocket/pullrequests/7/comments";

fn seven() -> PullRequestId {
    PullRequestId::new(7).unwrap()
}

fn id(value: u64) -> CommentId {
    CommentId::new(value).unwrap()
}

fn comment() -> Value {
    json!({
        "type": "pullrequest_comment", "id": 99, "content": {"raw": "Why?", "html": "<p>", "markup": "markdown"},
        "user": {"uuid": UUID, "display_name": "Ada"}, "created_on": "2026-11-22T10:00:00.123456+02:00",
        "parent": {"id": 98, "links": {}}, "inline": {"path": "src/a b.rs", "from": null, "to": 7},
        "deleted": false, "pending": false, "links": {"html": {"href": "https://bitbucket.org/c"}},
    })
}

#[tokio::test]
async fn comments_are_listed_whatever_became_of_them() {
    let deleted =
        json!({"id": 97, "content": {"raw": ""}, "user": null, "deleted": true, "inline": null});
    let answer = json!({"values": [deleted, comment()]});

    let (sent, listing) = exchange(json(answer), async |client| {
        client.pull_request_comments(&rocket(), seven(), 10).await
    })
    .await;

    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {COMMENTS}?sort=created_on&pagelen=100&fields=next%2Cvalues.id%2Cvalues.content.raw%2Cvalues.user.uuid\
             %2Cvalues.user.account_id%2Cvalues.user.display_name%2Cvalues.created_on%2Cvalues.parent.id\
             %2Cvalues.inline.path%2Cvalues.inline.from%2Cvalues.inline.to%2Cvalues.deleted%2Cvalues.links.html.href"
        ))]
    );
    let [gone, there] = listing.values.as_slice() else {
        unreachable!("two comments")
    };
    assert_eq!(
        (gone.deleted, gone.raw.as_str(), &gone.author),
        (true, "", &None)
    );
    assert_eq!(
        (there.id, there.parent, there.deleted),
        (id(99), Some(id(98)), false)
    );
    assert_eq!(
        there.created_on,
        Some("2026-11-22T08:00:00.123456Z".parse().unwrap())
    );
    let place = InlinePlace {
        path: "src/a b.rs".to_owned(),
        old_line: None,
        new_line: Some(7),
    };
    assert_eq!(there.inline, Some(place));
    assert_eq!(there.author.as_ref().unwrap().display_name, "Ada");
    assert_eq!(there.html_url.as_deref(), Some("https://bitbucket.org/c"));
}

#[tokio::test]
async fn one_comment_is_read() {
    let (sent, read) = exchange(json(comment()), async |client| {
        client
            .pull_request_comment(&rocket(), seven(), id(99))
            .await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!("GET {COMMENTS}/99?{}", one(COMMENT)))]
    );
    assert_eq!(read.raw, "Why?");
}

#[tokio::test]
async fn a_comment_is_written_on_the_whole_or_at_a_place_or_as_an_answer() {
    let created = || ResponseTemplate::new(201).set_body_json(comment());
    let plain = NewComment::new("Released");
    let (sent, _) = exchange(created(), async |client| {
        client
            .comment_on_pull_request(&rocket(), seven(), &plain)
            .await
    })
    .await;
    let line = format!("POST {COMMENTS}");
    assert_eq!(
        sent,
        [Sent::json(
            line.clone(),
            json!({"content": {"raw": "Released"}})
        )]
    );

    let mut placed = NewComment::new("Why?");
    placed.parent = Some(id(98));
    placed.inline = Some(InlinePlace {
        path: "src/a b.rs".to_owned(),
        old_line: None,
        new_line: Some(7),
    });
    let (sent, written) = exchange(created(), async |client| {
        client
            .comment_on_pull_request(&rocket(), seven(), &placed)
            .await
    })
    .await;
    let body = json!({
        "content": {"raw": "Why?"}, "parent": {"id": 98}, "inline": {"path": "src/a b.rs", "to": 7},
    });
    assert_eq!(sent, [Sent::json(line, body)]);
    assert_eq!(written.id, id(99));
}

#[tokio::test]
async fn a_comment_whose_answer_is_lost_is_not_written_twice() {
    let peer = Peer::start().await;
    peer.on("POST", COMMENTS, ResponseTemplate::new(503)).await;
    let comment = NewComment::new("Released");
    let error = peer
        .client()
        .comment_on_pull_request(&rocket(), seven(), &comment)
        .await
        .unwrap_err();
    assert_eq!((error.attempts(), error.status()), (1, Some(503)));
}

#[tokio::test]
async fn a_comment_is_edited_and_removed() {
    let (sent, _) = exchange(json(comment()), async |client| {
        client
            .edit_pull_request_comment(&rocket(), seven(), id(99), "Ah.")
            .await
    })
    .await;
    let body = json!({"content": {"raw": "Ah."}});
    assert_eq!(sent, [Sent::json(format!("PUT {COMMENTS}/99"), body)]);

    let (sent, ()) = exchange(ResponseTemplate::new(204), async |client| {
        client
            .delete_pull_request_comment(&rocket(), seven(), id(99))
            .await
    })
    .await;
    assert_eq!(sent, [Sent::bare(format!("DELETE {COMMENTS}/99"))]);
}

#[tokio::test]
async fn a_comment_that_is_not_there_is_not_removed() {
    let peer = Peer::start().await;
    peer.on(
        "DELETE",
        &format!("{COMMENTS}/99"),
        ResponseTemplate::new(404),
    )
    .await;
    let error = peer
        .client()
        .delete_pull_request_comment(&rocket(), seven(), id(99))
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::NotFound);
}
