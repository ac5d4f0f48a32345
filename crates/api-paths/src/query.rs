//! The query of a request: parameters in order, encoded as they are added.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::encoding::{Escape, UNRESERVED, decoded, encoded_len, push_encoded};
use crate::{FilePath, Filter, Revision};

/// Room for a query of a few parameters, so that building one allocates once as a rule.
const USUAL_BYTES: usize = 128;

/// Query parameters, in the order they were added.
///
/// Names and values are percent-encoded on the way in; no text can end a value, add a parameter or leave the query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Query {
    encoded: String,
}

impl Query {
    /// No parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            encoded: String::new(),
        }
    }

    /// Adds `name=value`.
    #[must_use]
    pub fn param(mut self, name: &str, value: &str) -> Self {
        self.push_name(name);
        self.encoded.reserve(encoded_len(value, &UNRESERVED));
        push_encoded(&mut self.encoded, value, &UNRESERVED);
        self
    }

    /// Adds one more `name=value` to a parameter that may be given several times, such as `include`, `exclude`, `path` and `state`.
    ///
    /// The same as [`param`](Self::param), which reads like a mistake where a name is repeated on purpose.
    #[must_use]
    pub fn repeat(self, name: &str, value: &str) -> Self {
        self.param(name, value)
    }

    /// Entries per page. More than the operation takes ([`Operation::paging`](crate::Operation::paging)) is answered with 400.
    #[must_use]
    pub fn pagelen(mut self, entries: usize) -> Self {
        self.push_name("pagelen");
        // Writing to a `String` never fails.
        let _ = write!(self.encoded, "{entries}");
        self
    }

    /// Which fields the answer holds: `next,values.hash` keeps these, `-links` leaves out, `+values.reviewers` adds.
    ///
    /// A trimmed page must keep `next`, or it looks like the last one.
    #[must_use]
    pub fn fields(self, fields: &str) -> Self {
        self.param("fields", fields)
    }

    /// The one field to sort by; `-` in front reverses.
    #[must_use]
    pub fn sort(self, field: &str) -> Self {
        self.param("sort", field)
    }

    /// Only entries that `filter` lets through (`q`).
    #[must_use]
    pub fn filter(self, filter: &Filter) -> Self {
        self.param("q", filter.as_str())
    }

    /// Commits reachable from `revision` (once more for each call).
    #[must_use]
    pub fn include(self, revision: &Revision) -> Self {
        self.param("include", revision.as_str())
    }

    /// No commits reachable from `revision` (once more for each call).
    #[must_use]
    pub fn exclude(self, revision: &Revision) -> Self {
        self.param("exclude", revision.as_str())
    }

    /// Only what concerns `path` (once more for each call where the operation allows several).
    #[must_use]
    pub fn path(self, path: &FilePath) -> Self {
        self.param("path", path.as_str())
    }

    /// These parameters, then those of `more`.
    #[must_use]
    pub fn followed_by(mut self, more: Self) -> Self {
        if self.is_empty() {
            return more;
        }
        if !more.is_empty() {
            self.encoded.reserve_exact(1 + more.encoded.len());
            self.encoded.push('&');
            self.encoded.push_str(&more.encoded);
        }
        self
    }

    /// The parameters encoded, without `?`. Also the body of a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.encoded
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.encoded.is_empty()
    }

    /// Reads a query in whatever encoding; `+` is a space, as in forms.
    pub(crate) fn parse(text: &str) -> Result<Self, Escape> {
        let mut query = Self::new();
        let mut position = 0;
        for pair in text.split('&') {
            if !pair.is_empty() {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let value_at = position + pair.len() - value.len();
                query = query.param(&form(name, position)?, &form(value, value_at)?);
            }
            position += pair.len() + 1;
        }
        Ok(query)
    }

    fn push_name(&mut self, name: &str) {
        if self.encoded.capacity() == 0 {
            self.encoded.reserve(USUAL_BYTES);
        }
        if !self.encoded.is_empty() {
            self.encoded.push('&');
        }
        push_encoded(&mut self.encoded, name, &UNRESERVED);
        self.encoded.push('=');
    }
}

fn form(text: &str, offset: usize) -> Result<String, Escape> {
    let spaced = text.replace('+', " ");
    let decoded = decoded(&spaced).map_err(|Escape { position }| Escape {
        position: offset + position,
    })?;
    Ok(decoded.into_owned())
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.encoded)
    }
}

#[cfg(test)]
mod tests {
    use super::Query;
    use crate::{FilePath, Revision};

    #[test]
    fn parameters_keep_their_order_and_are_encoded() {
        let query = Query::new()
            .pagelen(100)
            .fields("next,+values.hash")
            .sort("-updated_on");
        assert_eq!(
            query.as_str(),
            "pagelen=100&fields=next%2C%2Bvalues.hash&sort=-updated_on"
        );
    }

    #[test]
    fn a_value_cannot_become_another_parameter() {
        let query = Query::new()
            .param("state", "OPEN&pagelen=1#x")
            .repeat("state", "");
        assert_eq!(query.as_str(), "state=OPEN%26pagelen%3D1%23x&state=");
    }

    #[test]
    fn commits_are_chosen_by_include_exclude_and_path() {
        let branch = Revision::parse("feature/löschen").unwrap();
        let query = Query::new()
            .include(&branch)
            .exclude(&Revision::parse("main").unwrap())
            .path(&FilePath::parse("a b/c").unwrap());
        assert_eq!(
            query.as_str(),
            "include=feature%2Fl%C3%B6schen&exclude=main&path=a%20b%2Fc"
        );
    }
}
