//! What follows from links between issues.

use bitbucket_api_paths::IssueId;
use bitbucket_http_client::{Comment, Issue, Listing};
use jiff::SignedDuration;
use serde_json::json;

use crate::ids::LinkId;
use crate::ports::{Capabilities, Capability, IssueCreation, IssueLink, IssueStatus, ProjectSlug};
use crate::testing::{World, installation, issue, now, rocket};

fn link() -> IssueLink {
    IssueLink {
        id: id(),
        installation: installation().id,
        repository: rocket().id,
        short_id: "ROCKET-1A".to_owned(),
        project: ProjectSlug::parse("rocket").unwrap(),
        number: IssueId::new(7).unwrap(),
        title: "Gauge".to_owned(),
        web_url: Some("https://bitbucket.org/acme/rocket/issues/7".to_owned()),
        linked_at: now(),
    }
}

fn id() -> LinkId {
    "0190a5c2-0000-7000-8000-000000000055".parse().unwrap()
}

fn linked() -> World {
    let mut world = World::following(rocket());
    world
        .issue_links
        .expect_find()
        .returning(|id| Ok((id == link().id).then(link)));
    world
}

fn comments(texts: &'static [&'static str]) -> Listing<Comment> {
    let comment = |(n, text): (usize, &&str)| {
        serde_json::from_value(json!({"id": n + 1, "content": {"raw": text}})).unwrap()
    };
    Listing {
        values: texts.iter().enumerate().map(comment).collect(),
        complete: true,
        ..Listing::default()
    }
}

#[tokio::test]
async fn the_trackers_issue_is_told_which_one_belongs_to_it() {
    let mut world = linked();
    world
        .tracker
        .expect_capabilities()
        .returning(|| Capabilities::of(&[Capability::Comment]));
    world
        .tracker
        .expect_find()
        .returning(|_| Ok(Some(issue("rocket", IssueStatus::Unresolved))));
    world.tracker.expect_comment().once().returning(|_, text| {
        assert_eq!(
            text,
            "Linked to [acme/rocket#7](https://bitbucket.org/acme/rocket/issues/7): Gauge"
        );
        Ok(())
    });
    assert_eq!(world.integration().tell_of_link(id()).await.unwrap(), []);
}

#[tokio::test]
async fn a_comment_that_stands_there_is_not_written_again() {
    for (there, written) in [(&["Other", "Seen\n"][..], 0), (&["Other"][..], 1)] {
        let mut world = linked();
        world
            .bitbucket
            .expect_issue_comments()
            .returning(move |_, number, _| {
                assert_eq!(number.value(), 7);
                Ok(comments(there))
            });
        world
            .bitbucket
            .expect_comment_on_issue()
            .times(written)
            .returning(|_, _, text| {
                assert_eq!(text, "Seen");
                Ok(comments(&["Seen"]).values.remove(0))
            });
        let integration = world.integration();
        let done = integration.comment_on_linked_issue(id(), "Seen").await;
        assert_eq!(done.unwrap(), []);
    }
}

fn creation(begun_ago: SignedDuration) -> IssueCreation {
    IssueCreation {
        id: id(),
        installation: installation().id,
        repository: rocket().id,
        short_id: "ROCKET-1A".to_owned(),
        project: ProjectSlug::parse("rocket").unwrap(),
        title: "Gauge".to_owned(),
        key: "key:one".to_owned(),
        fingerprint: "print".to_owned(),
        begun_at: now() - begun_ago,
    }
}

fn world_with(creation: Option<IssueCreation>, found: Option<Issue>) -> World {
    let mut world = linked();
    world
        .issue_links
        .expect_unfinished()
        .returning(move |_| Ok(creation.clone()));
    world
        .bitbucket
        .expect_search_issues()
        .returning(move |_, filter, _| {
            assert_eq!(filter.as_str(), format!("content.raw ~ \"ref {}\"", id()));
            Ok(Listing {
                values: found.clone().into_iter().collect(),
                complete: true,
                ..Listing::default()
            })
        });
    world
}

#[tokio::test]
async fn a_creation_whose_end_nobody_learned_is_settled() {
    let old = || Some(creation(SignedDuration::from_mins(6)));
    let made = serde_json::from_value(json!({"id": 9, "title": "Gauge", "state": "new"})).unwrap();
    let mut world = world_with(old(), Some(made));
    world
        .issue_links
        .expect_finish()
        .once()
        .returning(|link, jobs| {
            assert_eq!((link.number.value(), jobs.len()), (9, 1));
            Ok(true)
        });
    world.integration().settle_creation(id()).await.unwrap();

    let mut world = world_with(old(), None);
    world
        .issue_links
        .expect_abandon()
        .once()
        .returning(|_, until| {
            assert_eq!(until, now() - SignedDuration::from_mins(5));
            Ok(true)
        });
    world.integration().settle_creation(id()).await.unwrap();
}

#[tokio::test]
async fn a_creation_that_is_done_or_under_way_is_left_alone() {
    let done = world_with(None, None).integration();
    assert_eq!(done.settle_creation(id()).await.unwrap(), []);
    let young = Some(creation(SignedDuration::from_mins(1)));
    let world = world_with(young, None).integration();
    let error = world.settle_creation(id()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.is_retryable()),
        ("creation_underway", true)
    );
}
