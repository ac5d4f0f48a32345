//! What the crate does with messages and commits, seen from outside.

mod agreement;
mod any_input;
mod characters;
mod costs;
mod edges;
mod explain;
mod issue_links;
mod plan;
mod profiles;
mod range;
mod readme_tables;
