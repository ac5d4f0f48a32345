//! The sealed canaries that prove at opening that every key is there with which something may be sealed.

use crate::open_error::OpenError;
use crate::sealing::{KeyId, Place, Vault, VaultError};

/// What a canary says; anything will do, as only that it opens matters.
const CANARY: &[u8] = b"canary";

/// Finds the keys that values may be sealed with. Its values: none.
pub(crate) const FIND: &str = "SELECT id, canary FROM secret_keys";
/// Notes a key. Its values: the key's id, the canary.
pub(crate) const STORE: &str =
    "INSERT INTO secret_keys (id, canary) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
/// Forgets the keys that nothing is sealed with any more. Its value: the id of the one that stays.
pub(crate) const FORGET_OTHERS: &str = "DELETE FROM secret_keys WHERE id <> ?";

/// The canary of the current key.
pub(crate) fn seal(vault: &Vault) -> Result<Vec<u8>, OpenError> {
    Ok(vault.seal(Place::Canary, vault.key_id().as_bytes(), CANARY)?)
}

/// Refuses a database that may hold what none of the keys opens; says whether the current key is yet to be noted.
pub(crate) fn check(vault: &Vault, noted: &[(Vec<u8>, Vec<u8>)]) -> Result<bool, OpenError> {
    let mut current_is_new = true;
    for (id, canary) in noted {
        let sealed_with = KeyId::from_bytes(id).ok_or(VaultError::Damaged)?;
        if !vault.knows(sealed_with) {
            return Err(OpenError::WrongKey {
                sealed_with,
                given: vault.key_id(),
            });
        }
        vault.open(Place::Canary, id, canary)?;
        current_is_new &= sealed_with != vault.key_id();
    }
    Ok(current_is_new)
}
