//! Each operation that the paths know, beside the published one.

use bitbucket_api_paths::{Body, BodyKind, Lifecycle, Operation};
use serde::{Deserialize, Serialize};

use super::document::{Document, Published, PublishedBody};

/// How the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// Nothing is published at this path.
    Path,
    /// The path is published, but not with this method.
    Method,
    /// A parameter of the path is called otherwise.
    ParameterName,
    /// A query parameter is not published.
    Query,
    /// A query parameter that is needed is never sent.
    NeededQuery,
    /// One has a body, the other has none.
    Body,
    /// The body is of another media type, or a list where it is none.
    Media,
    /// A member of the body is not published.
    Field,
    /// A member of the body that is needed is never sent.
    NeededField,
    /// It was removed, as far as we know, but it is published.
    StillPublished,
    /// Only one of the two says that it is deprecated.
    Deprecation,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Disagreement {
    pub(super) operation: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    /// The parameter or member that it is about.
    pub(super) name: Option<String>,
    pub(super) says: String,
}

/// Every difference between the document and these operations. What only the document knows is none.
pub(super) fn compare(
    document: &Document,
    operations: impl Iterator<Item = &'static Operation>,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    for operation in operations {
        Comparison {
            operation,
            found: &mut found,
        }
        .with(document);
    }
    found
}

struct Comparison<'a> {
    operation: &'static Operation,
    found: &'a mut Vec<Disagreement>,
}

impl Comparison<'_> {
    fn add(&mut self, kind: Kind, name: Option<&str>, says: impl Into<String>) {
        self.found.push(Disagreement {
            operation: self.operation.id(),
            method: self.operation.method().as_str(),
            path: self.operation.template(),
            kind,
            name: name.map(str::to_owned),
            says: says.into(),
        });
    }

    fn with(mut self, document: &Document) {
        let at_path: Vec<&Published> = document
            .operations
            .iter()
            .filter(|one| is_same_place(&one.path, self.operation.template()))
            .collect();
        let method = self.operation.method().as_str();
        let published = at_path.iter().find(|one| one.method == method);
        match (self.operation.lifecycle().is_removed(), published) {
            (true, None) => {}
            (true, Some(_)) => self.add(
                Kind::StillPublished,
                None,
                "it is taken for removed, but the document still has it",
            ),
            (false, Some(published)) => self.both(published),
            (false, None) if at_path.is_empty() => {
                self.add(Kind::Path, None, "the document has no such path");
            }
            (false, None) => {
                let methods: Vec<&str> = at_path.iter().map(|one| one.method.as_str()).collect();
                let says = format!(
                    "the document has this path with {} only",
                    methods.join(", ")
                );
                self.add(Kind::Method, None, says);
            }
        }
    }

    fn both(&mut self, published: &Published) {
        let theirs: Vec<&str> = parameters(&published.path).collect();
        for (own, their) in self.operation.parameters().zip(theirs) {
            if own != their {
                let says = format!("the document calls it `{their}`");
                self.add(Kind::ParameterName, Some(own), says);
            }
        }
        self.queries(published);
        match (self.operation.body(), &published.body) {
            (None, None) => {}
            (None, Some(body)) if !body.needed => {}
            (None, Some(_)) => self.add(Kind::Body, None, "the document wants a body"),
            (Some(_), None) => self.add(Kind::Body, None, "the document knows of no body"),
            (Some(own), Some(body)) => self.bodies(own, body),
        }
        let deprecated = matches!(self.operation.lifecycle(), Lifecycle::Deprecated { .. });
        if deprecated != published.deprecated {
            let says = match published.deprecated {
                true => "the document says that it is deprecated",
                false => "the document does not say that it is deprecated",
            };
            self.add(Kind::Deprecation, None, says);
        }
    }

    fn queries(&mut self, published: &Published) {
        for name in self.operation.queries() {
            if !published.queries.contains(*name) {
                let says = "the document has no such query parameter";
                self.add(Kind::Query, Some(name), says);
            }
        }
        for name in &published.needed_queries {
            if !self.operation.queries().contains(&name.as_str()) {
                let says = "the document wants this query parameter";
                self.add(Kind::NeededQuery, Some(name), says);
            }
        }
    }

    fn bodies(&mut self, own: Body, published: &PublishedBody) {
        let (media, is_list) = match own.kind {
            BodyKind::Object => ("application/json", false),
            BodyKind::Objects => ("application/json", true),
            BodyKind::Form => ("application/x-www-form-urlencoded", false),
        };
        if !published
            .media
            .iter()
            .any(|one| one == media || one == "*/*")
        {
            let theirs: Vec<&str> = published.media.iter().map(String::as_str).collect();
            let says = format!("{media} is sent, the document takes {}", theirs.join(", "));
            self.add(Kind::Media, None, says);
        }
        if is_list != published.shape.is_list {
            let says = match is_list {
                true => "a list is sent, the document takes a single object",
                false => "a single object is sent, the document takes a list",
            };
            self.add(Kind::Media, None, says);
        }
        // A body whose members the document leaves open may hold anything.
        let fields = &published.shape.fields;
        let unknown = own.fields.iter().filter(|name| !fields.contains(**name));
        for name in unknown.filter(|_| !fields.is_empty()) {
            self.add(
                Kind::Field,
                Some(name),
                "the document has no such member of the body",
            );
        }
        for name in &published.shape.needed_fields {
            if !own.fields.contains(&name.as_str()) {
                let says = "the document wants this member of the body";
                self.add(Kind::NeededField, Some(name), says);
            }
        }
    }
}

/// Whether two templates are the same but for the names of their parameters.
fn is_same_place(left: &str, right: &str) -> bool {
    let place = |path: &str| -> Vec<String> {
        let segments = path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                true => "{}".to_owned(),
                false => segment.to_owned(),
            });
        segments.collect()
    };
    place(left) == place(right)
}

fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}
