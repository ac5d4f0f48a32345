//! From stack traces to the source and back.

use std::sync::{Arc, Mutex};

use bitbucket_api_paths::{DiffSpec, RepoRef};
use bitbucket_http_client::{Commit, CommitListing, Listing, Reference, StreamedAnswer};
use bytes::Bytes;
use serde_json::json;

use super::mapping::places;
use super::*;
use crate::ids::MappingId;
use crate::ports::{CodeMapping, ProjectSlug, Release};
use crate::testing::{World, commit, failing, not_found, now, release, rocket, rocket_uuid, sha};

fn rule(project: Option<&str>, stack_root: &str, source_root: &str) -> CodeMapping {
    CodeMapping {
        id: "0190a5c2-0000-7000-8000-000000000071"
            .parse::<MappingId>()
            .unwrap(),
        repository: rocket().id,
        project: project.map(slug),
        stack_root: stack_root.to_owned(),
        source_root: source_root.to_owned(),
        created_at: now(),
    }
}

fn slug(text: &str) -> ProjectSlug {
    ProjectSlug::parse(text).unwrap()
}

fn frame(path: &str) -> Frame {
    Frame {
        project: Some(slug("rocket")),
        installation: None,
        repository: Some(rocket().full_name),
        path: path.to_owned(),
        line: Some(12),
        commit: Some(sha('7')),
        release: None,
    }
}

/// A world with these rules, whose main branch stands at `5`, with these files (commit and path).
fn world(rules: Vec<CodeMapping>, files: &'static [(char, &'static str)]) -> World {
    let mut world = World::following(rocket());
    world
        .mappings
        .expect_list()
        .returning(move |_| Ok(rules.clone()));
    world.bitbucket.expect_branch().returning(|at, name| {
        assert_eq!(*at, RepoRef::from(rocket_uuid()));
        if name.as_str() == "main" {
            Ok(reference("main", '5'))
        } else {
            Err(not_found())
        }
    });
    world
        .bitbucket
        .expect_tag()
        .returning(|_, _| Err(not_found()));
    world
        .bitbucket
        .expect_source_exists()
        .returning(|_, commit, path| {
            let known = files
                .iter()
                .any(|(digit, file)| *commit == sha(*digit) && path.as_str() == *file);
            Ok(known)
        });
    world
}

fn reference(name: &str, digit: char) -> Reference {
    let shown = json!({"type": "branch", "name": name, "target": {"hash": sha(digit).as_str()}});
    serde_json::from_value(shown).unwrap()
}

async fn linked(world: World, frame: Frame) -> LinkOutcome {
    world.integration().source_link(&frame).await.unwrap()
}

fn url(outcome: &LinkOutcome) -> &str {
    match outcome {
        LinkOutcome::Found(link) => &link.url,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_longest_beginning_counts_first_and_those_of_other_projects_never() {
    let rules = [
        rule(None, "/app/", ""),
        rule(Some("rocket"), "/app/lib/", "src/"),
        rule(Some("booster"), "/app/lib/x", "no/"),
    ];
    let of = |path: &str| places(&rules, Some(&slug("rocket")), path);
    assert_eq!(of("/app/lib/x.rs"), ["src/x.rs", "lib/x.rs"]);
    assert_eq!(of("/app/main.rs"), ["main.rs"]);
    assert_eq!(of("/usr/lib/x.rs"), Vec::<String>::new());
    let windows = [rule(None, "C:\\app\\", "src")];
    assert_eq!(places(&windows, None, "C:\\app\\/a\\b.rs"), ["src/a/b.rs"]);
    assert_eq!(places(&[], None, "./src/a.rs"), ["src/a.rs"]);
}

#[tokio::test]
async fn the_version_that_failed_is_shown_at_its_line() {
    let world = world(
        vec![rule(None, "/app/", "src/")],
        &[('7', "src/a b.rs"), ('5', "src/a b.rs")],
    );
    let outcome = linked(world, frame("/app/a b.rs")).await;
    let commit = sha('7');
    assert_eq!(
        url(&outcome),
        format!("https://bitbucket.org/acme/rocket/src/{commit}/src/a%20b.rs#lines-12")
    );
}

#[tokio::test]
async fn the_main_branch_stands_in_and_is_named_beside_its_commit() {
    let world = world(vec![], &[('5', "src/a.rs")]);
    let outcome = linked(world, frame("src/a.rs")).await;
    let commit = sha('5');
    assert_eq!(
        url(&outcome),
        format!("https://bitbucket.org/acme/rocket/src/{commit}/src/a.rs?at=main#lines-12")
    );
}

#[tokio::test]
async fn a_release_leads_to_its_commit() {
    let mut world = world(vec![], &[('4', "src/a.rs")]);
    world
        .releases
        .expect_by_version()
        .returning(|_, version| Ok((version == "rocket@1.4.0").then(release)));
    let frame = Frame {
        commit: None,
        line: None,
        release: Some("rocket@1.4.0".to_owned()),
        ..frame("src/a.rs")
    };
    let outcome = linked(world, frame).await;
    assert!(url(&outcome).ends_with(&format!("/src/{}/src/a.rs", sha('4'))));
}

#[tokio::test]
async fn what_leads_to_no_file_says_why() {
    let none = linked(world(vec![], &[]), frame("src/a.rs")).await;
    assert_eq!(none.code(), "file_not_found");
    assert!(matches!(none, LinkOutcome::NotFound { tried } if tried.contains("?at=main")));
    let elsewhere = world(vec![rule(None, "/app/", "")], &[]);
    assert_eq!(
        linked(elsewhere, frame("/usr/a.rs")).await,
        LinkOutcome::NoMapping
    );
    let out = linked(world(vec![], &[]), frame("../../etc/passwd")).await;
    assert_eq!(out, LinkOutcome::NoMapping);
    let mut refused = World::following(rocket());
    refused.mappings.expect_list().returning(|_| Ok(vec![]));
    refused
        .bitbucket
        .expect_branch()
        .returning(|_, _| Err(failing(403)));
    refused
        .bitbucket
        .expect_source_exists()
        .returning(|_, _, _| Err(failing(403)));
    assert_eq!(
        linked(refused, frame("src/a.rs")).await,
        LinkOutcome::Forbidden
    );
    let empty = World::following(rocket())
        .integration()
        .source_link(&frame(" "))
        .await;
    assert_eq!(empty.unwrap_err().code(), "invalid_field");
}

#[tokio::test]
async fn a_rule_must_stay_within_its_folder() {
    for (stack_root, source_root) in [("/app/../", ""), ("", "a/.."), ("a\n", ""), ("", "b\0")] {
        let request = AddMapping {
            repository: rocket().id,
            project: None,
            stack_root: stack_root.to_owned(),
            source_root: source_root.to_owned(),
        };
        let refused = World::following(rocket())
            .integration()
            .add_mapping(request)
            .await;
        assert_eq!(refused.unwrap_err().code(), "invalid_field");
    }
    let mut world = World::following(rocket());
    let kept = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&kept);
    world.mappings.expect_add().returning(move |mapping| {
        *seen.lock().unwrap() = Some(mapping.clone());
        Ok(())
    });
    let request = AddMapping {
        repository: rocket().id,
        project: None,
        stack_root: "/app/".to_owned(),
        source_root: "/src/".to_owned(),
    };
    let made = world.integration().add_mapping(request).await.unwrap();
    assert_eq!(made.source_root, "src/");
    assert_eq!(kept.lock().unwrap().clone(), Some(made));
}

#[test]
fn an_address_is_taken_apart() {
    let address = |text: &str| PastedAddress::parse(text);
    let whole = address(
        "https://bitbucket.org/acme/rocket/src/main/src/a%20b.rs?at=feature%2Fx&x=1#lines-3:5",
    )
    .unwrap();
    assert_eq!(whole.repository.to_string(), "acme/rocket");
    assert_eq!(whole.rest, ["main", "src", "a b.rs"]);
    assert_eq!(
        (whole.at.as_deref(), whole.lines),
        (Some("feature/x"), Some((3, 5)))
    );
    let bare = address("https://www.bitbucket.org/acme/rocket").unwrap();
    assert_eq!((bare.rest.len(), bare.lines), (0, None));
    for (fragment, lines) in [
        ("lines-7", Some((7, 7))),
        ("lines-9:2", None),
        ("lines-0", None),
        ("x", None),
        ("lines-2,4", Some((2, 2))),
    ] {
        let text = format!("https://bitbucket.org/acme/rocket/src/main/a#{fragment}");
        assert_eq!(address(&text).unwrap().lines, lines, "{fragment}");
    }
    for wrong in [
        "",
        "http://bitbucket.org/acme/rocket",
        "https://bitbucket.org.evil.example/acme/rocket/src/main/a",
        "https://bitbucket.org/acme",
        "https://bitbucket.org/acme/rocket/pull-requests/1",
        "https://bitbucket.org/acme/rocket/src/%zz/a",
        "https://bitbucket.org/acme/rocket/src/%ff/a",
        "https://bitbucket.org/../rocket/src/main/a",
    ] {
        assert_eq!(
            address(wrong).unwrap_err().code(),
            "invalid_field",
            "{wrong}"
        );
    }
}

async fn pasted(world: World, rest: &str) -> Result<PastedSource, SourceError> {
    let url = format!("https://bitbucket.org/acme/rocket/src/{rest}");
    world.integration().pasted_source(&url).await
}

#[tokio::test]
async fn a_branch_with_slashes_is_found_by_asking_how_far_it_goes() {
    let mut world = World::following(rocket());
    world.bitbucket.expect_branch().returning(|_, name| {
        let known = name.as_str() == "feature/gauge";
        if known {
            Ok(reference("feature/gauge", '6'))
        } else {
            Err(not_found())
        }
    });
    world
        .bitbucket
        .expect_tag()
        .returning(|_, _| Err(not_found()));
    let source = pasted(world, "feature/gauge/src/a.rs#lines-4")
        .await
        .unwrap();
    assert_eq!(source.reference.as_deref(), Some("feature/gauge"));
    assert_eq!(source.commit, Some(sha('6')));
    assert_eq!(
        (source.path.as_deref(), source.lines),
        (Some("src/a.rs"), Some((4, 4)))
    );
}

#[tokio::test]
async fn a_whole_commit_needs_no_question_and_a_short_one_is_completed() {
    let rest = format!("{}/src/a.rs?at=main", sha('7'));
    let whole = pasted(World::following(rocket()), &rest).await.unwrap();
    assert_eq!(
        (whole.commit, whole.reference.as_deref()),
        (Some(sha('7')), Some("main"))
    );
    let mut world = World::following(rocket());
    world
        .bitbucket
        .expect_branch()
        .returning(|_, _| Err(not_found()));
    world
        .bitbucket
        .expect_tag()
        .returning(|_, _| Err(not_found()));
    world.bitbucket.expect_commit().returning(|_, short| {
        if short.as_str() == "7777777" {
            Ok(commit('7', "x"))
        } else {
            Err(not_found())
        }
    });
    let short = pasted(world, "7777777").await.unwrap();
    assert_eq!((short.commit, short.path), (Some(sha('7')), None));
}

#[tokio::test]
async fn what_names_nothing_known_is_said() {
    let unknown = pasted(world(vec![], &[]), "nowhere/a.rs")
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), "unknown_revision");
    assert!(unknown.to_string().contains("nowhere/a.rs"), "{unknown}");
    let other = "https://bitbucket.org/acme/missile/src/main/a";
    let unfollowed = World::following(rocket())
        .integration()
        .pasted_source(other)
        .await;
    assert_eq!(unfollowed.unwrap_err().code(), "unknown_repository");
    let dots = pasted(world(vec![], &[]), "main/%2e%2e/a")
        .await
        .unwrap_err();
    assert_eq!(dots.code(), "invalid_field");
}

#[tokio::test]
async fn the_first_place_with_code_owners_counts() {
    let mut asking = world(vec![], &[]);
    asking
        .bitbucket
        .expect_source_file()
        .returning(|_, commit, path| {
            assert_eq!(*commit, sha('5'));
            match path.as_str() {
                "docs/CODEOWNERS" => Ok(Bytes::from_static(b"* @acme/core\n")),
                "CODEOWNERS" => Ok(Bytes::from_static(b"*.rs @rust\n\xff\n")),
                _ => Err(not_found()),
            }
        });
    let file = asking.integration().code_owners(rocket().id).await.unwrap();
    assert_eq!(file.path, "CODEOWNERS");
    assert_eq!(
        file.html_url,
        format!(
            "https://bitbucket.org/acme/rocket/src/{}/CODEOWNERS",
            sha('5')
        )
    );
    assert_eq!(file.owners.rules[0].owners, ["@rust"]);
    let mut without = world(vec![], &[]);
    without
        .bitbucket
        .expect_source_file()
        .times(3)
        .returning(|_, _, _| Err(not_found()));
    let none = without
        .integration()
        .code_owners(rocket().id)
        .await
        .unwrap_err();
    assert_eq!(none.code(), "unknown_file");
    assert!(none.to_string().contains("docs/CODEOWNERS"), "{none}");
}

/// What the commits of a file's history did to it, newest first: their diffs.
fn with_history(world: &mut World, diffs: &'static [(char, &'static str)]) {
    let versions: Vec<_> = diffs
        .iter()
        .map(|(digit, _)| {
            let shown = json!({"path": "src/a.rs", "commit": {"hash": sha(*digit).as_str()}});
            serde_json::from_value(shown).unwrap()
        })
        .collect();
    let listing = Listing {
        values: versions,
        complete: true,
        ..Listing::default()
    };
    world
        .bitbucket
        .expect_file_history()
        .returning(move |_, commit, path, _| {
            assert_eq!((commit, path.as_str()), (&sha('7'), "src/a.rs"));
            Ok(listing.clone())
        });
    world.bitbucket.expect_commit().returning(|_, sha| {
        let digit = sha.as_str().chars().next().unwrap();
        Ok(commit(digit, "Work"))
    });
    world.bitbucket.expect_diff().returning(|_, spec, options| {
        assert_eq!(options.context, Some(0));
        let diff = diffs
            .iter()
            .find(|(digit, _)| *spec == DiffSpec::Commit(sha(*digit)));
        Ok(StreamedAnswer::whole(Bytes::from_static(
            diff.unwrap().1.as_bytes(),
        )))
    });
}

#[tokio::test]
async fn the_commit_that_wrote_the_line_comes_first_then_those_of_the_release() {
    let mut world = world(vec![], &[('7', "src/a.rs")]);
    with_history(
        &mut world,
        &[
            ('7', "@@ -50 +50 @@\n"),
            ('6', "@@ -1,0 +2,5 @@\n"),
            ('5', "@@ -7 +7 @@\n"),
            ('3', "@@ -7 +7 @@\n"),
        ],
    );
    world.releases.expect_by_version().returning(|_, _| {
        Ok(Some(Release {
            commit: sha('7'),
            previous: Some(sha('5')),
            ..release()
        }))
    });
    world.bitbucket.expect_commits().returning(|_, _| {
        let commits = vec![commit('7', "x"), commit('6', "x")];
        Ok(CommitListing {
            commits,
            complete: true,
            ..CommitListing::default()
        })
    });
    let frame = Frame {
        release: Some("rocket@1.4.0".to_owned()),
        ..frame("src/a.rs")
    };
    let suspects = world.integration().suspects(&frame).await.unwrap();
    let found: Vec<_> = suspects
        .commits
        .iter()
        .map(|one| (one.commit.sha.clone(), one.reasons.clone()))
        .collect();
    use Reason::{CameWithRelease, ChangedFile, WroteLine};
    assert_eq!(
        found,
        [
            // Line 12 stood at 7 before five lines came above it.
            (sha('5'), vec![WroteLine, ChangedFile]),
            (sha('7'), vec![CameWithRelease, ChangedFile]),
            (sha('6'), vec![CameWithRelease, ChangedFile]),
            (sha('3'), vec![ChangedFile]),
        ]
    );
}

#[tokio::test]
async fn without_a_line_or_a_diff_the_newest_change_comes_first() {
    for (line, status) in [(None, 404), (Some(12), 555)] {
        let mut world = world(vec![], &[('7', "src/a.rs")]);
        world
            .bitbucket
            .expect_diff()
            .returning(move |_, _, _| Err(failing(status)));
        with_history(&mut world, &[('7', ""), ('6', "")]);
        let suspects = world
            .integration()
            .suspects(&Frame {
                line,
                ..frame("src/a.rs")
            })
            .await;
        let shas: Vec<_> = suspects
            .unwrap()
            .commits
            .into_iter()
            .map(|one| one.commit.sha)
            .collect();
        assert_eq!(shas, [sha('7'), sha('6')]);
    }
    let lost = world(vec![], &[])
        .integration()
        .suspects(&frame("src/a.rs"))
        .await;
    assert_eq!(lost.unwrap_err().code(), "unknown_file");
}

#[tokio::test]
async fn a_large_release_has_more_of_its_commits_looked_at_and_a_cut_is_told() {
    for (released, expected) in [(0, 10), (3, 10), (25, 25), (400, 50)] {
        let mut world = world(vec![], &[('7', "src/a.rs")]);
        world.releases.expect_by_version().returning(|_, _| {
            Ok(Some(Release {
                commit: sha('7'),
                previous: Some(sha('5')),
                ..release()
            }))
        });
        world.bitbucket.expect_commits().returning(move |_, _| {
            let numbered = |number: usize| Commit {
                sha: CommitSha::parse(&format!("{number:040x}")).unwrap(),
                ..commit('6', "x")
            };
            Ok(CommitListing {
                commits: (0..released).map(numbered).collect(),
                complete: true,
                ..CommitListing::default()
            })
        });
        world
            .bitbucket
            .expect_file_history()
            .once()
            .returning(move |_, _, _, most| {
                assert_eq!(most, expected, "{released} commits");
                Ok(Listing {
                    complete: false,
                    ..Listing::default()
                })
            });
        let frame = Frame {
            release: Some("rocket@1.4.0".to_owned()),
            ..frame("src/a.rs")
        };
        let suspects = world.integration().suspects(&frame).await.unwrap();
        assert!(!suspects.complete);
    }
}
