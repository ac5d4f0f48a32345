//! The events that webhooks can subscribe to. Anybody may read them.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Endpoint, HookSubject, Paging};

operations! {
    OVERVIEW = get("getAWebhookResource", "/2.0/hook_events");
    OF = get("listSubscribableWebhookTypes", "/2.0/hook_events/{subject_type}")
        .paged(Paging::USUAL);
}

/// `GET /2.0/hook_events`: links to the lists by subject.
#[must_use]
pub fn overview() -> Endpoint {
    Endpoint::spell(&OVERVIEW, &[])
}

/// `GET /2.0/hook_events/{subject_type}`: the events of a subject, in pages: `event`, `category`, `label`, `description`.
#[must_use]
pub fn of(subject: HookSubject) -> Endpoint {
    Endpoint::spell(&OF, &[Part::Text(subject.as_str())])
}
