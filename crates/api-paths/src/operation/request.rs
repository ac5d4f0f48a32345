//! What a request carries besides its path.

/// How the body of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// A JSON object.
    Object,
    /// A JSON array of objects.
    Objects,
    /// A form: `application/x-www-form-urlencoded`.
    Form,
}

/// The body of a request, as far as it is used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Body {
    /// How it is written.
    pub kind: BodyKind,
    /// Its members at the top: of the object, of each object in the array, of the form. Not all are needed.
    pub fields: &'static [&'static str],
}

impl Body {
    pub(crate) const fn object(fields: &'static [&'static str]) -> Self {
        Self {
            kind: BodyKind::Object,
            fields,
        }
    }

    pub(crate) const fn objects(fields: &'static [&'static str]) -> Self {
        Self {
            kind: BodyKind::Objects,
            fields,
        }
    }

    pub(crate) const fn form(fields: &'static [&'static str]) -> Self {
        Self {
            kind: BodyKind::Form,
            fields,
        }
    }

    /// What a webhook is made of.
    pub(crate) const HOOK: Self =
        Self::object(&["description", "url", "active", "events", "secret"]);
    /// What a comment is made of when it is changed, or stands on an issue.
    pub(crate) const TEXT: Self = Self::object(&["content"]);
    /// What a pull request is made of.
    pub(crate) const PULL_REQUEST: Self = Self::object(&[
        "title",
        "description",
        "source",
        "destination",
        "reviewers",
        "close_source_branch",
        "draft",
    ]);
    /// What a build status is made of.
    pub(crate) const STATUS: Self =
        Self::object(&["key", "state", "name", "url", "description", "refname"]);
    /// What an issue is made of.
    pub(crate) const ISSUE: Self = Self::object(&["title", "content", "kind", "priority", "state"]);
    /// What an annotation is made of.
    pub(crate) const ANNOTATION_FIELDS: &'static [&'static str] = &[
        "external_id",
        "annotation_type",
        "summary",
        "details",
        "path",
        "line",
        "severity",
        "result",
        "link",
    ];
}

/// Query parameters that select and order the entries of a listing.
pub(crate) const FILTERED: &[&str] = &["q", "sort"];
/// Query parameters that name commits.
pub(crate) const COMMITS: &[&str] = &["include", "exclude", "path"];
/// Query parameters of a listing of pull requests.
pub(crate) const PULL_REQUESTS: &[&str] = &["state", "q", "sort"];
