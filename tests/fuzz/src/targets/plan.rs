//! What commits ask for: a plan that was carried out leaves nothing to do, in each profile.
//!
//! Each line is the message of a commit, the oldest first.

use bitbucket_commit_resolver::{Grammar, Known, Occasion, PlanCommit, Policy, plan};

/// More commits find nothing that these don't, only later.
const MOST_COMMITS: usize = 16;

pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let messages: Vec<&str> = text.lines().take(MOST_COMMITS).collect();
    let shas: Vec<String> = (0..messages.len())
        .map(|number| format!("{number:x}123abc0"))
        .collect();
    let commits: Vec<_> = shas
        .iter()
        .zip(messages)
        .map(|(sha, message)| PlanCommit { sha, message })
        .collect();
    for grammar in [Grammar::sentry(), Grammar::strict(), Grammar::smart()] {
        let policy = Policy::new(grammar);
        let asked = plan(&commits, Occasion::Release, &policy, &Known::default());
        let done: Known = asked.effects.into_iter().collect();
        let again = plan(&commits, Occasion::Release, &policy, &done);
        assert_eq!(again.effects, []);
        let pushed = plan(&commits, Occasion::Push { branch: "main" }, &policy, &done);
        assert_eq!(pushed.effects, []);
    }
}
