//! Secrets at rest: keys, key files, and the sealing of single values.

mod key;
mod key_file;
mod vault;

pub use key::{SECRET_KEY_BYTES, SecretKey, SecretKeyError};
pub use key_file::KeyFileError;
pub use vault::KeyId;
pub(crate) use vault::{Place, Vault, VaultError};
