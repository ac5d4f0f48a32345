//! What to ask.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::HeaderValue;

use crate::policy::Repeat;
use crate::redirect::Redirects;

/// A request below a base URL.
#[derive(Clone)]
pub struct Call<'a> {
    /// The method in capitals.
    pub method: &'static str,
    /// The endpoint's template, for logs and errors: a path with names in place of values.
    pub template: &'static str,
    /// The encoded path and query below the base URL, beginning with `/`.
    pub path_and_query: Cow<'a, str>,
    /// The body with its media type.
    pub body: Option<(HeaderValue, Bytes)>,
    /// The media type asked for.
    pub accept: HeaderValue,
    /// Whether sending it twice is harmless.
    pub repeat: Repeat,
    /// What to do with a redirect.
    pub redirects: Redirects,
    /// Whether the answer stays the same for good, so that it may be kept.
    pub immutable: bool,
}

impl<'a> Call<'a> {
    /// A call without a body that asks for JSON; [`Repeat::of_method`] says whether it may be repeated.
    #[must_use]
    pub fn new(
        method: &'static str,
        template: &'static str,
        path_and_query: impl Into<Cow<'a, str>>,
    ) -> Self {
        Self {
            method,
            template,
            path_and_query: path_and_query.into(),
            body: None,
            accept: HeaderValue::from_static("application/json"),
            repeat: Repeat::of_method(method),
            redirects: Redirects::Refuse,
            immutable: false,
        }
    }

    /// The same call with its path copied.
    #[must_use]
    pub fn into_owned(self) -> Call<'static> {
        let path_and_query = Cow::Owned(self.path_and_query.into_owned());
        Call {
            path_and_query,
            method: self.method,
            template: self.template,
            body: self.body,
            accept: self.accept,
            repeat: self.repeat,
            redirects: self.redirects,
            immutable: self.immutable,
        }
    }

    /// The same call with a JSON body.
    #[must_use]
    pub fn json(self, body: Bytes) -> Self {
        Self {
            body: Some((HeaderValue::from_static("application/json"), body)),
            ..self
        }
    }

    /// The same call with a form body, already encoded.
    #[must_use]
    pub fn form(self, body: Bytes) -> Self {
        Self {
            body: Some((
                HeaderValue::from_static("application/x-www-form-urlencoded"),
                body,
            )),
            ..self
        }
    }

    /// The same call with another judgement on repeating it.
    #[must_use]
    pub fn repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }

    /// The same call with another rule for redirects; only GET and HEAD follow any.
    #[must_use]
    pub fn redirects(self, redirects: Redirects) -> Self {
        Self { redirects, ..self }
    }

    /// The same call; `immutable` says whether its answer stays the same for good, as what a full hash names does.
    #[must_use]
    pub fn immutable(self, immutable: bool) -> Self {
        Self { immutable, ..self }
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}
