//! What an endpoint's handler works with: the request, who asks, and the world.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{answer::Answer, asked::Asked};
use crate::world::World;

/// An endpoint's result: both sides are answers, so that a check can leave early by `?`.
pub(crate) type Handled = Result<Answer, Answer>;

/// How far a credential reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    Nothing,
    /// Everything in these workspaces (slugs).
    Workspaces(Vec<String>),
    /// One repository, by its uuid.
    Repository(String),
    /// One Sentry organization, by its slug.
    Organization(String),
}

/// Whoever asks, after authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// How records name the credential; never the credential itself.
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) reach: Reach,
}

impl Caller {
    pub(crate) fn anonymous() -> Self {
        Self {
            name: "anonymous".to_owned(),
            scopes: Vec::new(),
            reach: Reach::Nothing,
        }
    }
}

/// One call of one endpoint.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) world: &'a mut World,
    pub(crate) caller: Caller,
    pub(crate) params: BTreeMap<&'static str, String>,
    /// Address of the half that was asked, without a trailing slash.
    pub(crate) base: &'a str,
    pub(crate) now: Timestamp,
}

impl Call<'_> {
    /// A path parameter, decoded; empty if the route has no such parameter.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}
