//! An operation with its identifiers filled in: what one request asks for.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::encoding::{encoded_len, push_encoded};
use crate::{
    CommitSha, DiffSpec, FilePath, Method, Operation, Query, RepoRef, Revision, RevisionRange,
};

/// One address of the API with its method: everything of a request but host, headers and body.
///
/// Only the functions of this crate's resource modules make one, out of parsed identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    operation: &'static Operation,
    /// Encoded path, then `?` and the encoded query if there is one.
    target: String,
    path_len: usize,
}

impl Endpoint {
    /// Fills the holes of the operation's template with `parts`, in order, in one allocation.
    pub(crate) fn spell<'a>(
        operation: &'static Operation,
        parts: impl Iterator<Item = Part<'a>> + Clone,
    ) -> Self {
        let template = operation.parts();
        let length = template.literal_len() + parts.clone().map(Part::encoded_len).sum::<usize>();
        let mut target = String::with_capacity(length);
        let mut parts = parts;
        for literal in template.literals() {
            target.push_str(literal);
            if let Some(part) = parts.next() {
                part.push_to(&mut target);
            }
        }
        let path_len = target.len();
        Self {
            operation,
            target,
            path_len,
        }
    }

    /// [`spell`](Self::spell) for a template that begins with a repository.
    pub(crate) fn in_repository(
        operation: &'static Operation,
        repository: &RepoRef,
        parts: &[Part<'_>],
    ) -> Self {
        let repository = repository.segments().into_iter().map(Part::Text);
        Self::spell(operation, repository.chain(parts.iter().copied()))
    }

    /// The operation, with what is known of it: scopes, page lengths, whether it is still there.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The request method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.operation.method()
    }

    /// The path, encoded (RFC 3986 §3.3), beginning with `/2.0/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.target[..self.path_len]
    }

    /// The query, encoded, without its `?`; `None` when there is none.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.target.get(self.path_len + 1..)
    }

    /// Path and query as they stand in a request line.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.target
    }

    /// The operation's path template: low in cardinality, fit for a metric label.
    #[must_use]
    pub fn template(&self) -> &'static str {
        self.operation.template()
    }

    /// The operation's unique name.
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation.id()
    }

    /// Asks for the longest pages that the operation is known to give; changes nothing where there are no pages.
    #[must_use]
    pub fn with_longest_pages(self) -> Self {
        match self.operation.paging() {
            Some(paging) => self.with_query(Query::new().pagelen(paging.most.value.into())),
            None => self,
        }
    }

    /// Adds `query` after what is there. An empty query changes nothing.
    #[must_use]
    pub fn with_query(mut self, query: Query) -> Self {
        let added = query.as_str();
        if !added.is_empty() {
            let separator = if self.target.len() == self.path_len {
                '?'
            } else {
                '&'
            };
            self.target.reserve_exact(1 + added.len());
            self.target.push(separator);
            self.target.push_str(added);
        }
        self
    }
}

impl fmt::Display for Endpoint {
    /// Method, path and query: `GET /2.0/user`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.target)
    }
}

/// What fills one hole of a template. Made from identifiers alone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// One segment.
    Text(&'a str),
    /// Segments whose slashes stay.
    Path(&'a FilePath),
    /// One segment `new..old`.
    Range(&'a RevisionRange),
    /// One segment of digits.
    Number(u64),
}

impl Part<'_> {
    fn encoded_len(self) -> usize {
        match self {
            Self::Text(text) => encoded_len(text),
            Self::Path(path) => {
                path.segments()
                    .map(|segment| encoded_len(segment) + 1)
                    .sum::<usize>()
                    - 1
            }
            Self::Range(range) => {
                encoded_len(range.new_side().as_str())
                    + "..".len()
                    + encoded_len(range.old_side().as_str())
            }
            Self::Number(number) => number
                .checked_ilog10()
                .map_or(1, |digits| digits as usize + 1),
        }
    }

    fn push_to(self, out: &mut String) {
        match self {
            Self::Text(text) => push_encoded(out, text),
            Self::Path(path) => push_path(out, path),
            Self::Range(range) => {
                push_encoded(out, range.new_side().as_str());
                out.push_str("..");
                push_encoded(out, range.old_side().as_str());
            }
            Self::Number(number) => push_number(out, number),
        }
    }
}

fn push_path(out: &mut String, path: &FilePath) {
    for (index, segment) in path.segments().enumerate() {
        if index > 0 {
            out.push('/');
        }
        push_encoded(out, segment);
    }
}

fn push_number(out: &mut String, number: u64) {
    // Writing to a `String` never fails.
    let _ = write!(out, "{number}");
}

impl<'a> From<&'a Revision> for Part<'a> {
    fn from(revision: &'a Revision) -> Self {
        Self::Text(revision.as_str())
    }
}

impl<'a> From<&'a CommitSha> for Part<'a> {
    fn from(sha: &'a CommitSha) -> Self {
        Self::Text(sha.as_str())
    }
}

impl<'a> From<&'a DiffSpec> for Part<'a> {
    fn from(spec: &'a DiffSpec) -> Self {
        match spec {
            DiffSpec::Commit(sha) => sha.into(),
            DiffSpec::Revision(revision) => revision.into(),
            DiffSpec::Range(range) => Self::Range(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        FilePath, IssueId, RepoRef, RepoUuid, Revision, RevisionRange, diffs, issues, sources,
    };

    /// A text that had to grow has more room than it needs; one that fits exactly was allocated once.
    #[test]
    fn the_length_of_a_path_is_foretold_to_the_byte() {
        let uuid = RepoUuid::parse("7c1a0d2e-0000-4a5b-8c9d-0123456789ab").unwrap();
        let repository = RepoRef::from(uuid);
        let range = RevisionRange::new(
            Revision::parse("main").unwrap(),
            Revision::parse("feature/ü").unwrap(),
        );
        let sha = crate::CommitSha::parse("abcdef0").unwrap();
        let path = FilePath::parse("docs/a b/日本.md").unwrap();
        for endpoint in [
            diffs::diff(&repository, &range.into()),
            sources::contents(&repository, &sha, &path),
            issues::read(&repository, IssueId::new(1_000_000).unwrap()),
            issues::read(&repository, IssueId::new(9).unwrap()),
        ] {
            assert_eq!(
                endpoint.target.capacity(),
                endpoint.target.len(),
                "{endpoint}"
            );
        }
    }
}
