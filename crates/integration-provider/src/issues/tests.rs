//! Issues at Bitbucket, with every neighbour mocked.

use std::sync::{Arc, Mutex};

use bitbucket_api_paths::IssueId;
use bitbucket_http_client::{
    ApiError, ApiErrorCause, Evidence, Issue, Listing, PeerMessage, Removal,
};
use mockall::Sequence;
use serde_json::json;

use super::*;
use crate::ids::LinkId;
use crate::ports::{
    Begun, IssueLink, IssueStatus, Linked, ProjectSlug, StoreError, TrackerIssue, Work,
};
use crate::testing::{World, failing, installation, issue, now, rocket};

fn link_id(n: u8) -> LinkId {
    format!("0190a5c2-0000-7000-8000-0000000000{n:02x}")
        .parse()
        .unwrap()
}

fn shown(number: u64, title: &str) -> Issue {
    let html = format!("https://bitbucket.org/acme/rocket/issues/{number}");
    let shown =
        json!({"id": number, "title": title, "state": "new", "links": {"html": {"href": html}}});
    serde_json::from_value(shown).unwrap()
}

fn tracked(project: &str) -> TrackerIssue {
    TrackerIssue {
        web_url: Some("https://sentry.example/issues/4711/".to_owned()),
        ..issue(project, IssueStatus::Unresolved)
    }
}

/// A world whose tracker knows ROCKET-1A, in this project.
fn world(project: &'static str) -> World {
    let mut world = World::following(rocket());
    world
        .tracker
        .expect_find()
        .returning(move |id| Ok((id.as_str() == "ROCKET-1A").then(|| tracked(project))));
    world
}

fn asked() -> CreateIssue {
    CreateIssue {
        issue: "rocket-1a".to_owned(),
        repository: rocket().full_name,
        title: Some("Gauge".to_owned()),
        description: None,
        kind: IssueKind::Task,
        priority: IssuePriority::default(),
        key: Some("one".to_owned()),
    }
}

fn known_link(n: u8) -> IssueLink {
    IssueLink {
        id: link_id(n),
        installation: installation().id,
        repository: rocket().id,
        short_id: "ROCKET-1A".to_owned(),
        project: ProjectSlug::parse("rocket").unwrap(),
        number: IssueId::new(7).unwrap(),
        title: "Gauge".to_owned(),
        web_url: None,
        linked_at: now(),
    }
}

#[tokio::test]
async fn an_issue_is_created_with_a_mark_and_linked() {
    let mut world = world("rocket");
    let begun = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&begun);
    world
        .issue_links
        .expect_begin()
        .once()
        .returning(move |creation, stale_before, job| {
            assert_eq!(
                (creation.key.as_str(), creation.begun_at),
                ("key:one", now())
            );
            assert!(stale_before < now() && job.run_at > now());
            assert_eq!(job.work, Work::SettleCreation { link: creation.id });
            *seen.lock().unwrap() = Some(creation.id);
            Ok(Begun::New)
        });
    let marked = Arc::clone(&begun);
    world
        .bitbucket
        .expect_create_issue()
        .once()
        .returning(move |_, new| {
            let id = marked.lock().unwrap().unwrap();
            let named = "Tracked as [ROCKET-1A](https://sentry.example/issues/4711/)";
            assert_eq!(new.content, format!("{named}\n\n(ref {id})"));
            assert_eq!(new.title, "Gauge");
            assert_eq!(
                (new.kind.as_deref(), new.priority.as_deref()),
                (Some("task"), Some("major"))
            );
            Ok(shown(7, "Gauge"))
        });
    world
        .issue_links
        .expect_finish()
        .once()
        .returning(|link, jobs| {
            assert_eq!(jobs.len(), 1);
            assert_eq!(jobs[0].work, Work::TellOfLink { link: link.id });
            Ok(true)
        });
    let done = world.integration().create_issue(asked()).await.unwrap();
    assert!(done.created);
    assert_eq!(Some(done.link.id), *begun.lock().unwrap());
    assert_eq!(
        (done.link.number.value(), done.link.short_id.as_str()),
        (7, "ROCKET-1A")
    );
}

#[tokio::test]
async fn what_an_earlier_request_created_is_found_by_its_mark() {
    let mut world = world("rocket");
    world
        .issue_links
        .expect_begin()
        .returning(|_, _, _| Ok(Begun::Resumed(link_id(5))));
    world
        .bitbucket
        .expect_search_issues()
        .once()
        .returning(|_, filter, _| {
            let expected = format!("content.raw ~ \"ref {}\"", link_id(5));
            assert_eq!(filter.as_str(), expected);
            Ok(Listing {
                values: vec![shown(9, "Gauge")],
                complete: true,
                ..Listing::default()
            })
        });
    world
        .issue_links
        .expect_finish()
        .once()
        .returning(|link, _| {
            assert_eq!((link.id, link.number.value()), (link_id(5), 9));
            Ok(true)
        });
    let done = world.integration().create_issue(asked()).await.unwrap();
    assert_eq!((done.link.number.value(), done.created), (9, true));
}

#[tokio::test]
async fn a_request_that_was_done_is_under_way_or_another_asks_bitbucket_for_nothing() {
    for (begun, code) in [
        (Begun::Underway, "creation_underway"),
        (Begun::OtherRequest, "idempotency_key_reused"),
    ] {
        let mut world = world("rocket");
        world
            .issue_links
            .expect_begin()
            .return_once(move |_, _, _| Ok(begun));
        let refused = world.integration().create_issue(asked()).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
    let mut world = world("rocket");
    world
        .issue_links
        .expect_begin()
        .returning(|_, _, _| Ok(Begun::Done(Box::new(known_link(3)))));
    let done = world.integration().create_issue(asked()).await.unwrap();
    assert_eq!((done.link, done.created), (known_link(3), false));
}

#[tokio::test]
async fn without_a_key_the_same_content_is_the_same_request() {
    let keys = Arc::new(Mutex::new(Vec::new()));
    let other = CreateIssue {
        title: Some("Another".to_owned()),
        ..asked()
    };
    for request in [asked(), asked(), other] {
        let mut world = world("rocket");
        let seen = Arc::clone(&keys);
        world
            .issue_links
            .expect_begin()
            .returning(move |creation, _, _| {
                seen.lock().unwrap().push(creation.key.clone());
                Ok(Begun::Underway)
            });
        let request = CreateIssue {
            key: None,
            ..request
        };
        world.integration().create_issue(request).await.unwrap_err();
    }
    let keys = keys.lock().unwrap();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[tokio::test]
async fn a_refused_creation_is_forgotten_and_a_doubtful_one_is_kept() {
    for (status, abandoned, code) in [
        (403, true, "forbidden"),
        (408, false, "creation_unfinished"),
        (503, false, "creation_unfinished"),
    ] {
        let mut world = world("rocket");
        world
            .issue_links
            .expect_begin()
            .returning(|_, _, _| Ok(Begun::New));
        world
            .bitbucket
            .expect_create_issue()
            .returning(move |_, _| Err(failing(status)));
        world
            .issue_links
            .expect_abandon()
            .times(usize::from(abandoned))
            .returning(|_, _| Ok(true));
        world
            .issue_links
            .expect_pause()
            .times(usize::from(!abandoned))
            .returning(|_| Ok(()));
        let refused = world.integration().create_issue(asked()).await.unwrap_err();
        assert_eq!(refused.code(), code);
    }
}

#[tokio::test]
async fn two_that_were_linked_by_hand_meanwhile_stay_linked_so() {
    let mut world = world("rocket");
    let mut order = Sequence::new();
    world
        .issue_links
        .expect_begin()
        .returning(|_, _, _| Ok(Begun::New));
    world
        .bitbucket
        .expect_create_issue()
        .returning(|_, _| Ok(shown(7, "Gauge")));
    world
        .issue_links
        .expect_finish()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _| Err(StoreError::Conflict { what: "a link" }));
    world
        .issue_links
        .expect_abandon()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _| Ok(true));
    world
        .issue_links
        .expect_link()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _| Ok(Linked::Existing(Box::new(known_link(3)))));
    let done = world.integration().create_issue(asked()).await.unwrap();
    assert_eq!((done.link.id, done.created), (link_id(3), false));
}

#[tokio::test]
async fn an_issue_of_another_project_or_none_is_unknown() {
    let other = world("booster").integration().create_issue(asked()).await;
    assert_eq!(other.unwrap_err().code(), "unknown_issue");
    for wrong in ["ROCKET-2B", "no id", ""] {
        let request = CreateIssue {
            issue: wrong.to_owned(),
            ..asked()
        };
        let refused = world("rocket").integration().create_issue(request).await;
        assert_eq!(refused.unwrap_err().code(), "unknown_issue", "{wrong}");
    }
}

#[tokio::test]
async fn what_bitbucket_would_not_take_is_refused_before_it_is_asked() {
    let long = "x".repeat(LONGEST_DESCRIPTION + 1);
    for request in [
        CreateIssue {
            title: Some(" ".to_owned()),
            ..asked()
        },
        CreateIssue {
            title: Some("x".repeat(LONGEST_TITLE + 1)),
            ..asked()
        },
        CreateIssue {
            title: Some("two\nlines".to_owned()),
            ..asked()
        },
        CreateIssue {
            description: Some(long),
            ..asked()
        },
        CreateIssue {
            key: Some("a key".to_owned()),
            ..asked()
        },
        CreateIssue {
            key: Some("k".repeat(LONGEST_KEY + 1)),
            ..asked()
        },
    ] {
        let refused = world("rocket").integration().create_issue(request).await;
        assert_eq!(refused.unwrap_err().code(), "invalid_field");
    }
}

fn answered(status: u16, cause: ApiErrorCause, message: &str) -> ApiError {
    let mut evidence = Evidence::new("GET", "/2.0/repositories/{workspace}/{repo_slug}/issues");
    evidence.status = Some(status);
    let mut peer = PeerMessage::default();
    message.clone_into(&mut peer.message);
    evidence.peer = Some(peer);
    ApiError::new(cause, evidence)
}

#[tokio::test]
async fn a_tracker_that_is_gone_or_switched_off_says_so() {
    let gone = || {
        let removal = Removal {
            change: "CHANGE-3071".to_owned(),
            announcement_url: None,
        };
        answered(410, ApiErrorCause::Removed(removal), "CHANGE-3071")
    };
    let off = || {
        let said = "Repository has no issue tracker.";
        answered(404, ApiErrorCause::NotFound, said)
    };
    for (error, code) in [(gone(), "issue_tracker_gone"), (off(), "no_issue_tracker")] {
        let mut world = world("rocket");
        world
            .bitbucket
            .expect_search_issues()
            .return_once(move |_, _, _| Err(error));
        let integration = world.integration();
        let name = rocket().full_name;
        let found = integration.search_issues(installation().id, &name, "x");
        assert_eq!(found.await.unwrap_err().code(), code);
    }
    let mut world = world("rocket");
    world
        .bitbucket
        .expect_issue()
        .returning(move |_, _| Err(gone()));
    let refused = world.integration().link_issue(to_link(None)).await;
    assert_eq!(refused.unwrap_err().code(), "issue_tracker_gone");
}

fn to_link(comment: Option<&str>) -> LinkIssue {
    LinkIssue {
        issue: "ROCKET-1A".to_owned(),
        repository: rocket().full_name,
        number: IssueId::new(7).unwrap(),
        comment: comment.map(str::to_owned),
    }
}

#[tokio::test]
async fn an_issue_that_is_there_is_linked_and_commented_once() {
    let mut world = world("rocket");
    world
        .bitbucket
        .expect_issue()
        .returning(|_, _| Ok(shown(7, "Gauge")));
    world
        .issue_links
        .expect_link()
        .once()
        .returning(|link, jobs| {
            let kinds: Vec<&str> = jobs.iter().map(|job| job.work.kind()).collect();
            assert_eq!(kinds, ["tell_of_link", "comment_on_linked_issue"]);
            assert_eq!((link.number.value(), link.title.as_str()), (7, "Gauge"));
            Ok(Linked::New)
        });
    let done = world
        .integration()
        .link_issue(to_link(Some(" Seen ")))
        .await;
    assert!(done.unwrap().created);

    let mut world = self::world("rocket");
    world
        .bitbucket
        .expect_issue()
        .returning(|_, _| Ok(shown(7, "Gauge")));
    world
        .issue_links
        .expect_link()
        .returning(|_, jobs| match jobs.last().map(|job| &job.work) {
            Some(Work::CommentOnLinkedIssue { text, .. }) if text == "Seen" => {
                Ok(Linked::Existing(Box::new(known_link(3))))
            }
            other => panic!("{other:?}"),
        });
    world.jobs.expect_enqueue().once().returning(|jobs| {
        let key = jobs[0].work.key();
        assert!(key.starts_with(&format!("comment_on_linked_issue:{}:", link_id(3))));
        Ok(0)
    });
    let done = world.integration().link_issue(to_link(Some("Seen"))).await;
    assert_eq!(done.unwrap(), LinkedIssue::known(known_link(3)));
}

#[tokio::test]
async fn a_number_that_nobody_has_is_named() {
    let mut world = world("rocket");
    world
        .bitbucket
        .expect_issue()
        .returning(|_, _| Err(failing(404)));
    let refused = world.integration().link_issue(to_link(None)).await;
    assert_eq!(refused.unwrap_err().code(), "unknown_bitbucket_issue");
}

#[tokio::test]
async fn a_number_is_searched_with_the_titles_and_comes_first() {
    for (text, filter) in [
        ("#12", r##"id = 12 OR title ~ "#12""##),
        ("12", r#"id = 12 OR title ~ "12""#),
        (r#"a "b" \"#, r#"title ~ "a \"b\" \\""#),
    ] {
        let mut world = world("rocket");
        world
            .bitbucket
            .expect_search_issues()
            .returning(move |_, asked, limit| {
                assert_eq!((asked.as_str(), limit), (filter, MOST_FOUND_ISSUES));
                Ok(Listing {
                    values: vec![shown(120, "12 monkeys"), shown(12, "x"), shown(3, "12")],
                    complete: true,
                    ..Listing::default()
                })
            });
        let integration = world.integration();
        let name = rocket().full_name;
        let found = integration.search_issues(installation().id, &name, text);
        let found = found.await.unwrap();
        let numbers: Vec<u64> = found.issues.iter().map(|one| one.id.value()).collect();
        let expected = if text.contains("12") {
            [12, 120, 3]
        } else {
            [120, 12, 3]
        };
        assert_eq!(numbers, expected);
    }
}

#[tokio::test]
async fn the_form_to_create_has_bitbuckets_fields_and_a_sane_priority() {
    let mut world = world("rocket");
    let launchpad = TrackedRepository {
        id: "0190a5c2-0000-7000-8000-000000000099".parse().unwrap(),
        full_name: "acme/launchpad".parse().unwrap(),
        projects: vec![],
        ..rocket()
    };
    let other = TrackedRepository {
        full_name: "acme/booster".parse().unwrap(),
        projects: vec![ProjectSlug::parse("booster").unwrap()],
        ..launchpad.clone()
    };
    let usual = launchpad.id;
    world
        .repositories
        .expect_list()
        .returning(move |_| Ok(vec![rocket(), launchpad.clone(), other.clone()]));
    world
        .issue_links
        .expect_usual_repository()
        .returning(move |_, project| {
            assert_eq!(project.as_str(), "rocket");
            Ok(Some(usual))
        });
    let integration = world.integration();
    let form = integration.issue_form(installation().id, "ROCKET-1A", IssueForm::Create);
    let fields = form.await.unwrap();
    let shape: Vec<(&str, &str, bool, Option<&str>)> = fields
        .iter()
        .map(|one| {
            let default = one.default.as_deref();
            (one.name, one.kind.as_str(), one.required, default)
        })
        .collect();
    let named = "Tracked as [ROCKET-1A](https://sentry.example/issues/4711/)";
    assert_eq!(
        shape,
        [
            ("repository", "select", true, Some("acme/launchpad")),
            ("title", "string", true, Some("Fuel gauge shows nothing")),
            ("description", "textarea", false, Some(named)),
            ("kind", "select", false, Some("bug")),
            ("priority", "select", false, Some("major")),
        ]
    );
    let values = |field: &FormField| -> Vec<String> {
        field.choices.iter().map(|one| one.0.clone()).collect()
    };
    assert_eq!(values(&fields[0]), ["acme/launchpad", "acme/rocket"]);
    assert_eq!(
        values(&fields[3]),
        ["bug", "enhancement", "proposal", "task"]
    );
    assert_eq!(
        values(&fields[4]),
        ["trivial", "minor", "major", "critical", "blocker"]
    );
    assert_eq!(
        fields[4].choices[2],
        ("major".to_owned(), "Major".to_owned())
    );
}
