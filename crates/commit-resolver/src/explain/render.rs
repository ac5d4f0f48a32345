//! The explanation as plain text.

use std::fmt;
use std::ops::Range;

use super::Explanation;
use crate::reference::Rule;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.skipped {
            f.write_str("skipped: the message says that it wants to be left alone, so nothing below happens\n")?;
        }
        for found in &self.references {
            let keyword = self.text(found.keyword());
            let how = how(found.rule());
            writeln!(
                f,
                "{} {}: {:?} {how} {keyword:?}",
                found.action(),
                found.short_id(),
                self.text(found.span())
            )?;
        }
        for link in &self.issue_links {
            let keyword = self.text(link.keyword());
            writeln!(
                f,
                "{} issue {} on {}: its address {} {keyword:?}",
                link.action(),
                link.issue(),
                link.host(),
                how(Rule::Address)
            )?;
        }
        if self.references.is_empty() && self.issue_links.is_empty() {
            f.write_str("no reference\n")?;
        }
        for miss in &self.misses {
            writeln!(f, "not {:?}: {}", miss.text(), miss.reason())?;
        }
        Ok(())
    }
}

impl Explanation {
    fn text(&self, span: Range<usize>) -> &str {
        self.message.get(span).unwrap_or_default()
    }
}

const fn how(rule: Rule) -> &'static str {
    match rule {
        Rule::Run => "is among the words behind",
        Rule::List => "stands behind",
        Rule::Trailer => "stands in the trailer",
        Rule::Scope => "is the scope of",
        Rule::Address => "stands behind",
    }
}
