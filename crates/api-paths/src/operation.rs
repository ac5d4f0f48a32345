//! What is known of an operation before any identifier is filled in.

mod template;

use core::hash::{Hash, Hasher};

use crate::Method;
pub(crate) use template::Template;

/// One operation of the REST API: a method on a path template, and what the reference says about it.
///
/// Operations are constants of this crate; two are equal when their ids are.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    id: &'static str,
    method: Method,
    template: Template,
}

impl Operation {
    const fn new(id: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            id,
            method,
            template: Template::new(template),
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

    /// Unique name in camel case: the `operationId` of Bitbucket's OpenAPI document where it gives one, else its summary line.
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

    pub(crate) const fn parts(&self) -> &Template {
        &self.template
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
