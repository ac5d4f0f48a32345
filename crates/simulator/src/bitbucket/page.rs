//! Pages: `values`, `next`, and what comes along without a promise.

use serde_json::{Value, json};

use super::error;
use crate::wire::{answer::Answer, call::Call, text};

/// How an endpoint cuts its list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) default: usize,
    pub(super) max: usize,
}

/// The general rule.
pub(super) const GENERAL: Cut = Cut {
    default: 10,
    max: 100,
};

/// The part of a list that a request asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) page: usize,
    pub(super) length: usize,
}

impl Window {
    /// Reads `page` and `pagelen`; 400 "Invalid pagelen" if it is out of bounds.
    pub(super) fn of(call: &Call<'_>, cut: Cut) -> Result<Self, Answer> {
        let pagelen = match call.asked.query_value("pagelen") {
            None => cut.default,
            Some(text) => text
                .parse()
                .ok()
                .filter(|length| (1..=cut.max).contains(length))
                .ok_or_else(|| error::simple(400, "Invalid pagelen"))?,
        };
        let page = match call.asked.query_value("page") {
            None => 1,
            Some(text) => text
                .parse()
                .ok()
                .filter(|page| *page >= 1)
                .ok_or_else(|| error::simple(400, "Invalid page"))?,
        };
        let cap = call.world.bitbucket.page_cap.unwrap_or(usize::MAX);
        Ok(Self {
            page,
            length: pagelen.min(cap).max(1),
        })
    }

    fn start(self) -> usize {
        self.length.saturating_mul(self.page - 1)
    }

    /// The items of this page, and whether there are more.
    pub(super) fn slice<T>(self, items: &[T]) -> (&[T], bool) {
        let start = self.start().min(items.len());
        let end = (start + self.length).min(items.len());
        (&items[start..end], end < items.len())
    }
}

/// A numbered page of a whole list; only what is on the page is given its shape.
pub(super) fn numbered<T>(
    call: &Call<'_>,
    cut: Cut,
    items: &[T],
    shape: impl Fn(&T) -> Value,
) -> Result<Answer, Answer> {
    let window = Window::of(call, cut)?;
    let (part, more) = window.slice(items);
    let values: Vec<Value> = part.iter().map(shape).collect();
    let mut page = json!({
        "values": values,
        "pagelen": window.length,
        "size": items.len(),
        "page": window.page,
    });
    if more {
        page["next"] = link(call, window.page + 1).into();
    }
    if window.page > 1 {
        page["previous"] = link(call, window.page - 1).into();
    }
    Ok(Answer::ok(&page))
}

fn link(call: &Call<'_>, page: usize) -> String {
    let mut pairs = call.asked.query_pairs();
    pairs.retain(|(name, _)| name != "page");
    pairs.push(("page".to_owned(), page.to_string()));
    format!("{}{}?{}", call.base, call.asked.path, query(&pairs))
}

/// Pairs as an encoded query.
pub(super) fn query(pairs: &[(String, String)]) -> String {
    let encoded = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", text::encode(name), text::encode(value)));
    encoded.collect::<Vec<_>>().join("&")
}
