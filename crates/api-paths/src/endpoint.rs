//! An operation with its identifiers filled in: what one request asks for.

use alloc::string::String;
use core::fmt;

use crate::encoding::{UNRESERVED, UNRESERVED_AND_SLASH, encoded_len, push_encoded};
use crate::{
    CommitSha, DiffSpec, FilePath, HookUuid, Method, Operation, Query, RepoRef, RepoSlug, Revision,
    RevisionRange, Workspace,
};

/// One address of the API with its method: everything of a request but host, headers and body.
///
/// Only the functions of this crate's resource modules make one, out of parsed identifiers. A text of the caller's is no identifier:
///
/// ```compile_fail,E0308
/// let endpoint = bitbucket_api_paths::commits::list("acme/../../secret");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    operation: &'static Operation,
    /// Encoded path, then `?` and the encoded query if there is one.
    target: String,
    path_len: usize,
}

impl Endpoint {
    /// Fills the holes of the operation's template with `parts`, in order, in one allocation.
    pub(crate) fn spell(operation: &'static Operation, parts: &[Part<'_>]) -> Self {
        Self::spelled(operation, parts.iter())
    }

    /// [`spell`](Self::spell) for a template that begins with a repository.
    pub(crate) fn in_repository(
        operation: &'static Operation,
        repository: &RepoRef,
        parts: &[Part<'_>],
    ) -> Self {
        let repository = repository.segments().map(Part::slug_or_uuid);
        Self::spelled(operation, repository.iter().chain(parts))
    }

    fn spelled<'a>(
        operation: &'static Operation,
        parts: impl Iterator<Item = &'a Part<'a>> + Clone,
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
    /// One segment of any text.
    Text(&'a str),
    /// One segment that holds nothing to encode.
    Plain(&'a str),
    /// One segment in braces that holds nothing else to encode; the text is without them.
    Braced(&'a str),
    /// Segments whose slashes stay.
    Path(&'a FilePath),
    /// One segment `new..old`.
    Range(&'a RevisionRange),
    /// One segment of digits.
    Number(u64),
}

impl<'a> Part<'a> {
    /// For identifiers that are a slug, a UUID in braces, or `{}`.
    pub(crate) fn slug_or_uuid(text: &'a str) -> Self {
        match text.strip_prefix('{') {
            None => Self::Plain(text),
            Some(bare) => Self::Braced(bare.trim_end_matches('}')),
        }
    }

    fn encoded_len(&self) -> usize {
        match self {
            Self::Text(text) => encoded_len(text, &UNRESERVED),
            Self::Plain(text) => text.len(),
            Self::Braced(text) => OPENING.len() + text.len() + CLOSING.len(),
            Self::Path(path) => encoded_len(path.as_str(), &UNRESERVED_AND_SLASH),
            Self::Range(range) => {
                let [new, old] = [range.new_side(), range.old_side()]
                    .map(|side| encoded_len(side.as_str(), &UNRESERVED));
                new + "..".len() + old
            }
            Self::Number(number) => number
                .checked_ilog10()
                .map_or(1, |digits| digits as usize + 1),
        }
    }

    fn push_to(&self, out: &mut String) {
        match self {
            Self::Text(text) => push_encoded(out, text, &UNRESERVED),
            Self::Plain(text) => out.push_str(text),
            Self::Braced(text) => {
                out.push_str(OPENING);
                out.push_str(text);
                out.push_str(CLOSING);
            }
            Self::Path(path) => push_encoded(out, path.as_str(), &UNRESERVED_AND_SLASH),
            Self::Range(range) => {
                push_encoded(out, range.new_side().as_str(), &UNRESERVED);
                out.push_str("..");
                push_encoded(out, range.old_side().as_str(), &UNRESERVED);
            }
            Self::Number(number) => push_number(out, *number),
        }
    }
}

fn push_number(out: &mut String, number: u64) {
    let mut digits = [0; 20];
    let mut begin = digits.len();
    let mut rest = number;
    loop {
        begin -= 1;
        // A digit, so it fits.
        digits[begin] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[begin..].iter().map(|&digit| char::from(digit)));
}

/// `{` and `}`, encoded.
const OPENING: &str = "%7B";
const CLOSING: &str = "%7D";

impl<'a> From<&'a Revision> for Part<'a> {
    fn from(revision: &'a Revision) -> Self {
        Self::Text(revision.as_str())
    }
}

impl<'a> From<&'a CommitSha> for Part<'a> {
    fn from(sha: &'a CommitSha) -> Self {
        Self::Plain(sha.as_str())
    }
}

macro_rules! slugs_or_uuids {
    ($($name:ident)*) => {
        $(
            impl<'a> From<&'a $name> for Part<'a> {
                fn from(identifier: &'a $name) -> Self {
                    Self::slug_or_uuid(identifier.as_str())
                }
            }
        )*
    };
}

slugs_or_uuids! { Workspace RepoSlug HookUuid }

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
