//! What every engine must do (`conformance`), and what only one engine has to show.

mod conformance;
mod sqlite;
