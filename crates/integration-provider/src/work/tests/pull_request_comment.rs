//! Our comment on a pull request.

use bitbucket_api_paths::{CommentId, PullRequestId};
use bitbucket_http_client::{Comment, Listing};
use serde_json::json;

use crate::ports::{IssueStatus, PullRequestStanding, TrackedPullRequest, TrackerIssue};
use crate::testing::{World, failing, issue, now, rocket};
use crate::work::WorkError;

fn id() -> PullRequestId {
    PullRequestId::new(12).unwrap()
}

fn tracked(issues: &[&str], state: PullRequestStanding) -> TrackedPullRequest {
    TrackedPullRequest {
        repository: rocket().id,
        id: id(),
        title: "Mend the gauge".to_owned(),
        description: String::new(),
        messages: vec![],
        issues: issues.iter().map(|&issue| issue.to_owned()).collect(),
        author: None,
        state,
        source_branch: None,
        destination_branch: None,
        merge_commit: None,
        web_url: None,
        updated_at: now(),
    }
}

/// A comment of ours.
fn said(id: u64, raw: &str) -> Comment {
    said_by("{11111111-1111-4111-8111-111111111111}", id, raw)
}

fn said_by(uuid: &str, id: u64, raw: &str) -> Comment {
    let author = json!({"uuid": uuid, "display_name": "Somebody"});
    serde_json::from_value(json!({"id": id, "content": {"raw": raw}, "user": author})).unwrap()
}

const TEXT: &str = "**Issues that this pull request resolves**\n\n- [ROCKET-1A](https://sentry.example/1): Fuel \\`gauge\\` \\<b\\>";

fn known() -> TrackerIssue {
    TrackerIssue {
        title: "Fuel `gauge` <b>".to_owned(),
        web_url: Some("https://sentry.example/1".to_owned()),
        ..issue("rocket", IssueStatus::Unresolved)
    }
}

/// A world with such a pull request, such comments on it, and one that is remembered as ours.
fn world(tracked: TrackedPullRequest, comments: Vec<Comment>, ours: Option<u64>) -> World {
    let mut world = World::following(rocket());
    world
        .pull_requests
        .expect_find()
        .returning(move |_, _| Ok(Some(tracked.clone())));
    let ours = ours.map(|id| CommentId::new(id).unwrap());
    world
        .pull_requests
        .expect_comment()
        .returning(move |_, _| Ok(ours));
    world.tracker.expect_find().returning(|short_id| {
        let found = short_id.to_string() == "ROCKET-1A";
        Ok(found.then(known))
    });
    let listing = Listing {
        values: comments,
        complete: true,
        ..Listing::default()
    };
    world
        .bitbucket
        .expect_pull_request_comments()
        .returning(move |_, _, _| Ok(listing.clone()));
    world
}

fn keeps(world: &mut World, comment: u64) {
    world
        .pull_requests
        .expect_set_comment()
        .times(1)
        .withf(move |_, _, kept| kept.value() == comment)
        .returning(|_, _, _| Ok(()));
}

async fn run(world: World) -> Result<(), WorkError> {
    let jobs = world
        .integration()
        .comment_on_pull_request(rocket().id, id())
        .await?;
    assert_eq!(jobs, []);
    Ok(())
}

fn open(issues: &[&str]) -> TrackedPullRequest {
    tracked(issues, PullRequestStanding::Open)
}

#[tokio::test]
async fn the_first_comment_lists_the_issues_that_the_tracker_knows() {
    let mut world = world(open(&["ROCKET-1A", "ROCKET-9Z"]), vec![], None);
    world
        .bitbucket
        .expect_comment_on_pull_request()
        .times(1)
        .returning(|_, _, new| {
            assert_eq!(new.text, TEXT);
            Ok(said(7, TEXT))
        });
    keeps(&mut world, 7);
    run(world).await.unwrap();
}

#[tokio::test]
async fn what_is_said_already_is_not_said_again() {
    let mut world = world(
        open(&["ROCKET-1A"]),
        vec![said(5, "Nice"), said(7, TEXT)],
        None,
    );
    keeps(&mut world, 7);
    run(world).await.unwrap();
}

#[tokio::test]
async fn a_comment_is_brought_up_to_date_also_when_nothing_is_left_to_say() {
    for (issues, text) in [
        (vec!["ROCKET-1A"], TEXT),
        (
            vec![],
            "**Issues that this pull request resolves**\n\nNone any more.",
        ),
    ] {
        let mut world = world(open(&issues), vec![], Some(7));
        let before = "**Issues that this pull request resolves**\n\n- ROCKET-2B: Old";
        world
            .bitbucket
            .expect_pull_request_comment()
            .returning(move |_, _, _| Ok(said(7, before)));
        world
            .bitbucket
            .expect_edit_pull_request_comment()
            .times(1)
            .withf(move |_, _, comment, new| comment.value() == 7 && new == text)
            .returning(move |_, _, _, new| Ok(said(7, new)));
        keeps(&mut world, 7);
        run(world).await.unwrap();
    }
}

#[tokio::test]
async fn a_comment_that_somebody_deleted_is_written_again_once() {
    let mut world = world(open(&["ROCKET-1A"]), vec![], Some(7));
    world
        .bitbucket
        .expect_pull_request_comment()
        .returning(|_, _, _| Err(failing(404)));
    world
        .bitbucket
        .expect_comment_on_pull_request()
        .times(1)
        .returning(|_, _, _| Ok(said(8, TEXT)));
    keeps(&mut world, 8);
    run(world).await.unwrap();
}

#[tokio::test]
async fn of_two_that_were_written_at_once_the_older_stays() {
    let mut world = World::following(rocket());
    let mut looked = 0;
    world
        .bitbucket
        .expect_pull_request_comments()
        .times(2)
        .returning(move |_, _, _| {
            looked += 1;
            let values = if looked == 1 {
                vec![]
            } else {
                vec![said(7, TEXT), said(8, TEXT)]
            };
            Ok(Listing {
                values,
                complete: true,
                ..Listing::default()
            })
        });
    world
        .pull_requests
        .expect_find()
        .returning(|_, _| Ok(Some(open(&["ROCKET-1A"]))));
    world
        .pull_requests
        .expect_comment()
        .returning(|_, _| Ok(None));
    world.tracker.expect_find().returning(|_| Ok(Some(known())));
    world
        .bitbucket
        .expect_comment_on_pull_request()
        .returning(|_, _, _| Ok(said(8, TEXT)));
    world
        .bitbucket
        .expect_delete_pull_request_comment()
        .times(1)
        .withf(|_, _, comment| comment.value() == 8)
        .returning(|_, _, _| Ok(()));
    keeps(&mut world, 7);
    run(world).await.unwrap();
}

/// Anybody can begin a comment as we do. Theirs stays, and does not keep us from saying ours.
#[tokio::test]
async fn the_comment_of_somebody_else_who_begins_alike_is_left_alone() {
    let stranger = "{22222222-2222-4222-8222-222222222222}";
    let theirs = "**Issues that this pull request resolves**\n\nall of them";
    let comments = vec![said_by(stranger, 5, theirs), said(8, TEXT)];
    let mut world = world(open(&["ROCKET-1A"]), comments, None);
    world
        .bitbucket
        .expect_edit_pull_request_comment()
        .times(1)
        .withf(|_, _, comment, _| comment.value() == 5)
        .returning(|_, _, _, _| Err(failing(403)));
    world
        .bitbucket
        .expect_comment_on_pull_request()
        .times(1)
        .returning(|_, _, _| Ok(said(8, TEXT)));
    keeps(&mut world, 8);
    run(world).await.unwrap();
}

#[tokio::test]
async fn a_pull_request_that_is_over_or_names_nothing_known_gets_no_first_comment() {
    for over in [
        tracked(&["ROCKET-1A"], PullRequestStanding::Declined),
        open(&["ROCKET-9Z"]),
    ] {
        run(world(over, vec![], None)).await.unwrap();
    }
}
