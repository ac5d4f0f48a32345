//! A profile made ready to read messages.

pub(crate) mod rules;

use std::collections::HashSet;
use std::sync::Arc;

use self::rules::{Observer, Parts, Rules};
use crate::action::Action;
use crate::explain::Explanation;
use crate::issue_host::IssueHost;
use crate::profile::Profile;
use crate::reference::{IssueLink, Reference};
use crate::short_id::ShortId;

/// From this number of references on, a set finds those that came before.
const FEW: usize = 16;

/// How commit messages are read. Immutable; a clone shares everything.
#[derive(Debug, Clone)]
pub struct Grammar {
    rules: Arc<Rules>,
}

impl Grammar {
    pub(crate) fn of(rules: Rules) -> Self {
        Self {
            rules: Arc::new(rules),
        }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What Sentry itself reads: [`Profile::sentry`].
    #[must_use]
    pub fn sentry() -> Self {
        Self::of(Rules::of(&Profile::sentry()))
    }

    /// What we recommend where Sentry does not read along: [`Profile::strict`].
    #[must_use]
    pub fn strict() -> Self {
        Self::of(Rules::of(&Profile::strict()))
    }

    /// What Bitbucket's former issue tracker read: [`Profile::smart`].
    #[must_use]
    pub fn smart() -> Self {
        Self::of(Rules::of(&Profile::smart()))
    }

    /// The same grammar that also reads addresses of issues on these hosts and their sub-domains.
    #[must_use]
    pub fn with_issue_hosts(&self, hosts: impl IntoIterator<Item = IssueHost>) -> Self {
        let mut rules = Rules::clone(&self.rules);
        rules.issue_hosts = hosts.into_iter().collect();
        Self::of(rules)
    }

    /// The same grammar for these projects only, so that `UTF-8` or `CVE-2024-1234` is no reference. Case does not count.
    #[must_use]
    pub fn with_projects(&self, slugs: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut rules = Rules::clone(&self.rules);
        let mut projects: Vec<String> = slugs
            .into_iter()
            .map(|slug| slug.as_ref().to_ascii_lowercase())
            .collect();
        projects.sort_unstable();
        rules.projects = Some(projects);
        Self::of(rules)
    }

    /// The id that a text is, in the first form of this grammar that fits; `None` when it is none, or one of an unknown project.
    #[must_use]
    pub fn short_id(&self, text: &str) -> Option<ShortId> {
        self.rules.parse(text).ok().map(Parts::id)
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
        self.rules.read(message, &mut distinct);
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
        self.rules.read_addresses(message, &mut |_, link| {
            let Ok(link) = link else { return };
            if seen.insert((link.action(), link.host().to_owned(), link.issue())) {
                links.push(link);
            }
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

    /// What would be found in a message and why, and what looks like a reference and is none. Takes its time.
    #[must_use]
    pub fn explain(&self, message: &str) -> Explanation {
        Explanation::of(self, message)
    }
}

/// References without repetition.
#[derive(Default)]
struct Distinct {
    references: Vec<Reference>,
    seen: HashSet<(Action, ShortId)>,
}

impl Observer for Distinct {
    fn reference(&mut self, reference: Reference) {
        if self.is_new(&reference) {
            self.references.push(reference);
        }
    }
}

impl Distinct {
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
