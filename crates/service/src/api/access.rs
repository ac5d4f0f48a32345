//! Who may do what under `/api/v1`, and how often.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bitbucket_integration_provider::ApiKeyId;
use bitbucket_integration_provider::ports::{ApiKeyDigest, ApiKeys, ApiScope};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::answer::Refusal;
use super::rate::RateLimit;
use super::state::App;

/// What every key begins with that the API makes, so that people and scanners recognise one.
pub(super) const KEY_PREFIX: &str = "bbi_";

/// The length of such a key: the prefix and 64 hexadecimal digits.
const KEY_LENGTH: usize = KEY_PREFIX.len() + 64;

/// The digest of the operator's key; comparing digests in constant time tells neither content nor length of the key.
#[derive(Clone)]
pub(crate) struct ApiKey {
    digest: Digest,
}

impl ApiKey {
    pub(crate) fn new(key: &SecretString) -> Self {
        Self {
            digest: digest(&SHA256, key.expose_secret().as_bytes()),
        }
    }

    fn is(&self, offered: &str) -> bool {
        let offered = digest(&SHA256, offered.as_bytes());
        verify_slices_are_equal(self.digest.as_ref(), offered.as_ref()).is_ok()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// What a key is recognised by.
pub(super) fn key_digest(key: &str) -> ApiKeyDigest {
    let mut bytes = [0; 32];
    let hash = digest(&SHA256, key.as_bytes());
    bytes
        .iter_mut()
        .zip(hash.as_ref())
        .for_each(|(to, from)| *to = *from);
    ApiKeyDigest(bytes)
}

/// Whose key a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    /// The operator's, from the configuration.
    Operator,
    /// One that was made through the API.
    Key(ApiKeyId),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Key(id) => id.fmt(f),
        }
    }
}

/// The keys that open the API.
pub(crate) struct Access {
    operator: ApiKey,
    keys: Arc<dyn ApiKeys>,
    rate: RateLimit,
}

impl Access {
    /// `operator` may do everything; `keys` may do what their scope says; each so many requests a minute.
    pub(crate) fn new(operator: ApiKey, keys: Arc<dyn ApiKeys>, requests_per_minute: u32) -> Self {
        Self {
            operator,
            keys,
            rate: RateLimit::per_minute(requests_per_minute),
        }
    }

    pub(super) fn keys(&self) -> &dyn ApiKeys {
        self.keys.as_ref()
    }

    /// Whose key this is and what it may do.
    async fn recognise(
        &self,
        offered: &str,
        now: Timestamp,
    ) -> Result<(Holder, ApiScope), Refusal> {
        if self.operator.is(offered) {
            return Ok((Holder::Operator, ApiScope::Admin));
        }
        // What no key of ours looks like costs no look-up.
        if offered.len() != KEY_LENGTH || !offered.starts_with(KEY_PREFIX) {
            return Err(wrong());
        }
        let found = self.keys.by_digest(&key_digest(offered)).await;
        let key = found
            .map_err(|error| Refusal::from(&error))?
            .ok_or_else(wrong)?;
        if key.revoked_at.is_some() {
            return Err(unauthorized(
                "api_key_revoked",
                "this API key was revoked".to_owned(),
            ));
        }
        if let Some(end) = key.expires_at.filter(|end| *end <= now) {
            return Err(unauthorized(
                "api_key_expired",
                format!("this API key expired at {end:.0}"),
            ));
        }
        Ok((Holder::Key(key.id), key.scope))
    }
}

/// Lets only requests pass whose key may do what they ask for, and not too many of them.
pub(super) async fn require(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let needed = needed(request.method(), route);
    match admit(&app, request.headers(), needed).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admit(app: &App, headers: &HeaderMap, needed: ApiScope) -> Result<(), Refusal> {
    let offered = bearer(headers)?;
    let now = app.integration().ports().clock.now();
    let (holder, scope) = app.access().recognise(offered, now).await?;
    tracing::Span::current().record("api.key", tracing::field::display(holder));
    app.access().rate.take(holder).map_err(|wait| {
        let seconds = wait.as_secs() + 1;
        Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            format!("too many requests with this API key; try again in {seconds} s"),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    })?;
    if scope < needed {
        return Err(insufficient(scope, needed));
    }
    Ok(())
}

/// What a request needs: looking is `read`, what a pipeline does is `write`, everything else is `admin`.
pub(super) fn needed(method: &Method, route: Option<&str>) -> ApiScope {
    let looks = matches!(*method, Method::GET | Method::HEAD);
    match route.and_then(|route| route.strip_prefix("/api/v1")) {
        Some("/keys" | "/keys/{id}") => ApiScope::Admin,
        _ if looks => ApiScope::Read,
        Some(
            "/releases"
            | "/releases/{id}/deploys"
            | "/jobs/{id}/replay"
            | "/issues"
            | "/issues/link"
            | "/issues/{id}",
        ) => ApiScope::Write,
        // An address that does not exist tells its 404 to everybody with a key.
        None => ApiScope::Read,
        Some(_) => ApiScope::Admin,
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| {
        unauthorized(
            "api_key_missing",
            "the header `Authorization: Bearer KEY` is missing; the operator's KEY stands in the service's api.key file".to_owned(),
        )
    })?;
    let alone = values.next().is_none();
    match value.to_str().ok().and_then(|value| value.split_once(' ')) {
        _ if !alone => Err(wrong()),
        Some((scheme, offered)) if scheme.eq_ignore_ascii_case("bearer") => Ok(offered.trim()),
        Some(_) | None => Err(wrong()),
    }
}

fn wrong() -> Refusal {
    unauthorized(
        "api_key_wrong",
        "this is not an API key of this service".to_owned(),
    )
}

fn unauthorized(code: &'static str, message: String) -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, code, message)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// RFC 6750 §3.1.
fn insufficient(scope: ApiScope, needed: ApiScope) -> Refusal {
    let challenge = match needed {
        ApiScope::Read => r#"Bearer error="insufficient_scope", scope="read""#,
        ApiScope::Write => r#"Bearer error="insufficient_scope", scope="write""#,
        ApiScope::Admin => r#"Bearer error="insufficient_scope", scope="admin""#,
    };
    let message = format!(
        "this needs a key of scope `{}`, the given one has `{}`",
        needed.as_str(),
        scope.as_str()
    );
    Refusal::new(StatusCode::FORBIDDEN, "insufficient_scope", message).with_header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static(challenge),
    )
}
