//! Pages by `Link` header: both relations are always there, and `results` says whether to follow.

use serde_json::Value;

use super::error;
use crate::wire::{
    answer::Answer,
    call::{Call, Handled},
    text,
};

/// Largest and default `per_page`.
const MAX: usize = 100;

/// The page of a list that the request's `cursor` and `per_page` ask for.
pub(super) fn page(call: &Call<'_>, items: &[Value]) -> Handled {
    let length = match call.asked.query_value("per_page") {
        None => MAX,
        Some(text) => text
            .parse()
            .ok()
            .filter(|length| (1..=MAX).contains(length))
            .ok_or_else(|| error::detail(400, "Invalid per_page parameter."))?,
    };
    let start = match call.asked.query_value("cursor") {
        None => 0,
        Some(cursor) => {
            offset(&cursor).ok_or_else(|| error::detail(400, "Invalid cursor parameter."))?
        }
    };
    let first = (start * length).min(items.len());
    let end = (first + length).min(items.len());
    let previous = link(call, "previous", start > 0, start.saturating_sub(1), 1);
    let next = link(call, "next", end < items.len(), start + 1, 0);
    let body = Value::Array(items[first..end].to_vec());
    Ok(Answer::ok(&body).with_header("link", &format!("{previous}, {next}")))
}

/// The middle part of `0:offset:is_previous`.
fn offset(cursor: &str) -> Option<usize> {
    cursor.split(':').nth(1)?.parse().ok()
}

fn link(call: &Call<'_>, relation: &str, results: bool, offset: usize, is_previous: u8) -> String {
    let cursor = format!("0:{offset}:{is_previous}");
    let others = call
        .asked
        .query_pairs()
        .into_iter()
        .filter(|(name, _)| name != "cursor");
    let others: Vec<String> = others
        .map(|(name, value)| format!("{name}={}", text::encode(&value)))
        .collect();
    let query = others.join("&");
    let address = format!("{}{}?{query}&cursor={cursor}", call.base, call.asked.path);
    format!("<{address}>; rel=\"{relation}\"; results=\"{results}\"; cursor=\"{cursor}\"")
}
