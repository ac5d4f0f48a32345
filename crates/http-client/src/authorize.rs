//! Credentials: what turns a request into one that the peer lets in.

mod access_token;
mod api_token;
mod connect;
mod credential;

use async_trait::async_trait;
use http::HeaderValue;

pub use self::access_token::AccessToken;
pub use self::api_token::ApiToken;
pub use self::connect::ConnectJwt;
pub use self::credential::Credential;

/// The parts of a request that an authorization may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestParts<'a> {
    /// The method in capitals, for example `GET`.
    pub method: &'a str,
    /// The encoded path below the base URL, beginning with `/` (`/2.0/repositories/…`).
    pub path: &'a str,
    /// The encoded query without `?`.
    pub query: Option<&'a str>,
    /// Now.
    pub now: jiff::Timestamp,
}

/// Gives the `Authorization` header of each request.
///
/// It is asked once per attempt, with the path and query in their final encoding. The value goes to the authority of
/// the client's [`BaseUrl`](crate::BaseUrl) and nowhere else.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Authorize: Send + Sync {
    /// The header's value; `None` sends the request without one. A value should be marked sensitive.
    ///
    /// # Errors
    ///
    /// An [`AuthorizeError`] when no header can be made.
    async fn authorization<'a>(
        &self,
        request: &RequestParts<'a>,
    ) -> Result<Option<HeaderValue>, AuthorizeError>;

    /// Hears that the peer answered 401 to this header. `true` when asking again may give one that it takes; the call is
    /// then tried once more. A credential that cannot renew itself says `false`.
    async fn refused(&self, presented: &HeaderValue) -> bool {
        let _ = presented;
        false
    }
}

/// Why no `Authorization` header could be made. Never holds the credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// The credential holds characters that a header cannot carry, such as a line break.
    #[error("the credential holds characters that no header can carry")]
    UnusableCredential,
    /// The request could not be signed.
    #[error("the request cannot be signed")]
    Unsigned,
    /// The credential's source does not answer; a later attempt may succeed.
    #[error("the credential's source does not answer")]
    Unavailable,
    /// The peer does not accept the OAuth consumer's own key and secret.
    #[error("the OAuth consumer is not accepted")]
    ConsumerRefused,
    /// The grant behind the credential is gone; a person must connect again.
    #[error("the grant is gone: connect again")]
    ReconnectNeeded,
}

impl AuthorizeError {
    /// A stable name, safe as a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnusableCredential => "credential_unusable",
            Self::Unsigned => "request_unsigned",
            Self::Unavailable => "credential_unavailable",
            Self::ConsumerRefused => "consumer_refused",
            Self::ReconnectNeeded => "reconnect_needed",
        }
    }

    /// Whether the same request may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Unavailable => true,
            Self::UnusableCredential
            | Self::Unsigned
            | Self::ConsumerRefused
            | Self::ReconnectNeeded => false,
        }
    }
}

/// A header value that `Debug` and logs show as sensitive.
pub(crate) fn sensitive(text: &str) -> Result<HeaderValue, AuthorizeError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| AuthorizeError::UnusableCredential)?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
