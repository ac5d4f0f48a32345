//! The order of checks.

use super::audience::AudienceRule;
use super::claims::Claims;
use super::error::VerifyError;
use super::limits::{self, LEEWAY_SECONDS};
use super::unverified::{Received, UnverifiedToken};
use super::verified::{Binding, VerifiedToken};
use crate::canonical::{CanonicalRequest, CanonicalRule};
use crate::source::SecretSource;
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
    /// the issuer that [`UnverifiedToken`] names.
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
        let token = Received::read(token)?;
        token.check_signature(secrets)?;
        let claims = token.claims()?;
        let request = self.rule.request(method, encoded_path, encoded_query)?;
        self.accept(&token, &claims, &request, now)
    }

    /// Verifies a request whose token was read to look up the secrets of its issuer; otherwise as [`verify`](Self::verify), without reading the token again.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify_read(
        &self,
        token: &UnverifiedToken<'_>,
        secrets: &[SharedSecret],
        method: &str,
        encoded_path: &str,
        encoded_query: Option<&str>,
        now: UnixTime,
    ) -> Result<VerifiedToken, VerifyError> {
        let UnverifiedToken { received, claims } = token;
        received.check_signature(secrets)?;
        let request = self.rule.request(method, encoded_path, encoded_query)?;
        self.accept(received, claims, &request, now)
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
        let token = UnverifiedToken::read(token)?;
        let secret = source.secret(token.issuer()).await?;
        let secret = secret.ok_or(VerifyError::UnknownIssuer)?;
        self.verify_read(&token, &[secret], method, encoded_path, encoded_query, now)
    }

    /// Accepts a token whose signature was checked, if its claims hold for the request.
    fn accept(
        &self,
        token: &Received<'_>,
        claims: &Claims,
        request: &CanonicalRequest,
        now: UnixTime,
    ) -> Result<VerifiedToken, VerifyError> {
        let binding = self.check_claims(claims, request, now)?;
        VerifiedToken::new(claims, binding, token.signature())
    }

    /// The rules about what the token says. Its signature must have been checked.
    fn check_claims(
        &self,
        claims: &Claims,
        request: &CanonicalRequest,
        now: UnixTime,
    ) -> Result<Binding, VerifyError> {
        claims.issuer()?;
        limits::check(claims, now, self.leeway)?;
        self.audience.check(claims)?;
        let claimed = claims.query_hash()?;
        if request.hash().matches(claimed) {
            return Ok(Binding::Request);
        }
        match (claimed == CONTEXT_QUERY_HASH, self.accepts_context) {
            (false, _) => Err(VerifyError::OtherRequest),
            (true, false) => Err(VerifyError::ContextToken),
            (true, true) => Ok(Binding::Session),
        }
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
