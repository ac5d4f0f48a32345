//! Pages: `values`, `next`, and what comes along without a promise.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{
    error,
    filter::{Filter, at},
};
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

/// Lists of pull requests are shorter.
pub(super) const PULL_REQUESTS: Cut = Cut {
    default: 10,
    max: 50,
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

/// A numbered page of the objects that fit the request's `q`, in the order of its `sort`.
pub(super) fn listed(call: &Call<'_>, cut: Cut, mut objects: Vec<Value>) -> Result<Answer, Answer> {
    if let Some(order) = call.asked.query_value("sort") {
        sort(&mut objects, &order);
    }
    filtered(call, cut, objects)
}

/// The same in the order that they have.
pub(super) fn filtered(
    call: &Call<'_>,
    cut: Cut,
    mut objects: Vec<Value>,
) -> Result<Answer, Answer> {
    let filter = Filter::of(call)?;
    objects.retain(|object| filter.keeps_object(object));
    numbered(call, cut, &objects, Clone::clone)
}

/// By one field, given by its path; with `-` in front, the greatest first. What has no such field comes first.
fn sort(objects: &mut [Value], order: &str) {
    let path = order.trim_start_matches('-');
    let ordering = |left: &Value, right: &Value| match (at(left, path), at(right, path)) {
        (Some(Value::String(left)), Some(Value::String(right))) => left.cmp(right),
        (Some(Value::Number(left)), Some(Value::Number(right))) => left
            .as_f64()
            .partial_cmp(&right.as_f64())
            .unwrap_or(Ordering::Equal),
        (left, right) => left.is_some().cmp(&right.is_some()),
    };
    match order.starts_with('-') {
        true => objects.sort_by(|left, right| ordering(right, left)),
        false => objects.sort_by(ordering),
    }
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
