//! Giving a release with its commits to Sentry.

use std::time::Duration;

use bitbucket_api_paths::CommitSha;
use bitbucket_http_client::{ChangeKind, FileChange};
use bitbucket_integration_provider::ports::{
    IssueTracker as _, ProjectSlug, PublishedRelease, ReleasedCommit, TrackerError, TrackerRelease,
};
use serde_json::{Value, json as object};

use crate::{World, json};

const ADDRESS: &str = "/api/0/organizations/acme/releases/";
const SHA: &str = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334";

fn release() -> TrackerRelease {
    TrackerRelease {
        version: "rocket@1.4.0".to_owned(),
        projects: vec![
            ProjectSlug::parse("rocket").unwrap(),
            ProjectSlug::parse("booster").unwrap(),
        ],
        web_url: Some("https://bitbucket.org/acme/rocket/commits/tag/1.4.0".to_owned()),
        commits: vec![commit()],
        released_at: Some("2026-03-01T12:00:00Z".parse().unwrap()),
    }
}

fn commit() -> ReleasedCommit {
    ReleasedCommit {
        repository: "Acme/Rocket".to_owned(),
        sha: CommitSha::parse(SHA).unwrap(),
        message: "Fixes ROCKET-1A".to_owned(),
        author_name: Some("Ada".to_owned()),
        author_email: Some("ada@example.com".to_owned()),
        committed_at: "2026-02-28T08:30:00Z".parse().unwrap(),
        changes: Some(vec![
            FileChange::new("new.rs", ChangeKind::Added),
            FileChange::new("same.rs", ChangeKind::Modified),
            FileChange::new("gone.rs", ChangeKind::Removed),
            FileChange::new(
                "to.rs",
                ChangeKind::Renamed {
                    from: "from.rs".to_owned(),
                },
            ),
        ]),
    }
}

/// Publishes to a Sentry that takes it, and gives what was sent and what came of it.
async fn published(release: TrackerRelease) -> (Value, PublishedRelease) {
    let world = World::new().await;
    world
        .answers(
            "POST",
            ADDRESS,
            json(201, object!({"version": release.version})),
        )
        .await;
    let published = world.tracker.publish(&release).await.unwrap();
    (world.sent().await, published)
}

async fn answered(status: u16, body: Value) -> Result<PublishedRelease, TrackerError> {
    let world = World::new().await;
    world.answers("POST", ADDRESS, json(status, body)).await;
    world.tracker.publish(&release()).await
}

#[tokio::test]
async fn a_release_goes_out_with_commits_and_changed_files() {
    let (sent, published) = published(release()).await;
    assert_eq!(
        sent,
        object!({
            "version": "rocket@1.4.0",
            "projects": ["rocket", "booster"],
            "url": "https://bitbucket.org/acme/rocket/commits/tag/1.4.0",
            "dateReleased": "2026-03-01T12:00:00Z",
            "commits": [{
                "id": SHA,
                "repository": "acme/rocket",
                "message": "Fixes ROCKET-1A",
                "author_name": "Ada",
                "author_email": "ada@example.com",
                "timestamp": "2026-02-28T08:30:00Z",
                "patch_set": [
                    {"path": "new.rs", "type": "A"},
                    {"path": "same.rs", "type": "M"},
                    {"path": "gone.rs", "type": "D"},
                    {"path": "from.rs", "type": "D"},
                    {"path": "to.rs", "type": "A"}
                ]
            }]
        })
    );
    assert_eq!(
        published,
        PublishedRelease {
            created: true,
            warnings: vec![]
        }
    );
}

#[tokio::test]
async fn what_is_not_known_is_not_sent() {
    let bare = ReleasedCommit {
        message: String::new(),
        author_name: None,
        author_email: Some(" ".to_owned()),
        changes: None,
        ..commit()
    };
    let (sent, _) = published(TrackerRelease {
        web_url: None,
        released_at: None,
        commits: vec![bare],
        ..release()
    })
    .await;
    assert_eq!(
        sent,
        object!({
            "version": "rocket@1.4.0",
            "projects": ["rocket", "booster"],
            "commits": [{"id": SHA, "repository": "acme/rocket", "message": "", "timestamp": "2026-02-28T08:30:00Z"}]
        })
    );
}

#[tokio::test]
async fn a_release_that_was_there_is_not_created() {
    assert_eq!(
        answered(208, object!({})).await,
        Ok(PublishedRelease {
            created: false,
            warnings: vec![]
        })
    );
}

#[tokio::test]
async fn what_is_too_long_is_cut_or_left_out_with_a_warning() {
    let path = |length: usize| FileChange::new("p".repeat(length), ChangeKind::Added);
    let changes = Some(vec![
        path(510),
        path(511),
        FileChange::new(
            "q",
            ChangeKind::Renamed {
                from: "q".repeat(600),
            },
        ),
    ]);
    let long = ReleasedCommit {
        repository: format!("acme/{}", "r".repeat(60)),
        author_name: Some("n".repeat(129)),
        author_email: Some(format!("{}@x.io", "e".repeat(71))),
        changes,
        ..commit()
    };
    let (sent, published) = published(TrackerRelease {
        web_url: Some(format!("https://x.io/{}", "u".repeat(188))),
        commits: vec![long],
        ..release()
    })
    .await;
    let sent = &sent["commits"][0];
    assert_eq!(sent["author_name"], "n".repeat(128));
    assert_eq!(sent["author_email"], Value::Null);
    assert_eq!(
        sent["patch_set"],
        object!([{"path": "p".repeat(510), "type": "A"}, {"path": "q", "type": "A"}])
    );
    let alias = sent["repository"].as_str().unwrap();
    assert_eq!(alias.len(), 64);
    assert_eq!(
        published.warnings,
        [
            format!("the repository is called `{alias}` there, because its name is too long"),
            "the release's address was left out: it is no web address of at most 200 characters"
                .to_owned(),
            "2 changed files were left out: their paths are longer than 510 characters".to_owned(),
            "1 names of authors were cut to 128 characters".to_owned(),
            "1 e-mail addresses of authors were left out: longer than 75 characters".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_release_is_bounded() {
    let changes = Some(vec![FileChange::new("a", ChangeKind::Modified); 21]);
    let commits = vec![
        ReleasedCommit {
            changes,
            ..commit()
        };
        1_001
    ];
    let (sent, published) = published(TrackerRelease {
        commits,
        ..release()
    })
    .await;
    let sent = sent["commits"].as_array().unwrap();
    assert_eq!(sent.len(), 1_000);
    assert_eq!(
        sent.iter()
            .map(|commit| commit["patch_set"].as_array().unwrap().len())
            .sum::<usize>(),
        20_000
    );
    assert_eq!(
        published.warnings,
        [
            "only the newest 1000 of 1001 commits were sent",
            "1000 changed files were left out: more than 20000 in one release"
        ]
    );
}

#[tokio::test]
async fn what_sentry_would_refuse_is_not_sent() {
    let world = World::new().await;
    let odd = TrackerRelease {
        version: "release/1".to_owned(),
        ..release()
    };
    let reason = "a release's version holds no '/'".to_owned();
    assert_eq!(
        world.tracker.publish(&odd).await,
        Err(TrackerError::Rejected {
            status: 400,
            reason
        })
    );
    let odd = TrackerRelease {
        projects: vec![],
        ..release()
    };
    let reason = "a release belongs to one project at least".to_owned();
    assert_eq!(
        world.tracker.publish(&odd).await,
        Err(TrackerError::Rejected {
            status: 400,
            reason
        })
    );
    world.was_not_asked().await;
}

#[tokio::test]
async fn another_writer_is_waited_for() {
    let reason = "HTTP 409: another request is setting this release's commits".to_owned();
    let expected = TrackerError::Unavailable {
        reason,
        retry_after: Some(Duration::from_secs(5)),
    };
    assert_eq!(
        answered(409, object!({"detail": "locked"})).await,
        Err(expected)
    );
}

#[tokio::test]
async fn an_unknown_project_is_refused_with_the_trackers_words() {
    let reason = "projects: Invalid project ids or slugs".to_owned();
    assert_eq!(
        answered(400, object!({"projects": ["Invalid project ids or slugs"]})).await,
        Err(TrackerError::Rejected {
            status: 400,
            reason
        })
    );
}
