//! Listings by page: `limit` entries `after` a cursor that the page before gave.

use bitbucket_integration_provider::ports::{Listed, Page, Position};

use super::answer::Refusal;

/// How many entries a listing shows when it is not told.
const DEFAULT_LIMIT: usize = 50;

/// How many entries a listing shows at most.
const MAX_LIMIT: usize = 500;

/// The length of a listing within its bounds.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Refusal> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(Refusal::bad_request(
            "invalid_query",
            format!("`limit` must be 1 to {MAX_LIMIT}"),
        )),
    }
}

/// The page that a query asks for.
pub(super) fn page(asked: Option<usize>, after: Option<i64>) -> Result<Page, Refusal> {
    Ok(Page {
        after: after.map(Position::new),
        limit: limit(asked)?,
    })
}

/// The entries as they are shown, and the cursor of the next page.
pub(super) fn shown<T, V>(listed: Listed<T>, view: impl FnMut(T) -> V) -> (Vec<V>, Option<String>) {
    let next = listed.next.map(|position| position.number().to_string());
    (listed.entries.into_iter().map(view).collect(), next)
}

/// Takes the one entry away that was asked for beyond the page; the id of the last one left is the cursor then.
pub(super) fn cut<T>(
    entries: &mut Vec<T>,
    limit: usize,
    id: impl Fn(&T) -> String,
) -> Option<String> {
    let more = entries.len() > limit;
    entries.truncate(limit);
    entries.last().filter(|_| more).map(id)
}
