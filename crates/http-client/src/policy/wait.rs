//! The joint behind which a runtime's timer stands.

use std::time::Duration;

use async_trait::async_trait;

/// Lets time pass between two attempts.
#[async_trait]
pub trait Wait: Send + Sync {
    /// Returns after `duration`.
    async fn wait(&self, duration: Duration);

    /// Returns after `duration`, for a limit that is seldom reached. A timer without time of its own has none: it then
    /// never returns, as here.
    async fn limit(&self, duration: Duration) {
        let _ = duration;
        std::future::pending::<()>().await;
    }
}

#[cfg(any(test, feature = "mock"))]
mockall::mock! {
    /// A mock of [`Wait`] that knows no limits.
    pub Wait {}

    #[async_trait]
    impl Wait for Wait {
        async fn wait(&self, duration: Duration);
    }
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

    async fn limit(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
