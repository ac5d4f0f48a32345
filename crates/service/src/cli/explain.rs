//! `explain`

use std::io::{self, Read as _};
use std::path::Path;

use bitbucket_commit_resolver::{Action, Effect, Known, Occasion, PlanCommit, Policy, plan};

use super::args::ExplainArgs;
use super::{Failure, Output};
use crate::config::{self, Environment};

/// The longest message that is read, in bytes.
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;

pub(super) fn run(
    args: &ExplainArgs,
    file: Option<&Path>,
    environment: &Environment,
    output: &Output,
) -> Result<(), Failure> {
    let policy = policy(args, file, environment)?;
    let message = if args.message == "-" {
        from_input()?
    } else {
        args.message.clone()
    };
    let told = policy.grammar().explain(&message).to_string();
    output.line(told.trim_end());
    for line in outcomes(&policy, &message, &args.branch) {
        output.line(&line);
    }
    Ok(())
}

fn policy(
    args: &ExplainArgs,
    file: Option<&Path>,
    environment: &Environment,
) -> Result<Policy, Failure> {
    let loaded =
        config::load(file, environment).map_err(|error| Failure::Usage(error.to_string()))?;
    let commits = loaded.config.commits;
    match args.profile {
        Some(profile) => Ok(commits.policy_with(profile.grammar())),
        None => commits
            .policy()
            .map_err(|error| Failure::Usage(error.to_string())),
    }
}

/// What happens to each issue when a commit with this message is pushed, and when it is released; a line each.
fn outcomes(policy: &Policy, message: &str, branch: &str) -> Vec<String> {
    let sha = "0000000";
    let commits = [PlanCommit { sha, message }];
    let pushed = plan(
        &commits,
        Occasion::Push { branch },
        policy,
        &Known::default(),
    );
    let mut lines: Vec<String> = pushed
        .effects
        .iter()
        .map(|effect| format!("pushed to {branch}: {}", outcome(effect, "")))
        .collect();
    let known: Known = pushed.effects.into_iter().collect();
    let released = plan(&commits, Occasion::Release, policy, &known);
    let in_release = released
        .effects
        .iter()
        .map(|effect| format!("released: {}", outcome(effect, " in the release")));
    lines.extend(in_release);
    lines
}

fn outcome(effect: &Effect, when: &str) -> String {
    let target = &effect.target;
    match effect.action {
        Action::Reference => format!("{target} is told of the commit"),
        Action::Resolve => format!("{target} is resolved{when}"),
        Action::Reopen => format!("{target} is opened again"),
        Action::Hold | Action::WontFix | Action::Invalidate => {
            format!("{target} is archived ({})", effect.action)
        }
    }
}

fn from_input() -> Result<String, Failure> {
    let mut message = String::new();
    let read = io::stdin()
        .take(MAX_MESSAGE_BYTES)
        .read_to_string(&mut message);
    read.map_err(|error| Failure::Usage(format!("can't read the message: {error}")))?;
    Ok(message)
}
