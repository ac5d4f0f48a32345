//! Secrets at rest: keys, key files, and the sealing of single values.

mod key;
mod key_file;
mod key_ring;
mod vault;

pub use key::{SECRET_KEY_BYTES, SecretKey, SecretKeyError};
pub use key_file::KeyFileError;
pub use key_ring::SecretKeys;
pub use vault::KeyId;
pub(crate) use vault::{Place, Vault, VaultError};
