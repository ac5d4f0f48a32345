//! What every engine must do (`conformance`), and what only one engine has to show.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod conformance;
mod migrations;
mod postgres;
mod rotation;
mod sqlite;
