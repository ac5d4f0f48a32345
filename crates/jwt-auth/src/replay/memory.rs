//! A memory of used tokens for one process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::{ReplayGuard, ReplayGuardError, TokenFingerprint};
use crate::UnixTime;

/// Remembers used tokens in memory: good for one process, and until it ends. Lifecycle calls are few; some thousands of places are plenty.
#[derive(Debug)]
pub struct MemoryReplayGuard {
    capacity: usize,
    used: Mutex<HashMap<TokenFingerprint, UnixTime>>,
}

impl MemoryReplayGuard {
    /// Room for `capacity` tokens that haven't expired; when it is full, new ones are refused.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            used: Mutex::default(),
        }
    }
}

#[async_trait]
impl ReplayGuard for MemoryReplayGuard {
    async fn is_new(
        &self,
        fingerprint: TokenFingerprint,
        now: UnixTime,
        until: UnixTime,
    ) -> Result<bool, ReplayGuardError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(&fingerprint) {
            return Ok(false);
        }
        if used.len() >= self.capacity {
            used.retain(|_, until| *until > now);
        }
        if used.len() >= self.capacity {
            return Err(ReplayGuardError::Full);
        }
        used.insert(fingerprint, until);
        Ok(true)
    }
}
