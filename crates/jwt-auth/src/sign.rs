//! Signing requests to Bitbucket.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::canonical::{CanonicalRequest, CanonicalRule, QueryHash, RequestError};
use crate::token::{AUTHORIZATION_SCHEME, HS256_HEADER};
use crate::verify::MAX_LIFETIME_SECONDS;
use crate::{SharedSecret, UnixTime};

/// How long a token lives, in seconds.
///
/// [Atlassian recommends](https://developer.atlassian.com/cloud/bitbucket/authentication-for-apps/) three minutes: long enough for clocks that
/// differ and a slow network, short enough that a token found in a log is worth nothing.
pub const DEFAULT_LIFETIME_SECONDS: i64 = 180;

/// Signs requests as one app, for one installation.
///
/// A token has the claims `iss` (the app's key), `iat`, `exp`, `qsh` and `sub` (the installation's `clientKey`), in this order, and the header
/// `{"typ":"JWT","alg":"HS256"}`. It is good for one method, path and query.
///
/// ```
/// use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime};
///
/// let secret = SharedSecret::new("a-big-secret".to_owned());
/// let signer = RequestSigner::new("app.example.com.bitbucket", "connection:123", secret);
/// let now = UnixTime::from_seconds(1_672_534_861);
/// let token = signer.sign("GET", "/2.0/repositories/acme", Some("pagelen=100"), now)?;
/// assert!(token.header_value().starts_with("JWT eyJ"));
/// # Ok::<(), bitbucket_jwt_auth::SignError>(())
/// ```
#[derive(Clone)]
pub struct RequestSigner {
    /// How each token begins: the header, a dot, and the claims up to the value of `iat`, as far as they make whole characters.
    token_start: String,
    /// The signature as far as that; `None` when the secret is empty.
    signature_start: Option<hmac::Context>,
    /// The bytes that are left before the value of `iat`, two at most.
    claims_start: Vec<u8>,
    /// The claims from the end of `qsh` on.
    claims_end: String,
    lifetime: i64,
    rule: CanonicalRule,
}

impl RequestSigner {
    /// A signer for the app with the descriptor key `app_key` and the installation `client_key`, with the secret Bitbucket sent for it.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a signer takes the secret over, so that the caller keeps no copy without meaning to"
    )]
    pub fn new(
        app_key: impl AsRef<str>,
        client_key: impl AsRef<str>,
        secret: SharedSecret,
    ) -> Self {
        let claims_start = format!(r#"{{"iss":{},"iat":"#, json(app_key.as_ref()));
        let (whole, rest) = whole_characters(claims_start.as_bytes());
        let token_start = format!("{HS256_HEADER}.{}", URL_SAFE_NO_PAD.encode(whole));
        let signature_start = secret.hmac_key().map(|key| {
            let mut signature = hmac::Context::with_key(key);
            signature.update(token_start.as_bytes());
            signature
        });
        Self {
            token_start,
            signature_start,
            claims_start: rest.to_vec(),
            claims_end: format!(r#"","sub":{}}}"#, json(client_key.as_ref())),
            lifetime: DEFAULT_LIFETIME_SECONDS,
            rule: CanonicalRule::atlassian(),
        }
    }

    /// Lets tokens live for `seconds` instead of [`DEFAULT_LIFETIME_SECONDS`].
    ///
    /// # Errors
    /// [`SignError::Lifetime`] outside of 1 to [`MAX_LIFETIME_SECONDS`].
    pub fn with_lifetime(mut self, seconds: i64) -> Result<Self, SignError> {
        if !(1..=MAX_LIFETIME_SECONDS).contains(&seconds) {
            return Err(SignError::Lifetime);
        }
        self.lifetime = seconds;
        Ok(self)
    }

    /// Reduces requests by `rule` instead of Atlassian's without a base path.
    #[must_use]
    pub fn with_rule(mut self, rule: CanonicalRule) -> Self {
        self.rule = rule;
        self
    }

    /// Signs a request given by the parts that are sent: `encoded_path` from its `/` on, `encoded_query` without its `?`, both with their
    /// escapes. `now` becomes `iat`.
    ///
    /// # Errors
    /// When the parts can't be those of a request, or the secret is empty.
    pub fn sign(
        &self,
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
        now: UnixTime,
    ) -> Result<SignedToken, SignError> {
        let request = self.rule.request(method, encoded_path, encoded_query)?;
        self.sign_canonical(&request, now)
    }

    /// Signs a request that was reduced already.
    ///
    /// # Errors
    /// [`SignError::EmptySecret`].
    pub fn sign_canonical(
        &self,
        request: &CanonicalRequest,
        now: UnixTime,
    ) -> Result<SignedToken, SignError> {
        let mut signature = self.signature_start.clone().ok_or(SignError::EmptySecret)?;
        let claims = self.claims(&request.hash(), now);
        let start = self.token_start.as_bytes();
        let mut token = Vec::with_capacity(start.len() + claims.len() * 4 / 3 + 48);
        token.extend_from_slice(start);
        append_encoded(&mut token, &claims);
        signature.update(token.get(start.len()..).unwrap_or_default());
        token.push(b'.');
        append_encoded(&mut token, signature.sign().as_ref());
        // Dots and base64 are ASCII.
        Ok(SignedToken(String::from_utf8(token).unwrap_or_default()))
    }

    /// The claims from where `token_start` ends.
    fn claims(&self, hash: &QueryHash, now: UnixTime) -> Vec<u8> {
        let expires = now.plus_seconds(self.lifetime);
        let mut claims = Vec::with_capacity(self.claims_end.len() + 128);
        claims.extend_from_slice(&self.claims_start);
        let mut digits = itoa::Buffer::new();
        claims.extend_from_slice(digits.format(now.seconds()).as_bytes());
        claims.extend_from_slice(br#","exp":"#);
        claims.extend_from_slice(digits.format(expires.seconds()).as_bytes());
        claims.extend_from_slice(br#","qsh":""#);
        claims.extend_from_slice(hash.as_str().as_bytes());
        claims.extend_from_slice(self.claims_end.as_bytes());
        claims
    }
}

impl fmt::Debug for RequestSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSigner")
            .field("lifetime_seconds", &self.lifetime)
            .field("rule", &self.rule)
            .finish_non_exhaustive()
    }
}

/// As many bytes as make whole characters of base64 whatever follows, and the rest.
fn whole_characters(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(bytes.len() / 3 * 3)
}

/// Appends `part` in base64url without padding.
fn append_encoded(token: &mut Vec<u8>, part: &[u8]) {
    let start = token.len();
    token.resize(start + part.len().div_ceil(3) * 4, 0);
    let room = token.get_mut(start..).unwrap_or_default();
    // There is room enough: four characters for three bytes.
    let written = URL_SAFE_NO_PAD.encode_slice(part, room).unwrap_or_default();
    token.truncate(start + written);
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A token that stands for one request until it expires. Whoever has it can send that request, so `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken(String);

impl SignedToken {
    /// The token, for the query parameter `jwt`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of the `Authorization` header: `JWT eyJ0…`. Mark it as sensitive where the HTTP library can.
    #[must_use]
    pub fn header_value(&self) -> String {
        format!("{AUTHORIZATION_SCHEME} {}", self.as_str())
    }
}

impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedToken([redacted])")
    }
}

/// Why a request was not signed. Every cause is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SignError {
    /// The parts given can't be those of a request.
    #[error("the request cannot be reduced to its canonical form")]
    Request(#[from] RequestError),
    /// The shared secret is empty; whatever it signs, anybody can sign.
    #[error("the shared secret is empty")]
    EmptySecret,
    /// The lifetime is not between one second and [`MAX_LIFETIME_SECONDS`].
    #[error("a token may live for one second to one hour")]
    Lifetime,
}

impl SignError {
    /// A stable name for metrics and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::EmptySecret => "empty_secret",
            Self::Lifetime => "invalid_lifetime",
        }
    }
}
