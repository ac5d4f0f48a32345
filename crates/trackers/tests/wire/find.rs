//! Finding an issue by its short id.

use bitbucket_commit_resolver::ShortId;
use bitbucket_integration_provider::ports::{
    IssueStatus, IssueTracker as _, TrackerError, TrackerIssue,
};
use serde_json::json as object;

use crate::{World, issue, json, page};

const ADDRESS: &str = "/api/0/organizations/acme/shortids/ROCKET-1A/";

async fn found(world: &World) -> Result<Option<TrackerIssue>, TrackerError> {
    world
        .tracker
        .find(&ShortId::parse("rocket-1a").unwrap())
        .await
}

#[tokio::test]
async fn an_issue_is_read() {
    let world = World::new().await;
    let answer = object!({
        "organizationSlug": "acme", "projectSlug": "rocket", "groupId": "4711", "shortId": "ROCKET-1A",
        "group": {
            "id": "4711", "shortId": "ROCKET-1A", "title": "Boom", "permalink": "https://acme.sentry.io/issues/4711/", "level": "error",
            "status": "resolved", "statusDetails": {"inRelease": "rocket@1.3.0", "actor": {"id": "1"}}, "project": {"id": "2", "slug": "rocket"},
            "assignedTo": {"type": "team", "id": "7", "name": "engines"}
        }
    });
    world.answers("GET", ADDRESS, json(200, answer)).await;
    let expected = TrackerIssue {
        status: IssueStatus::Resolved {
            in_release: Some("rocket@1.3.0".to_owned()),
        },
        assigned: true,
        web_url: Some("https://acme.sentry.io/issues/4711/".to_owned()),
        ..issue()
    };
    assert_eq!(found(&world).await, Ok(Some(expected)));
}

#[tokio::test]
async fn little_is_needed_of_an_answer() {
    let world = World::new().await;
    let answer = object!({"projectSlug": "rocket", "shortId": "ROCKET-1A", "group": {"id": 4711, "status": "ignored", "assignedTo": null, "permalink": "javascript:x"}});
    world.answers("GET", ADDRESS, json(200, answer)).await;
    let expected = TrackerIssue {
        title: String::new(),
        status: IssueStatus::Other("ignored".to_owned()),
        ..issue()
    };
    assert_eq!(found(&world).await, Ok(Some(expected)));
}

#[tokio::test]
async fn an_issue_that_is_not_there_or_not_ours_is_none() {
    for status in [400, 403, 404] {
        let world = World::new().await;
        world
            .answers(
                "GET",
                ADDRESS,
                json(
                    status,
                    object!({"detail": "The requested resource does not exist"}),
                ),
            )
            .await;
        assert_eq!(found(&world).await, Ok(None), "{status}");
    }
}

#[tokio::test]
async fn a_page_of_something_else_is_no_answer_about_an_issue() {
    let world = World::new().await;
    world.answers("GET", ADDRESS, page(404)).await;
    assert_eq!(
        found(&world).await,
        Err(TrackerError::Rejected {
            status: 404,
            reason: "no Sentry answers at this address".to_owned()
        })
    );
    let world = World::new().await;
    world.answers("GET", ADDRESS, page(403)).await;
    assert_eq!(
        found(&world).await,
        Err(TrackerError::Unauthorized {
            reason: "HTTP 403: <html><h1>No</h1></html>".to_owned()
        })
    );
}

#[tokio::test]
async fn an_unreadable_answer_names_the_place_and_not_the_text() {
    let world = World::new().await;
    world
        .answers(
            "GET",
            ADDRESS,
            json(200, object!({"projectSlug": 5, "secret": "payload"})),
        )
        .await;
    let Err(TrackerError::Unreadable { reason }) = found(&world).await else {
        panic!("read")
    };
    assert_eq!(
        reason,
        "not the expected JSON at line 1 column 16 of 36 bytes"
    );
}
