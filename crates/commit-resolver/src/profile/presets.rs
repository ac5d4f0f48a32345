//! The profiles that come with the crate.

use super::{KeywordGroup, ListRules, Profile, Statement};
use crate::action::Action;
use crate::short_id::IdForm;

const SKIP: &str = "#skipsentry";

fn words(list: &str) -> Vec<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

fn group(action: Action, list: &str) -> KeywordGroup {
    KeywordGroup {
        action,
        words: words(list),
    }
}

impl Profile {
    /// What Sentry itself reads.
    #[must_use]
    pub fn sentry() -> Self {
        Self {
            name: "sentry".to_owned(),
            keywords: vec![group(
                Action::Resolve,
                "fix fixes fixed close closes closed resolve resolves resolved",
            )],
            ids: vec![IdForm::Sentry],
            statement: Statement::Run,
            skip_markers: words(SKIP),
            issue_hosts: Vec::new(),
        }
    }

    /// What we recommend where Sentry does not read along: nothing counts that a reader would not take for a reference.
    #[must_use]
    pub fn strict() -> Self {
        let resolve = "fix fixes fixed fixing close closes closed closing resolve resolves resolved resolving";
        Self {
            name: "strict".to_owned(),
            keywords: vec![
                group(Action::Resolve, resolve),
                group(Action::Reference, "ref refs references see"),
                group(Action::Reopen, "reopen reopens reopened reopening"),
            ],
            ids: vec![IdForm::Sentry],
            statement: Statement::List(ListRules {
                fillers: words("issue issues"),
                joiners: words(", ; & / and"),
                scopes: true,
                negations: words(
                    "not never no cannot can't don't doesn't didn't won't isn't wasn't aren't without dont doesnt didnt wont",
                ),
                ..ListRules::default()
            }),
            skip_markers: words(SKIP),
            issue_hosts: Vec::new(),
        }
    }

    /// The keywords of Bitbucket's former issue tracker, with `#12`.
    #[must_use]
    pub fn smart() -> Self {
        let resolve = "close closes closed closing fix fixes fixed fixing resolve resolves resolved resolving";
        Self {
            name: "smart".to_owned(),
            keywords: vec![
                group(Action::Resolve, resolve),
                group(Action::Reopen, "reopen reopens reopening"),
                group(Action::Hold, "hold holds holding"),
                group(Action::WontFix, "wontfix"),
                group(
                    Action::Invalidate,
                    "invalidate invalidates invalidated invalidating",
                ),
                group(Action::Reference, "addresses re references ref refs see"),
            ],
            ids: vec![IdForm::Number],
            statement: Statement::List(ListRules {
                fillers: words("issue bug ticket"),
                joiners: words(", and"),
                one_id_per_action: true,
                compounds: true,
                reverts: true,
                quotes: true,
                ..ListRules::default()
            }),
            skip_markers: words(SKIP),
            issue_hosts: Vec::new(),
        }
    }
}
