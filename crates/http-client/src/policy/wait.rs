//! The joint behind which a runtime's timer stands.

use std::time::Duration;

use async_trait::async_trait;

/// Lets time pass between two attempts.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Wait: Send + Sync {
    /// Returns after `duration`.
    async fn wait(&self, duration: Duration);
}

/// Tokio's timer.
#[cfg(feature = "hyper")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioWait;

#[cfg(feature = "hyper")]
#[async_trait]
impl Wait for TokioWait {
    async fn wait(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
