#![doc = include_str!("../README.md")]

mod private_files;
mod sealing;
mod sqlite;
mod stored_form;

pub use sealing::{KeyFileError, KeyId, SECRET_KEY_BYTES, SecretKey, SecretKeyError};
pub use sqlite::{OpenError, SqliteStore};
