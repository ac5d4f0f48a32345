//! Where a file is looked for when no repository is named.

use bitbucket_api_paths::FilePath;

use crate::ids::{InstallationId, MappingId, RepositoryId};
use crate::ports::{CodeMapping, ProjectSlug, TrackedRepository};
use crate::source::{Frame, MOST_REPOSITORIES_TRIED};
use crate::testing::{World, now, rocket};

fn numbered(number: usize, projects: &[&str]) -> TrackedRepository {
    let uuid = format!("0190a5c2-0000-7000-8000-{number:012}");
    TrackedRepository {
        id: uuid.parse::<RepositoryId>().unwrap(),
        full_name: format!("acme/r{number}").parse().unwrap(),
        projects: projects.iter().map(|&slug| project(slug)).collect(),
        ..rocket()
    }
}

fn project(slug: &str) -> ProjectSlug {
    ProjectSlug::parse(slug).unwrap()
}

fn rule(number: usize, stack_root: &str) -> CodeMapping {
    CodeMapping {
        id: "0190a5c2-0000-7000-8000-000000000071"
            .parse::<MappingId>()
            .unwrap(),
        repository: numbered(number, &[]).id,
        project: None,
        stack_root: stack_root.to_owned(),
        source_root: "src/".to_owned(),
        created_at: now(),
    }
}

/// The candidates as `name: paths`.
async fn tried(
    followed: Vec<TrackedRepository>,
    rules: Vec<CodeMapping>,
    asked: Option<&str>,
) -> Vec<String> {
    let mut world = World::connected();
    let all = followed.clone();
    world
        .repositories
        .expect_list()
        .returning(move |_| Ok(all.clone()));
    world
        .repositories
        .expect_find()
        .returning(move |id| Ok(followed.iter().find(|one| one.id == id).cloned()));
    world
        .mappings
        .expect_of_project()
        .returning(move |_| Ok(rules.clone()));
    let frame = Frame {
        project: asked.map(project),
        installation: None,
        repository: None,
        path: "/app/a.rs".to_owned(),
        line: None,
        commit: None,
        release: None,
    };
    let candidates = world.integration().candidates(&frame).await.unwrap();
    let shown = candidates.iter().map(|(repository, paths)| {
        let paths: Vec<&str> = paths.iter().map(FilePath::as_str).collect();
        format!("{}: {}", repository.full_name.slug(), paths.join(" "))
    });
    shown.collect()
}

#[tokio::test]
async fn where_a_rule_fits_nothing_else_is_tried_and_the_longest_beginning_comes_first() {
    let followed = (0..5).map(|number| numbered(number, &["rocket"])).collect();
    let rules = vec![
        rule(3, "/usr/"),
        rule(1, "/"),
        rule(2, "/app/"),
        rule(2, ""),
    ];
    assert_eq!(
        tried(followed, rules, Some("rocket")).await,
        ["r2: src/a.rs src/app/a.rs", "r1: src/app/a.rs"]
    );
}

#[tokio::test]
async fn without_rules_those_that_name_the_project_come_before_those_that_take_any() {
    let followed = vec![
        numbered(1, &[]),
        numbered(2, &["rocket"]),
        numbered(3, &["other"]),
    ];
    assert_eq!(
        tried(followed.clone(), vec![], Some("rocket")).await,
        ["r2: app/a.rs"]
    );
    assert_eq!(
        tried(followed.clone(), vec![], Some("booster")).await,
        ["r1: app/a.rs"]
    );
    assert_eq!(tried(followed.clone(), vec![], None).await.len(), 3);
    // A rule for the project that does not fit speaks for its repository.
    assert_eq!(
        tried(followed, vec![rule(2, "/usr/")], Some("rocket")).await,
        ["r1: app/a.rs"]
    );
}

/// Each try costs requests, of which there are 1,000 an hour.
#[tokio::test]
async fn among_many_repositories_a_rule_must_say_which_is_meant() {
    let many = |count| {
        (0..count)
            .map(|number| numbered(number, &["rocket"]))
            .collect()
    };
    let most = MOST_REPOSITORIES_TRIED;
    assert_eq!(tried(many(most), vec![], Some("rocket")).await.len(), most);
    let none: [&str; 0] = [];
    assert_eq!(tried(many(most + 1), vec![], Some("rocket")).await, none);
    let rules = (0..=most).map(|number| rule(number, "/app/")).collect();
    assert_eq!(
        tried(many(most + 1), rules, Some("rocket")).await.len(),
        most
    );
}

fn frame_of(installation: Option<InstallationId>, repository: Option<&str>) -> Frame {
    Frame {
        project: Some(project("rocket")),
        installation,
        repository: repository.map(|name| name.parse().unwrap()),
        path: "/app/a.rs".to_owned(),
        line: None,
        commit: None,
        release: None,
    }
}

/// Two trackers may have a project of the same name.
#[tokio::test]
async fn a_frame_never_leads_to_another_workspace_than_its_own() {
    let other: InstallationId = "0190a5c2-0000-7000-8000-0000000000aa".parse().unwrap();
    let own = numbered(1, &["rocket"]);
    let foreign = TrackedRepository {
        installation: other,
        ..numbered(2, &["rocket"])
    };
    let world = || {
        let mut world = World::connected();
        let all = vec![own.clone(), foreign.clone()];
        world
            .repositories
            .expect_list()
            .returning(move |_| Ok(all.clone()));
        world.mappings.expect_of_project().returning(|_| Ok(vec![]));
        world.integration()
    };
    let unclear = world().candidates(&frame_of(None, None)).await;
    assert_eq!(unclear.unwrap_err().code(), "which_installation");
    for (installation, expected) in [(own.installation, &own), (other, &foreign)] {
        let found = world()
            .candidates(&frame_of(Some(installation), None))
            .await;
        let names: Vec<_> = found.unwrap().into_iter().map(|(one, _)| one.id).collect();
        assert_eq!(names, [expected.id]);
    }
}

#[tokio::test]
async fn a_named_repository_must_take_the_project_and_be_of_the_workspace() {
    let other: InstallationId = "0190a5c2-0000-7000-8000-0000000000aa".parse().unwrap();
    for (projects, installation, expected) in [
        (&["rocket"][..], None, 1),
        (&[][..], Some(rocket().installation), 1),
        (&["booster"][..], None, 0),
        (&["rocket"][..], Some(other), 0),
    ] {
        let mut world = World::following(TrackedRepository {
            projects: projects.iter().map(|&slug| project(slug)).collect(),
            ..rocket()
        });
        world.mappings.expect_list().returning(|_| Ok(vec![]));
        let frame = frame_of(installation, Some("acme/rocket"));
        let found = world.integration().candidates(&frame).await.unwrap();
        assert_eq!(found.len(), expected, "{projects:?} {installation:?}");
    }
}
