//! What the command line takes, and how its output looks.

use clap::{CommandFactory as _, Parser as _};

use super::Failure;
use super::args::{Cli, Command, JobsAction, RepositoryAction};
use super::output::columns;

fn parse(line: &str) -> Result<Command, clap::error::ErrorKind> {
    let words = std::iter::once("bitbucket-integration").chain(line.split_whitespace());
    Cli::try_parse_from(words)
        .map(|cli| cli.command)
        .map_err(|error| error.kind())
}

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_and_argument_has_a_help_text() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            assert!(
                argument.get_help().is_some(),
                "{} {}",
                command.get_name(),
                argument.get_id()
            );
        }
        for inner in command.get_subcommands() {
            assert!(inner.get_about().is_some(), "{}", inner.get_name());
            check(inner);
        }
    }
    check(&Cli::command());
}

#[test]
fn release_takes_what_a_pipeline_has() {
    let Ok(Command::Release(args)) = parse(
        "release rocket@1.4.0 --repository acme/rocket --commit abc --previous def --project rocket --project web --no-wait --json",
    ) else {
        panic!("not a release")
    };
    assert_eq!(
        args.body(),
        crate::wire::OpenReleaseBody {
            version: "rocket@1.4.0".to_owned(),
            repository: Some("acme/rocket".to_owned()),
            commit: Some("abc".to_owned()),
            previous: Some("def".to_owned()),
            projects: vec!["rocket".to_owned(), "web".to_owned()],
            environment: None,
            refs: vec![],
        }
    );
    assert!(args.no_wait && args.json);
    assert_eq!(
        parse("release rocket@1.4.0 --commit abc").unwrap_err(),
        clap::error::ErrorKind::MissingRequiredArgument
    );
}

#[test]
fn a_release_of_several_repositories_names_each() {
    let Ok(Command::Release(args)) =
        parse("release suite@7 --ref acme/rocket@abc --ref acme/pad@def..123 --environment live")
    else {
        panic!("not a release")
    };
    let body = args.body();
    let refs: Vec<_> = body
        .refs
        .iter()
        .map(|one| {
            (
                one.repository.as_str(),
                one.commit.as_str(),
                one.previous.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        refs,
        [
            ("acme/rocket", "abc", None),
            ("acme/pad", "123", Some("def"))
        ]
    );
    assert_eq!(
        (body.repository, body.environment.as_deref()),
        (None, Some("live"))
    );
    for wrong in ["acme/rocket", "@abc", "acme/rocket@", "acme/rocket@..abc"] {
        let error = parse(&format!("release suite@7 --ref {wrong}")).unwrap_err();
        assert_eq!(error, clap::error::ErrorKind::ValueValidation, "{wrong}");
    }
}

#[test]
fn connect_takes_one_credential() {
    assert!(
        matches!(parse("connect acme --access-token-file t"), Ok(Command::Connect(args)) if args.workspace == "acme")
    );
    assert_eq!(
        parse("connect acme --access-token-file t --api-token-file u --email a@b").unwrap_err(),
        clap::error::ErrorKind::ArgumentConflict
    );
    assert_eq!(
        parse("connect acme --api-token-file u").unwrap_err(),
        clap::error::ErrorKind::MissingRequiredArgument
    );
}

#[test]
fn jobs_lists_or_replays() {
    assert!(
        matches!(parse("jobs --state dead"), Ok(Command::Jobs(args)) if args.state.as_deref() == Some("dead"))
    );
    assert!(
        matches!(parse("jobs replay 1-2"), Ok(Command::Jobs(args)) if matches!(&args.action, Some(JobsAction::Replay { id, .. }) if id == "1-2"))
    );
    assert_eq!(
        parse("jobs --state gone").unwrap_err(),
        clap::error::ErrorKind::InvalidValue
    );
}

#[test]
fn repository_add_comments_unless_told_otherwise() {
    let Ok(Command::Repository {
        action: RepositoryAction::Add(args),
    }) = parse("repository add acme/rocket --project rocket")
    else {
        panic!("not an addition")
    };
    assert_eq!(
        (args.repository.as_str(), args.on_push.as_str()),
        ("acme/rocket", "comment")
    );
    assert_eq!(args.projects, ["rocket"]);
}

#[test]
fn each_failure_has_its_exit_code() {
    let codes = [
        Failure::Failed(String::new()),
        Failure::Usage(String::new()),
        Failure::Unreachable(String::new()),
    ]
    .map(|failure| failure.code());
    assert_eq!(codes, [1, 2, 3]);
}

#[test]
fn columns_are_aligned_and_end_without_white_space() {
    let rows = [
        [
            "acme/rocket".to_owned(),
            "active".to_owned(),
            "-".to_owned(),
        ],
        ["a/b".to_owned(), "pending".to_owned(), String::new()],
    ];
    assert_eq!(
        columns(["REPOSITORY", "STATE", "HOOK"], &rows),
        [
            "REPOSITORY   STATE    HOOK",
            "acme/rocket  active   -",
            "a/b          pending"
        ]
    );
}
