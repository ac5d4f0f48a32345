//! What happens with a message and why, for a person.

mod miss;
mod near;
mod render;

use std::collections::BTreeSet;
use std::ops::Range;

pub use miss::{Miss, MissReason};

use crate::action::Action;
use crate::grammar::Grammar;
use crate::grammar::rules::Observer;
use crate::reference::{IssueLink, Reference};
use crate::scan::keywords::Keyword;
use crate::short_id::{ShortId, ShortIdError};

/// What a grammar finds in a message, and what only looks like a reference. `Display` says it in plain text, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Explanation {
    message: String,
    skipped: bool,
    references: Vec<Reference>,
    issue_links: Vec<IssueLink>,
    misses: Vec<Miss>,
}

impl Explanation {
    pub(crate) fn of(grammar: &Grammar, message: &str) -> Self {
        let mut collector = Collector::default();
        grammar.rules().read(message.as_bytes(), &mut collector);
        let mut addresses: Vec<(Range<usize>, MissReason)> = Vec::new();
        grammar
            .rules()
            .read_addresses(message.as_bytes(), &mut |span, link| {
                if let Err(reason) = link {
                    addresses.push((span, reason));
                }
            });
        let near = near::misses(grammar.rules(), message, &collector);
        let mut misses: Vec<Miss> = collector
            .misses
            .into_iter()
            .chain(addresses)
            .chain(near)
            .filter_map(|(span, reason)| Miss::new(message, span, reason))
            .collect();
        misses.sort_by_key(|miss| miss.span().start);
        Self {
            message: message.to_owned(),
            skipped: grammar.is_skipped(message),
            references: collector.references,
            issue_links: grammar.issue_links(message),
            misses,
        }
    }

    /// Whether the message says that it wants to be left alone. The references are told all the same.
    #[must_use]
    pub const fn is_skipped(&self) -> bool {
        self.skipped
    }

    /// What [`Grammar::references`] finds.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// What [`Grammar::issue_links`] finds.
    #[must_use]
    pub fn issue_links(&self) -> &[IssueLink] {
        &self.issue_links
    }

    /// What looks like a reference and is none, in order of appearance.
    #[must_use]
    pub fn misses(&self) -> &[Miss] {
        &self.misses
    }
}

/// Everything that is met on the walk.
#[derive(Default)]
struct Collector {
    references: Vec<Reference>,
    seen: BTreeSet<(Action, ShortId)>,
    misses: Vec<(Range<usize>, MissReason)>,
    statements: Vec<Range<usize>>,
}

impl Observer for Collector {
    fn reference(&mut self, reference: Reference) {
        if self
            .seen
            .insert((reference.action(), reference.short_id().clone()))
        {
            self.references.push(reference);
        } else {
            self.misses.push((reference.span(), MissReason::Repeated));
        }
    }

    fn miss(&mut self, span: Range<usize>, reason: MissReason) {
        // A word of prose, which nobody takes for an id.
        if reason != MissReason::NotAnId(ShortIdError::NoSeparator) {
            self.misses.push((span, reason));
        }
    }

    fn statement(&mut self, keyword: Keyword, end: usize) {
        self.statements.push(keyword.start..end);
    }
}
