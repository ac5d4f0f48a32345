//! The sealed canary that proves at opening that the key is the right one.

use crate::open_error::OpenError;
use crate::sealing::{KeyId, Place, Vault, VaultError};

/// What the canary says; anything will do, as only that it opens matters.
const CANARY: &[u8] = b"canary";

/// Finds the key that the database was sealed with. Its values: none.
pub(crate) const FIND: &str = "SELECT id, canary FROM secret_keys";
/// Notes the key of a new database. Its values: the key's id, the canary.
pub(crate) const STORE: &str = "INSERT INTO secret_keys (id, canary) VALUES (?, ?)";

/// The canary for a new database.
pub(crate) fn seal(vault: &Vault) -> Result<Vec<u8>, OpenError> {
    Ok(vault.seal(Place::Canary, vault.key_id().as_bytes(), CANARY)?)
}

/// Refuses another key than the one the database was sealed with.
pub(crate) fn check(vault: &Vault, id: &[u8], canary: &[u8]) -> Result<(), OpenError> {
    let sealed_with = KeyId::from_bytes(id).ok_or(VaultError::Damaged)?;
    if sealed_with != vault.key_id() {
        return Err(OpenError::WrongKey {
            sealed_with,
            given: vault.key_id(),
        });
    }
    vault.open(Place::Canary, id, canary)?;
    Ok(())
}
