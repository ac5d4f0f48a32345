//! A profile made ready to read messages.

use std::collections::HashSet;
use std::sync::Arc;

use memchr::memmem::Finder;

use crate::action::Action;
use crate::issue_host::{IssueHost, issue_of};
use crate::reference::{IssueLink, Reference};
use crate::scan::keywords::Keywords;
use crate::scan::{self, run};
use crate::short_id::{IdForm, MAX_LENGTH, ShortId};

/// From this number of references on, a set finds those that came before.
const FEW: usize = 16;

/// How commit messages are read. Immutable; a clone shares everything.
#[derive(Debug, Clone)]
pub struct Grammar {
    rules: Arc<Rules>,
}

#[derive(Debug, Clone)]
struct Rules {
    keywords: Keywords,
    issue_hosts: Vec<IssueHost>,
    skip: Vec<Finder<'static>>,
}

impl Grammar {
    /// What Sentry itself reads: see the profile `sentry` in the crate's documentation.
    #[must_use]
    pub fn sentry() -> Self {
        let words = [
            "fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved",
        ];
        let keywords = Keywords::new(words.map(|word| (word, Action::Resolve)));
        let skip = vec![Finder::new("#skipsentry").into_owned()];
        Self {
            rules: Arc::new(Rules {
                keywords,
                issue_hosts: Vec::new(),
                skip,
            }),
        }
    }

    /// The same grammar that also reads addresses of issues on these hosts and their sub-domains.
    #[must_use]
    pub fn with_issue_hosts(&self, hosts: impl IntoIterator<Item = IssueHost>) -> Self {
        let mut rules = Rules::clone(&self.rules);
        rules.issue_hosts = hosts.into_iter().collect();
        Self {
            rules: Arc::new(rules),
        }
    }

    /// The issues that a message names by short id: distinct, in order of appearance. A message that is to be skipped is read
    /// like any other; see [`Grammar::is_skipped`]. Allocates nothing when nothing is found.
    #[must_use]
    pub fn references(&self, message: &str) -> Vec<Reference> {
        self.references_in_bytes(message.as_bytes())
    }

    /// Like [`Grammar::references`] for a message that may not be UTF-8. Spans count its bytes.
    #[must_use]
    pub fn references_in_bytes(&self, message: &[u8]) -> Vec<Reference> {
        let mut distinct = Distinct::default();
        scan::for_each_keyword(&self.rules.keywords, message, true, |keyword, behind| {
            run::read(behind, |token| {
                let mut buffer = [0; MAX_LENGTH];
                let text = token.start.text_to(token.end, &mut buffer);
                if let Some(id) = text.and_then(|text| ShortId::parse_as(IdForm::Sentry, text).ok())
                {
                    distinct.add(Reference::new(
                        keyword.action,
                        id,
                        token.start.at()..token.end,
                    ));
                }
            })
        });
        distinct.references
    }

    /// The issues that a message names by their address on one of the issue hosts: distinct, in order of appearance.
    #[must_use]
    pub fn issue_links(&self, message: &str) -> Vec<IssueLink> {
        self.issue_links_in_bytes(message.as_bytes())
    }

    /// Like [`Grammar::issue_links`] for a message that may not be UTF-8. Spans count its bytes.
    #[must_use]
    pub fn issue_links_in_bytes(&self, message: &[u8]) -> Vec<IssueLink> {
        let mut links: Vec<IssueLink> = Vec::new();
        let mut seen = HashSet::new();
        if self.rules.issue_hosts.is_empty() {
            return links;
        }
        scan::for_each_keyword(&self.rules.keywords, message, true, |keyword, behind| {
            scan::urls::read(behind, |address| {
                let Ok((host, issue)) = issue_of(&address.text, &self.rules.issue_hosts) else {
                    return;
                };
                if seen.insert((keyword.action, host.clone(), issue)) {
                    links.push(IssueLink::new(
                        keyword.action,
                        host,
                        issue,
                        address.start..address.end,
                    ));
                }
            })
        });
        links
    }

    /// Whether a message says that it wants to be left alone, such as by `#skipsentry` anywhere in it.
    #[must_use]
    pub fn is_skipped(&self, message: &str) -> bool {
        self.is_skipped_in_bytes(message.as_bytes())
    }

    /// Like [`Grammar::is_skipped`] for a message that may not be UTF-8.
    #[must_use]
    pub fn is_skipped_in_bytes(&self, message: &[u8]) -> bool {
        self.rules
            .skip
            .iter()
            .any(|marker| marker.find(message).is_some())
    }
}

/// References without repetition.
#[derive(Default)]
struct Distinct {
    references: Vec<Reference>,
    seen: HashSet<(Action, ShortId)>,
}

impl Distinct {
    fn add(&mut self, reference: Reference) {
        if self.is_new(&reference) {
            self.references.push(reference);
        }
    }

    fn is_new(&mut self, reference: &Reference) -> bool {
        if self.references.len() < FEW {
            let same = |known: &Reference| {
                known.action() == reference.action() && known.short_id() == reference.short_id()
            };
            return !self.references.iter().any(same);
        }
        if self.seen.is_empty() {
            self.seen = self
                .references
                .iter()
                .map(|known| (known.action(), known.short_id().clone()))
                .collect();
        }
        self.seen
            .insert((reference.action(), reference.short_id().clone()))
    }
}
