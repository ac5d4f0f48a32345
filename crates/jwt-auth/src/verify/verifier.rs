//! The order of checks.

use aws_lc_rs::hmac;

use super::audience::AudienceRule;
use super::claims::Claims;
use super::error::VerifyError;
use super::limits::{self, LEEWAY_SECONDS};
use super::verified::VerifiedToken;
use crate::canonical::{CanonicalRequest, CanonicalRule};
use crate::source::SecretSource;
use crate::token::{Compact, TokenPart};
use crate::{SharedSecret, UnixTime};

/// What tokens of browser sessions have as `qsh` instead of a hash.
const CONTEXT_QUERY_HASH: &str = "context-qsh";

/// Verifies that a request was signed by an installation, by these rules:
///
/// - The token has at most [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES), its header says HS256, and holds nothing else but `typ`.
/// - Its signature matches one of the secrets.
/// - `iat` and `exp` are there, at most [`MAX_LIFETIME_SECONDS`](crate::MAX_LIFETIME_SECONDS) apart, and now is between them, give or take
///   [`LEEWAY_SECONDS`]; `nbf` is past, where there is one.
/// - `aud` is as the [`AudienceRule`] wants it.
/// - `qsh` is the hash of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestVerifier {
    rule: CanonicalRule,
    audience: AudienceRule,
    leeway: i64,
    accepts_context: bool,
}

impl Default for RequestVerifier {
    fn default() -> Self {
        Self::new()
    }
}

impl RequestVerifier {
    /// The strict rules above, with Atlassian's canonical request and no base path.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            rule: CanonicalRule::atlassian(),
            audience: AudienceRule::IssuerIfPresent,
            leeway: LEEWAY_SECONDS,
            accepts_context: false,
        }
    }

    /// Reduces requests by `rule`, for instance without the base path of the descriptor's `baseUrl`.
    #[must_use]
    pub fn with_rule(mut self, rule: CanonicalRule) -> Self {
        self.rule = rule;
        self
    }

    /// Checks `aud` by another rule.
    #[must_use]
    pub fn with_audience(mut self, audience: AudienceRule) -> Self {
        self.audience = audience;
        self
    }

    /// Lets clocks differ by `seconds` (0 to [`LEEWAY_SECONDS`]; what lies outside becomes the nearest of these).
    #[must_use]
    pub fn with_leeway(mut self, seconds: i64) -> Self {
        self.leeway = seconds.clamp(0, LEEWAY_SECONDS);
        self
    }

    /// Also accepts tokens that stand for a browser session (`qsh` is `context-qsh`) and so for any request. Only for calls that a
    /// page of the app makes to its own server; never for webhooks or lifecycle calls.
    #[must_use]
    pub const fn accepting_context_tokens(mut self) -> Self {
        self.accepts_context = true;
        self
    }

    /// Verifies a request whose issuer's secrets are known. Several are there while one replaces another; empty ones never match.
    ///
    /// `token` comes without the scheme `JWT`; `encoded_path` and `encoded_query` are what was received, escapes included. The secrets must be those of
    /// the issuer that [`UnverifiedIssuer`](crate::UnverifiedIssuer) names.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(
        &self,
        token: &str,
        secrets: &[SharedSecret],
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
        now: UnixTime,
    ) -> Result<VerifiedToken, VerifyError> {
        let parts = Compact::split(token)?;
        parts.check_hs256()?;
        check_signature(&parts, secrets)?;
        let json = parts
            .claims()
            .ok_or(VerifyError::Malformed(TokenPart::Claims))?;
        let claims = Claims::parse(&json)?;
        limits::check(&claims, now, self.leeway)?;
        self.audience.check(&claims)?;
        let request = self.rule.request(method, encoded_path, encoded_query)?;
        self.check_request(&claims, &request)?;
        VerifiedToken::of(&claims)
    }

    /// Verifies a request with the secret that `source` has for its issuer; otherwise as [`verify`](Self::verify).
    ///
    /// # Errors
    /// The first rule that is broken, [`VerifyError::UnknownIssuer`], or the source's failure.
    pub async fn verify_from(
        &self,
        source: &dyn SecretSource,
        token: &str,
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
        now: UnixTime,
    ) -> Result<VerifiedToken, VerifyError> {
        let issuer = super::UnverifiedIssuer::read(token)?;
        let secret = source.secret(issuer.issuer()).await?;
        let secret = secret.ok_or(VerifyError::UnknownIssuer)?;
        self.verify(token, &[secret], method, encoded_path, encoded_query, now)
    }

    fn check_request(
        &self,
        claims: &Claims<'_>,
        request: &CanonicalRequest,
    ) -> Result<(), VerifyError> {
        let claimed = claims.query_hash()?;
        if claimed == CONTEXT_QUERY_HASH {
            return if self.accepts_context {
                Ok(())
            } else {
                Err(VerifyError::ContextToken)
            };
        }
        if request.hash().matches(claimed) {
            return Ok(());
        }
        Err(VerifyError::OtherRequest)
    }
}

/// Verifies a request by the rules of [`RequestVerifier::new`].
///
/// # Errors
/// The first rule that is broken.
pub fn verify(
    token: &str,
    secrets: &[SharedSecret],
    method: &str,
    encoded_path: &str,
    encoded_query: Option<&str>,
    now: UnixTime,
) -> Result<VerifiedToken, VerifyError> {
    RequestVerifier::new().verify(token, secrets, method, encoded_path, encoded_query, now)
}

/// Compares the signature with that of each secret, each time in constant time.
fn check_signature(parts: &Compact<'_>, secrets: &[SharedSecret]) -> Result<(), VerifyError> {
    let signature = parts
        .signature()
        .ok_or(VerifyError::Malformed(TokenPart::Signature))?;
    let made_with = |secret: &SharedSecret| {
        let key = secret.hmac_key();
        key.is_some_and(|key| hmac::verify(&key, parts.signed(), &signature).is_ok())
    };
    if secrets.iter().any(made_with) {
        return Ok(());
    }
    Err(VerifyError::Signature)
}
