#![doc = include_str!("../README.md")]

mod columns;
mod engine;
mod error;
mod hints;
mod import;
mod key_check;
mod migrations;
mod observer;
mod open_error;
mod ports;
mod postgres;
mod private_files;
mod rotate;
mod sealing;
mod sqlite;
mod statement;
mod store;
mod stored_form;

pub use import::ImportError;
pub use observer::{Operation, StoreObserver};
pub use open_error::OpenError;
pub use postgres::{InvalidPostgresUrl, PostgresOptions};
pub use sealing::{KeyFileError, KeyId, SECRET_KEY_BYTES, SecretKey, SecretKeyError, SecretKeys};
pub use sqlite::{BackupError, back_up, restore};
pub use store::Store;
