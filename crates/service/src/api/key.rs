//! The key that every request under `/api/v1` carries.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{Digest, SHA256, digest};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};

use super::answer::Refusal;
use super::state::App;

/// The digest of the API key; comparing digests in constant time tells neither content nor length of the key.
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

/// Lets only requests with the key pass.
pub(super) async fn require(State(app): State<App>, request: Request, next: Next) -> Response {
    match check(app.key(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            let mut response = refusal.into_response();
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
    }
}

fn check(key: &ApiKey, headers: &HeaderMap) -> Result<(), Refusal> {
    let value = headers.get(header::AUTHORIZATION).ok_or_else(|| {
        Refusal::new(
            StatusCode::UNAUTHORIZED,
            "api_key_missing",
            "the header `Authorization: Bearer KEY` is missing; KEY stands in the service's api.key file",
        )
    })?;
    let offered = value.to_str().ok().and_then(|value| value.split_once(' '));
    match offered {
        Some((scheme, offered))
            if scheme.eq_ignore_ascii_case("bearer") && key.is(offered.trim()) =>
        {
            Ok(())
        }
        Some(_) | None => Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            "api_key_wrong",
            "this is not the API key of this service",
        )),
    }
}
