//! What happens to issues because of commits.

use bitbucket_commit_resolver::{
    Action, Effect, Grammar, IssueHost, Known, Occasion, Plan, PlanCommit, PlanWarning, Policy,
    ResolveWhen, Target, plan,
};

const MAIN: Occasion<'static> = Occasion::Push { branch: "main" };

fn policy() -> Policy {
    Policy::new(Grammar::strict())
}

fn run(commits: &[(&str, &str)], occasion: Occasion<'_>, policy: &Policy, known: &Known) -> Plan {
    let commits: Vec<_> = commits
        .iter()
        .map(|(sha, message)| PlanCommit { sha, message })
        .collect();
    plan(&commits, occasion, policy, known)
}

/// Each effect as `action id commit`.
fn effects(plan: &Plan) -> Vec<String> {
    plan.effects
        .iter()
        .map(|effect| format!("{} {} {}", effect.action, effect.target, effect.commit))
        .collect()
}

fn released(commits: &[(&str, &str)]) -> Plan {
    run(commits, Occasion::Release, &policy(), &Known::default())
}

#[test]
fn a_push_only_mentions_and_a_release_resolves() {
    let commits = [("aaaaaaa", "Fixes A-1"), ("bbbbbbb", "see B-2")];
    assert_eq!(
        effects(&run(&commits, MAIN, &policy(), &Known::default())),
        ["reference A-1 aaaaaaa", "reference B-2 bbbbbbb"]
    );
    assert_eq!(
        effects(&released(&commits)),
        ["resolve A-1 aaaaaaa", "reference B-2 bbbbbbb"]
    );
}

#[test]
fn the_policy_of_a_project_says_when() {
    let policy = policy()
        .usually(ResolveWhen::AtOnce)
        .project(
            "Web",
            ResolveWhen::OnBranches(vec!["main".to_owned(), "release/*".to_owned()]),
        )
        .project("ops", ResolveWhen::OnRelease);
    let commits = [("aaaaaaa", "Fixes WEB-1, OPS-2, API-3")];
    let on = |branch| {
        effects(&run(
            &commits,
            Occasion::Push { branch },
            &policy,
            &Known::default(),
        ))
    };
    assert_eq!(
        on("main"),
        [
            "resolve WEB-1 aaaaaaa",
            "reference OPS-2 aaaaaaa",
            "resolve API-3 aaaaaaa"
        ]
    );
    assert_eq!(on("release/1.4"), on("main"));
    assert_eq!(
        on("mainline"),
        [
            "reference WEB-1 aaaaaaa",
            "reference OPS-2 aaaaaaa",
            "resolve API-3 aaaaaaa"
        ]
    );
    let at_release = run(&commits, Occasion::Release, &policy, &Known::default());
    assert_eq!(
        effects(&at_release),
        [
            "resolve WEB-1 aaaaaaa",
            "resolve OPS-2 aaaaaaa",
            "resolve API-3 aaaaaaa"
        ]
    );
}

#[test]
fn a_policy_for_some_projects_knows_no_others() {
    let commits = [("aaaaaaa1", "Fixes WEB-1 and UTF-8")];
    let policy = policy().project("web", ResolveWhen::AtOnce);
    let pushed = |policy: &Policy| effects(&run(&commits, MAIN, policy, &Known::default()));
    assert_eq!(
        pushed(&policy),
        ["resolve WEB-1 aaaaaaa1", "reference UTF-8 aaaaaaa1"]
    );
    assert_eq!(
        pushed(&policy.with_projects(["web"])),
        ["resolve WEB-1 aaaaaaa1"]
    );
}

#[test]
fn several_commits_resolve_an_issue_once_because_of_the_last() {
    let plan = released(&[
        ("aaaaaaa", "Fixes A-1"),
        ("bbbbbbb", "Fixes A-1, fixes B-1"),
        ("ccccccc", "Closes a-1"),
    ]);
    assert_eq!(
        effects(&plan),
        [
            "reference A-1 aaaaaaa",
            "reference A-1 bbbbbbb",
            "resolve A-1 ccccccc",
            "resolve B-1 bbbbbbb"
        ]
    );
    assert_eq!(plan.warnings, []);
}

#[test]
fn what_was_done_is_not_done_again() {
    let commits = [("aaaaaaa", "Fixes A-1"), ("bbbbbbb", "Fixes A-1, see B-1")];
    let mut known: Known = run(&commits, MAIN, &policy(), &Known::default())
        .effects
        .into_iter()
        .collect();
    let release = run(&commits, Occasion::Release, &policy(), &known);
    assert_eq!(effects(&release), ["resolve A-1 bbbbbbb"]);
    known.extend(release.effects);
    assert_eq!(
        effects(&run(&commits, Occasion::Release, &policy(), &known)),
        [] as [&str; 0]
    );
    assert_eq!(
        effects(&run(&commits, MAIN, &policy(), &known)),
        [] as [&str; 0]
    );
    let more = [commits[0], commits[1], ("ccccccc", "Fixes A-1 for good")];
    assert_eq!(
        effects(&run(&more, Occasion::Release, &policy(), &known)),
        ["resolve A-1 ccccccc"]
    );
}

#[test]
fn a_commit_that_changed_an_issue_is_not_mentioned_there_later() {
    let policy = policy().usually(ResolveWhen::AtOnce);
    let first = ("aaaaaaa", "Fixes A-1");
    let known: Known = run(&[first], MAIN, &policy, &Known::default())
        .effects
        .into_iter()
        .collect();
    let both = [first, ("bbbbbbb", "Fixes A-1")];
    assert_eq!(
        effects(&run(&both, Occasion::Release, &policy, &known)),
        ["resolve A-1 bbbbbbb"]
    );
}

#[test]
fn the_last_word_counts() {
    assert_eq!(
        effects(&released(&[
            ("aaaaaaa", "Fixes A-1"),
            ("bbbbbbb", "Reopens A-1")
        ])),
        ["reference A-1 aaaaaaa", "reopen A-1 bbbbbbb"]
    );
    assert_eq!(
        effects(&released(&[
            ("aaaaaaa", "Reopens A-1"),
            ("bbbbbbb", "Fixes A-1")
        ])),
        ["reference A-1 aaaaaaa", "resolve A-1 bbbbbbb"]
    );
    assert_eq!(
        effects(&released(&[
            ("aaaaaaa", "Fixes A-1"),
            ("bbbbbbb", "See A-1")
        ])),
        ["reference A-1 bbbbbbb", "resolve A-1 aaaaaaa"]
    );
}

#[test]
fn a_message_that_contradicts_itself_is_told() {
    let contradiction = |counts| {
        let target = Target::ShortId("A-1".parse().expect("an id"));
        [PlanWarning::Contradiction {
            target,
            commit: "aaaaaaa".to_owned(),
            counts,
        }]
    };
    for message in ["Fixes A-1, reopens A-1", "Reopens A-1, fixes A-1"] {
        let plan = released(&[("aaaaaaa", message)]);
        assert_eq!(effects(&plan), ["reopen A-1 aaaaaaa"], "{message}");
        assert_eq!(plan.warnings, contradiction(Action::Reopen), "{message}");
    }
    assert_eq!(released(&[("aaaaaaa", "Fixes A-1, see A-1")]).warnings, []);
}

#[test]
fn a_later_revert_withdraws() {
    let fix = ("aaaaaaa1", "Fixes A-1");
    let by_sha = (
        "bbbbbbb2",
        "Revert \"Fixes A-1\"\n\nThis reverts commit aaaaaaa1.",
    );
    let by_subject = ("bbbbbbb2", "Revert \"Fixes A-1\"");
    for revert in [by_sha, by_subject] {
        for grammar in [Grammar::strict(), Grammar::sentry()] {
            let plan = run(
                &[fix, revert],
                Occasion::Release,
                &Policy::new(grammar),
                &Known::default(),
            );
            assert_eq!(effects(&plan), [] as [&str; 0], "{revert:?}");
            assert_eq!(
                plan.warnings,
                [PlanWarning::Withdrawn {
                    commit: fix.0.to_owned(),
                    by: revert.0.to_owned()
                }]
            );
        }
    }
    let other = ("ccccccc3", "Fixes A-1 otherwise");
    assert_eq!(
        effects(&released(&[fix, by_sha, other])),
        ["resolve A-1 ccccccc3"]
    );
    assert_eq!(
        effects(&released(&[by_subject, fix])),
        ["resolve A-1 aaaaaaa1"]
    );
}

#[test]
fn a_reverted_revert_restores() {
    let fix = ("aaaaaaa1", "Fixes A-1");
    let revert = (
        "bbbbbbb2",
        "Revert \"Fixes A-1\"\n\nThis reverts commit aaaaaaa.\n\nFixes B-1",
    );
    let again = ("ccccccc3", "Reapply it\n\nThis reverts commit bbbbbbb2.");
    assert_eq!(effects(&released(&[fix, revert])), ["resolve B-1 bbbbbbb2"]);
    let plan = released(&[fix, revert, again]);
    assert_eq!(effects(&plan), ["resolve A-1 aaaaaaa1"]);
    assert_eq!(
        plan.warnings,
        [PlanWarning::Withdrawn {
            commit: "bbbbbbb2".to_owned(),
            by: "ccccccc3".to_owned()
        }]
    );
    let not_again = ("ddddddd4", "This reverts commit ccccccc3");
    assert_eq!(
        effects(&released(&[fix, revert, again, not_again])),
        ["resolve B-1 bbbbbbb2"]
    );
}

#[test]
fn a_revert_of_an_earlier_release_is_told() {
    let known: Known = released(&[("aaaaaaa1", "Fixes A-1, see B-1")])
        .effects
        .into_iter()
        .collect();
    let plan = run(
        &[("bbbbbbb2", "Oops\n\nThis reverts commit aaaaaaa1.")],
        Occasion::Release,
        &policy(),
        &known,
    );
    assert_eq!(effects(&plan), ["reopen A-1 bbbbbbb2"]);
    let resolved = vec![Target::ShortId("A-1".parse().expect("an id"))];
    let expected = PlanWarning::RevertsElsewhere {
        commit: "bbbbbbb2".to_owned(),
        reverted: "aaaaaaa1".to_owned(),
        resolved,
    };
    assert_eq!(plan.warnings, [expected]);
}

#[test]
fn skipped_and_repeated_commits_are_told() {
    let plan = released(&[
        ("aaaaaaa", "Fixes A-1 #skipsentry"),
        ("bbbbbbb", "Fixes B-1"),
        ("bbbbbbb", "Fixes B-1"),
    ]);
    assert_eq!(effects(&plan), ["resolve B-1 bbbbbbb"]);
    let expected = [
        PlanWarning::Skipped {
            commit: "aaaaaaa".to_owned(),
        },
        PlanWarning::DuplicateCommit {
            commit: "bbbbbbb".to_owned(),
        },
    ];
    assert_eq!(plan.warnings, expected);
}

#[test]
fn addresses_are_planned_like_ids() {
    let grammar = Grammar::strict().with_issue_hosts(IssueHost::parse("s.example").ok());
    let commits = [
        ("aaaaaaa", "Fixes https://s.example/issues/7 and see A-1"),
        ("bbbbbbb", "Revert \"Fixes https://s.example/issues/8\""),
    ];
    let plan = run(
        &commits,
        Occasion::Release,
        &Policy::new(grammar).project("a", ResolveWhen::AtOnce),
        &Known::default(),
    );
    assert_eq!(
        effects(&plan),
        [
            "resolve issue 7 on s.example aaaaaaa",
            "reference A-1 aaaaaaa"
        ]
    );
    let target = Target::Address {
        host: "s.example".to_owned(),
        issue: 7,
    };
    assert_eq!(
        plan.effects.first(),
        Some(&Effect {
            target,
            action: Action::Resolve,
            commit: "aaaaaaa".to_owned()
        })
    );
}

#[test]
fn a_commit_that_is_reverted_twice_stays_withdrawn_when_one_revert_is_reverted() {
    let commits = [
        ("aaaaaaa1", "Fixes A-1"),
        ("bbbbbbb2", "This reverts commit aaaaaaa1."),
        ("ccccccc3", "This reverts commit aaaaaaa1."),
        ("ddddddd4", "This reverts commit bbbbbbb2."),
    ];
    assert_eq!(effects(&released(&commits)), [] as [&str; 0]);
}

/// Each commit reverts the two before it: the ways from the last to the first are more than could ever be walked.
#[test]
fn reverts_of_reverts_are_settled_once_each() {
    let shas: Vec<String> = (0..3000).map(|n| format!("{n:07x}a")).collect();
    let reverting = |n: usize| {
        let reverted = shas[n.saturating_sub(2)..n].iter();
        let sentences = reverted.map(|sha| format!("This reverts commit {sha}.\n"));
        sentences.collect::<String>() + "Fixes A-1"
    };
    let messages: Vec<String> = (0..shas.len()).map(reverting).collect();
    let commits: Vec<(&str, &str)> = shas
        .iter()
        .zip(&messages)
        .map(|(sha, message)| (sha.as_str(), message.as_str()))
        .collect();
    // Two of three are reverted; the last is not.
    let plan = released(&commits);
    assert_eq!(plan.effects.len(), 1000);
    assert_eq!(
        plan.effects.last().map(|effect| effect.commit.as_str()),
        Some("0000bb7a")
    );
}

#[test]
fn a_revert_of_what_resolved_an_issue_before_opens_it_again() {
    let resolved = [
        ("A-1", "aaaaaaa1"),
        ("A-2", "aaaaaaa1"),
        ("A-2", "bbbbbbb2"),
    ];
    let known: Known = resolved
        .into_iter()
        .map(|(id, commit)| Effect {
            target: Target::ShortId(id.parse().expect("an id")),
            action: Action::Resolve,
            commit: commit.to_owned(),
        })
        .collect();
    let revert = ("ccccccc3", "Oops\n\nThis reverts commit aaaaaaa1.");
    let run =
        |commits: &[(&str, &str)], occasion| effects(&run(commits, occasion, &policy(), &known));
    // A-2 was resolved by another commit too.
    assert_eq!(run(&[revert], Occasion::Release), ["reopen A-1 ccccccc3"]);
    assert_eq!(run(&[revert], MAIN), ["reference A-1 ccccccc3"]);
    // Somebody mended it another way meanwhile.
    let again = ("ddddddd4", "Fixes A-1");
    assert_eq!(
        run(&[again, revert], Occasion::Release),
        ["resolve A-1 ddddddd4"]
    );
    // Or speaks of it without mending it, and mends something else.
    let beside = ("ddddddd4", "Refs A-1; fixes A-3");
    assert_eq!(
        run(&[beside, revert], Occasion::Release),
        [
            "reference A-1 ddddddd4",
            "reopen A-1 ccccccc3",
            "resolve A-3 ddddddd4"
        ]
    );
    // The revert itself is taken back.
    let back = ("eeeeeee5", "This reverts commit ccccccc3.");
    assert_eq!(run(&[revert, back], Occasion::Release), [] as [&str; 0]);
    let skipped = ("ccccccc3", "This reverts commit aaaaaaa1. #skipsentry");
    assert_eq!(run(&[skipped], Occasion::Release), [] as [&str; 0]);
}

#[test]
fn a_revert_that_stands_before_what_it_names_opens_nothing_again() {
    let commits = [
        ("0123abc0", "Revert \"x\" This reverts commit 1123abc0"),
        ("1123abc0", "x fixes A-1"),
    ];
    let first = released(&commits);
    assert_eq!(effects(&first), ["resolve A-1 1123abc0"]);
    assert_eq!(first.warnings, []);
    let done: Known = first.effects.into_iter().collect();
    let again = run(&commits, Occasion::Release, &policy(), &done);
    assert_eq!(effects(&again), Vec::<String>::new());
}
