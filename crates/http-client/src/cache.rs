//! Remembering answers that never change: whatever is asked by a commit's full hash belongs to that hash for good.

mod keeping;
mod memory;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderValue;

pub(crate) use self::keeping::Keeping;
pub use self::memory::MemoryCache;
use crate::base_url::BaseUrl;
use crate::call::Call;

/// The largest answer that is kept, in bytes; larger ones are asked for every time.
pub const MAX_KEPT_ANSWER: usize = 1024 * 1024;

/// Keeps answers that never change, so that each is asked for once: commits, diffstats, diffs and files by full hash.
///
/// It is never asked for anything that may change. A failure of its own is its own affair; it then has nothing. Whoever
/// loses the right to see a repository still sees what was kept of it: a cache whose scopes outlive their credentials
/// has to forget them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait AnswerCache: Send + Sync {
    /// What was kept under this key.
    async fn find(&self, key: &CacheKey) -> Option<KeptAnswer>;

    /// Keeps an answer of at most [`MAX_KEPT_ANSWER`] bytes.
    async fn keep(&self, key: &CacheKey, answer: &KeptAnswer);
}

/// What is kept of a successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Its `Content-Type`.
    pub media_type: Option<HeaderValue>,
    /// Its body.
    pub body: Bytes,
}

/// Whose answer to which question: scope, address and media type, in a text that no other question has.
///
/// It names private repositories, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    text: String,
}

impl CacheKey {
    pub(crate) fn new(scope: &str, base: &BaseUrl, call: &Call<'_>) -> Self {
        let accept = String::from_utf8_lossy(call.accept.as_bytes());
        // The length in front keeps a scope from running into what follows it.
        let text = format!(
            "{} {scope} {accept} {base}{}",
            scope.len(),
            call.path_and_query
        );
        Self { text }
    }

    /// The key as a text, for stores that keep texts.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheKey").finish_non_exhaustive()
    }
}
