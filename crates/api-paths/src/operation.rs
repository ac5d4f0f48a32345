//! What is known of an operation before any identifier is filled in.

mod access;
mod facts;
pub(crate) mod request;
mod template;

use core::fmt;
use core::hash::{Hash, Hasher};

use crate::Method;
pub use access::{Access, GranularScope, Scope};
pub use facts::{Certainty, Fact, Lifecycle, Paging};
pub use request::{Body, BodyKind};
pub(crate) use template::Template;

/// Defines the operations of a resource as statics, and the list `OPERATIONS` of them all.
macro_rules! operations {
    ($($name:ident = $method:ident($id:literal, $template:literal) $(.$fact:ident($value:expr))*;)*) => {
        $(
            static $name: crate::Operation = crate::Operation::$method($id, $template)$(.$fact($value))*;
        )*

        /// Every operation of this resource.
        pub(crate) static OPERATIONS: &[&crate::Operation] = &[$(&$name),*];
    };
}
pub(crate) use operations;

/// One operation of the REST API: a method on a path template, and what the reference says about it.
///
/// Operations are constants of this crate; two are equal when their ids are.
pub struct Operation {
    id: &'static str,
    method: Method,
    template: Template,
    access: Access,
    paging: Option<Paging>,
    queries: &'static [&'static str],
    body: Option<Body>,
    lifecycle: Lifecycle,
}

impl Operation {
    const fn new(id: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            id,
            method,
            template: Template::new(template),
            access: Access::NONE,
            paging: None,
            queries: &[],
            body: None,
            lifecycle: Lifecycle::Current,
        }
    }

    pub(crate) const fn get(id: &'static str, template: &'static str) -> Self {
        Self::new(id, Method::Get, template)
    }

    pub(crate) const fn post(id: &'static str, template: &'static str) -> Self {
        Self::new(id, Method::Post, template)
    }

    pub(crate) const fn put(id: &'static str, template: &'static str) -> Self {
        Self::new(id, Method::Put, template)
    }

    pub(crate) const fn delete(id: &'static str, template: &'static str) -> Self {
        Self::new(id, Method::Delete, template)
    }

    pub(crate) const fn head(id: &'static str, template: &'static str) -> Self {
        Self::new(id, Method::Head, template)
    }

    pub(crate) const fn needs(self, access: Access) -> Self {
        Self { access, ..self }
    }

    pub(crate) const fn paged(self, paging: Paging) -> Self {
        Self {
            paging: Some(paging),
            ..self
        }
    }

    pub(crate) const fn takes(self, queries: &'static [&'static str]) -> Self {
        Self { queries, ..self }
    }

    pub(crate) const fn sends(self, body: Body) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    pub(crate) const fn fate(self, lifecycle: Lifecycle) -> Self {
        Self { lifecycle, ..self }
    }

    /// Every operation this crate knows, resource by resource.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        crate::endpoints::OPERATIONS
            .iter()
            .copied()
            .flatten()
            .copied()
    }

    /// Unique name in camel case: the `operationId` of Bitbucket's OpenAPI document where it gives one, else made from its summary
    /// line; the few operations that the document lacks are named in the same manner.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The request method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The path with its parameters by name, below the API's origin: `/2.0/repositories/{workspace}/{repo_slug}/commits`.
    ///
    /// One per operation, so it is fit for a metric label or a span name.
    #[must_use]
    pub const fn template(&self) -> &'static str {
        self.template.as_str()
    }

    /// The names of the template's parameters, in order: `workspace`, `repo_slug`.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        self.template.names().iter().copied()
    }

    /// The scopes that a credential needs (OpenAPI document, `security` and `x-atlassian-oauth2-scopes`).
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// The length of its pages; `None` when the answer does not come in pages.
    #[must_use]
    pub const fn paging(&self) -> Option<Paging> {
        self.paging
    }

    /// The names of the query parameters that it is used with here, beyond what the REST introduction gives to all: `fields`, and
    /// where the answer comes in pages `page` and `pagelen`.
    #[must_use]
    pub const fn queries(&self) -> &'static [&'static str] {
        self.queries
    }

    /// What its requests carry; `None` when they have no body.
    #[must_use]
    pub const fn body(&self) -> Option<Body> {
        self.body
    }

    /// Whether it is still there.
    #[must_use]
    pub const fn lifecycle(&self) -> Lifecycle {
        self.lifecycle
    }

    pub(crate) const fn parts(&self) -> &Template {
        &self.template
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Operation({}: {} {})",
            self.id,
            self.method,
            self.template()
        )
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Operation {}

impl Hash for Operation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
