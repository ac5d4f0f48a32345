//! The secret, the time and the independent signatures that the targets compare with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bitbucket_jwt_auth::{SharedSecret, UnixTime};
use jsonwebtoken::{Algorithm, EncodingKey};

/// 2023-01-01T01:01:01Z.
pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_672_534_861);

const SECRET: &str = "a-big-secret";

/// The secret that both sides share.
pub(crate) fn secret() -> SharedSecret {
    SharedSecret::new(SECRET.to_owned())
}

/// A secret that signed nothing.
pub(crate) fn other_secret() -> SharedSecret {
    SharedSecret::new("another-secret".to_owned())
}

/// HMAC-SHA-256 with the shared secret, by another library, in base64url.
pub(crate) fn signature(signed: &[u8]) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::crypto::sign(signed, &key, Algorithm::HS256).unwrap()
}

/// The same in hexadecimal digits.
pub(crate) fn hexadecimal_signature(signed: &[u8]) -> String {
    hex::encode(URL_SAFE_NO_PAD.decode(signature(signed)).unwrap())
}

/// A token of these parts, signed well whatever they say.
pub(crate) fn token(header: &str, claims: &str) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = signature(signed.as_bytes());
    format!("{signed}.{signature}")
}
