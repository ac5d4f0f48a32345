//! A cache in memory.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{AnswerCache, CacheKey, KeptAnswer};

/// What an entry weighs beside its key (which is held twice) and its body, in bytes: an estimate of the tables' share.
const ENTRY_OVERHEAD: usize = 200;

/// An [`AnswerCache`] in memory of bounded size, which forgets the oldest answers first.
pub struct MemoryCache {
    bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    answers: HashMap<CacheKey, KeptAnswer>,
    order: VecDeque<CacheKey>,
    bytes: usize,
}

impl MemoryCache {
    /// Holds at most about `bytes` bytes.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self {
            bytes,
            kept: Mutex::default(),
        }
    }

    /// How many answers are held, and about how many bytes they take.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        let kept = self.kept();
        (kept.answers.len(), kept.bytes)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AnswerCache for MemoryCache {
    async fn find(&self, key: &CacheKey) -> Option<KeptAnswer> {
        self.kept().answers.get(key).cloned()
    }

    async fn keep(&self, key: &CacheKey, answer: &KeptAnswer) {
        let weight = weight(key, answer);
        let mut kept = self.kept();
        if weight > self.bytes || kept.answers.contains_key(key) {
            return;
        }
        while kept.bytes > self.bytes - weight && kept.forget_oldest() {}
        kept.order.push_back(key.clone());
        kept.answers.insert(key.clone(), answer.clone());
        kept.bytes += weight;
    }
}

impl Kept {
    fn forget_oldest(&mut self) -> bool {
        let Some(key) = self.order.pop_front() else {
            return false;
        };
        if let Some(answer) = self.answers.remove(&key) {
            self.bytes = self.bytes.saturating_sub(weight(&key, &answer));
        }
        true
    }
}

fn weight(key: &CacheKey, answer: &KeptAnswer) -> usize {
    2 * key.as_str().len() + answer.body.len() + ENTRY_OVERHEAD
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    //! What is kept, and what is forgotten first.

    use bytes::Bytes;

    use super::*;
    use crate::base_url::BaseUrl;
    use crate::call::Call;

    fn key(scope: &str, path: &str) -> CacheKey {
        let call = Call::new("GET", "/{path}", path.to_owned());
        CacheKey::new(scope, &BaseUrl::bitbucket_cloud(), &call)
    }

    fn answer(bytes: usize) -> KeptAnswer {
        KeptAnswer {
            media_type: None,
            body: Bytes::from(vec![b'x'; bytes]),
        }
    }

    #[tokio::test]
    async fn the_oldest_answers_are_forgotten_when_there_is_no_room() {
        let cache = MemoryCache::new(10_000);
        let keys: Vec<_> = (0..100)
            .map(|number| key("acme", &format!("/{number:03}")))
            .collect();
        for key in &keys {
            cache.keep(key, &answer(1_000)).await;
            cache.keep(key, &answer(1_000)).await;
            let (answers, bytes) = cache.held();
            assert!(bytes <= 10_000 && answers <= 9, "{answers} in {bytes}");
        }
        let (answers, _) = cache.held();
        assert_eq!(answers, 7);
        for (number, key) in keys.iter().enumerate() {
            let there = cache.find(key).await == Some(answer(1_000));
            assert_eq!(there, number >= 93, "{number}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_leaves_no_room_for_others_is_not_kept() {
        let cache = MemoryCache::new(10_000);
        cache.keep(&key("acme", "/small"), &answer(1)).await;
        cache.keep(&key("acme", "/large"), &answer(10_000)).await;
        assert_eq!(cache.find(&key("acme", "/large")).await, None);
        assert_eq!(cache.find(&key("acme", "/small")).await, Some(answer(1)));
    }

    #[test]
    fn no_scope_runs_into_an_address() {
        let keys = [
            key("a", "/x"),
            key("b", "/x"),
            key("a", "/y"),
            key("a application/json https://api.bitbucket.org/x", "/x"),
            key("", "/x"),
        ];
        for (at, one) in keys.iter().enumerate() {
            assert!(
                keys[at + 1..].iter().all(|other| other != one),
                "{}",
                one.as_str()
            );
        }
        assert_eq!(format!("{:?}", keys[0]), "CacheKey { .. }");
    }
}
