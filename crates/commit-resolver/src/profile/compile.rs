//! Makes a checked profile ready for the walk.

use memchr::memmem::Finder;

use super::check::is_mark;
use super::{ListRules, Profile, Statement};
use crate::grammar::rules::{Layout, Rules};
use crate::scan::keywords::{Keywords, packed};
use crate::scan::list::List;

impl Rules {
    /// The rules of a profile that was checked.
    pub(crate) fn of(profile: &Profile) -> Self {
        let words = profile
            .keywords
            .iter()
            .flat_map(|group| group.words.iter().map(|word| (word.as_str(), group.action)));
        Self {
            keywords: Keywords::new(words),
            forms: profile.ids.clone(),
            layout: match &profile.statement {
                Statement::Run => Layout::Run,
                Statement::List(rules) => Layout::List(List::of(rules)),
            },
            projects: None,
            issue_hosts: profile.issue_hosts.clone(),
            skip: profile
                .skip_markers
                .iter()
                .map(|marker| Finder::new(marker).into_owned())
                .collect(),
        }
    }
}

impl List {
    fn of(rules: &ListRules) -> Self {
        let (marks, words): (Vec<&str>, Vec<&str>) = rules
            .joiners
            .iter()
            .map(String::as_str)
            .partition(|joiner| is_mark(joiner));
        Self {
            fillers: rules
                .fillers
                .iter()
                .map(|word| packed(word.as_bytes()))
                .collect(),
            joining_words: words.iter().map(|word| packed(word.as_bytes())).collect(),
            joining_marks: marks.iter().flat_map(|mark| mark.bytes()).collect(),
            one_id_per_action: rules.one_id_per_action,
            scopes: rules.scopes,
            compounds: rules.compounds,
            lower_case_words: rules.lower_case_words,
            negations: rules
                .negations
                .iter()
                .map(|word| word.to_ascii_lowercase().into_bytes())
                .collect(),
            reverts: rules.reverts,
            quotes: rules.quotes,
        }
    }
}
