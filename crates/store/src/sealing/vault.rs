//! Sealing and opening single values: AES-256-GCM with a random nonce, bound to where the value is stored.
//!
//! A sealed value is `format (1 byte) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. Its additional data is the header, the
//! place and the owner, so a sealed value that is copied to another row, column or key does not open.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::key::SecretKey;
use super::key_ring::SecretKeys;

const FORMAT: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES;
const KEY_ID_DOMAIN: &[u8] = b"bitbucket-store key id 1";

/// Names a key without telling anything of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyId([u8; KEY_ID_BYTES]);

impl KeyId {
    pub(super) fn of(key: &SecretKey) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(KEY_ID_DOMAIN);
        context.update(key.bytes());
        let hash = context.finish();
        let mut id = [0; KEY_ID_BYTES];
        id.iter_mut()
            .zip(hash.as_ref())
            .for_each(|(to, from)| *to = *from);
        Self(id)
    }

    /// The identifier that is stored under these bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// The identifier for storage.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Where a sealed value is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Proves at opening that the key is the right one.
    Canary,
    /// The credential of an installation.
    InstallationCredential,
    /// The secret of a repository's hook.
    HookSecret,
    /// The shared secret of a Connect installation.
    SharedSecret,
    /// The PKCE verifier of a consent that was asked for.
    Verifier,
}

impl Place {
    /// Part of what is sealed: it must not change while values are stored.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Canary => "secret_keys.canary",
            Self::InstallationCredential => "installations.credential",
            Self::HookSecret => "hook_secrets.secret",
            Self::SharedSecret => "connect_tenants.shared_secret",
            Self::Verifier => "pending_grants.verifier",
        }
    }
}

/// Why a value could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VaultError {
    /// The cipher failed.
    #[error("the cipher failed")]
    Cipher,
    /// It was sealed with another key.
    #[error("sealed with another key")]
    OtherKey,
    /// It is not a sealed value, was changed, or belongs elsewhere.
    #[error("damaged")]
    Damaged,
}

/// Seals values with the current key, and opens those that were sealed with it or with a previous one.
pub(crate) struct Vault {
    current: Cipher,
    previous: Vec<Cipher>,
}

/// One key at work.
struct Cipher {
    key: RandomizedNonceKey,
    id: KeyId,
}

impl Vault {
    pub(crate) fn new(keys: &SecretKeys) -> Result<Self, VaultError> {
        Ok(Self {
            current: Cipher::new(&keys.current)?,
            previous: keys
                .previous
                .iter()
                .map(Cipher::new)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Names the key that values are sealed with.
    pub(crate) const fn key_id(&self) -> KeyId {
        self.current.id
    }

    /// Whether what was sealed with this key opens.
    pub(crate) fn knows(&self, id: KeyId) -> bool {
        self.all().any(|cipher| cipher.id == id)
    }

    fn all(&self) -> impl Iterator<Item = &Cipher> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// Seals a value for this place and owner.
    pub(crate) fn seal(
        &self,
        place: Place,
        owner: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let header = self.current.header();
        let mut value = plain.to_vec();
        let aad = Aad::from(additional_data(&header, place, owner));
        let nonce = self
            .current
            .key
            .seal_in_place_append_tag(aad, &mut value)
            .map_err(|_| VaultError::Cipher)?;
        Ok([header.as_slice(), nonce.as_ref(), &value].concat())
    }

    /// Opens a value that was sealed for this place and owner.
    pub(crate) fn open(
        &self,
        place: Place,
        owner: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (header, rest) = sealed
            .split_at_checked(HEADER_BYTES)
            .ok_or(VaultError::Damaged)?;
        let (nonce, value) = rest
            .split_at_checked(NONCE_LEN)
            .ok_or(VaultError::Damaged)?;
        if header.first() != Some(&FORMAT) {
            return Err(VaultError::Damaged);
        }
        let cipher = self.all().find(|cipher| cipher.header() == header);
        let cipher = cipher.ok_or(VaultError::OtherKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| VaultError::Damaged)?;
        let aad = Aad::from(additional_data(header, place, owner));
        let mut value = Zeroizing::new(value.to_vec());
        let length = cipher
            .key
            .open_in_place(nonce, aad, &mut value)
            .map_err(|_| VaultError::Damaged)?
            .len();
        value.truncate(length);
        Ok(value)
    }
}

impl Cipher {
    fn new(key: &SecretKey) -> Result<Self, VaultError> {
        let cipher =
            RandomizedNonceKey::new(&AES_256_GCM, key.bytes()).map_err(|_| VaultError::Cipher)?;
        Ok(Self {
            key: cipher,
            id: KeyId::of(key),
        })
    }

    fn header(&self) -> [u8; HEADER_BYTES] {
        let mut header = [FORMAT; HEADER_BYTES];
        header
            .iter_mut()
            .skip(1)
            .zip(self.id.0)
            .for_each(|(to, from)| *to = from);
        header
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("id", &self.key_id())
            .finish_non_exhaustive()
    }
}

/// The header has a fixed length and no place holds a zero byte, so different triples never give the same bytes.
fn additional_data(header: &[u8], place: Place, owner: &[u8]) -> Vec<u8> {
    [header, place.name().as_bytes(), &[0], owner].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&SecretKey::generate([byte; 32]).into()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_at_its_place_for_its_owner_only() {
        let vault = vault(1);
        let sealed = vault.seal(Place::HookSecret, b"owner", b"secret").unwrap();
        assert_eq!(
            vault
                .open(Place::HookSecret, b"owner", &sealed)
                .unwrap()
                .as_slice(),
            b"secret"
        );
        assert_eq!(
            vault.open(Place::HookSecret, b"other", &sealed),
            Err(VaultError::Damaged)
        );
        assert_eq!(
            vault.open(Place::InstallationCredential, b"owner", &sealed),
            Err(VaultError::Damaged)
        );
    }

    #[test]
    fn another_key_is_told_from_damage() {
        let sealed = vault(1).seal(Place::Canary, b"", b"x").unwrap();
        assert_eq!(
            vault(2).open(Place::Canary, b"", &sealed),
            Err(VaultError::OtherKey)
        );
        assert_eq!(
            vault(1).open(Place::Canary, b"", &sealed[..12]),
            Err(VaultError::Damaged)
        );
        assert_eq!(
            vault(1).open(Place::Canary, b"", b""),
            Err(VaultError::Damaged)
        );
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let vault = vault(1);
        let sealed = vault.seal(Place::Canary, b"owner", b"secret").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(
                vault.open(Place::Canary, b"owner", &changed).is_err(),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_to_the_same_bytes() {
        let vault = vault(1);
        let seal = || vault.seal(Place::Canary, b"", b"x").unwrap();
        assert_ne!(seal(), seal());
    }

    /// The layout is stored: a change of it would lock everybody out.
    #[test]
    fn key_ids_and_layout_stay_as_they_are() {
        let vault = vault(0);
        let sealed = vault.seal(Place::Canary, b"", b"abc").unwrap();
        assert_eq!(sealed.len(), 1 + 8 + 12 + 3 + 16);
        assert_eq!(sealed[0], 1);
        assert_eq!(&sealed[1..9], vault.key_id().as_bytes());
        assert_eq!(vault.key_id().to_string(), "519c036fbdbc5352");
    }
}
