//! The ports, each written once for all engines.

pub(crate) mod api_keys;
pub(crate) mod arrivals;
pub(crate) mod claims;
pub(crate) mod commits;
pub(crate) mod deliveries;
pub(crate) mod deploys;
pub(crate) mod effects;
pub(crate) mod grants;
pub(crate) mod installations;
pub(crate) mod issue_links;
pub(crate) mod jobs;
pub(crate) mod listings;
pub(crate) mod mappings;
pub(crate) mod order;
pub(crate) mod pull_requests;
pub(crate) mod releases;
pub(crate) mod repositories;
pub(crate) mod requests;
pub(crate) mod retention;
pub(crate) mod schedules;
pub(crate) mod tenants;
pub(crate) mod used_tokens;

pub(crate) use self::claims::Turn;

/// The text of a statement that inserts several rows.
fn rows(insert: &str, each: &str, count: usize, end: &str) -> String {
    format!("{insert}{}{end}", vec![each; count].join(", "))
}
