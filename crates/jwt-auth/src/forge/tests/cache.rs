//! How often keys are fetched.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;

use super::{Issuer, NOW};
use crate::UnixTime;
use crate::forge::{CachedKeySet, FetchKeys, KeySet, KeySetError, MAX_AGE_SECONDS};

/// Answers with what was said last, and counts.
struct Atlassian {
    answer: Mutex<Result<Vec<u8>, KeySetError>>,
    asked: Mutex<usize>,
}

#[async_trait]
impl FetchKeys for Atlassian {
    async fn fetch(&self) -> Result<Vec<u8>, KeySetError> {
        *self.asked.lock().unwrap() += 1;
        self.answer.lock().unwrap().clone()
    }
}

impl Atlassian {
    fn publishing(kids: &[&str]) -> Arc<Self> {
        let this = Self {
            answer: Mutex::new(Ok(Vec::new())),
            asked: Mutex::new(0),
        };
        this.publish(kids);
        Arc::new(this)
    }

    fn publish(&self, kids: &[&str]) {
        let key = Issuer::new();
        let keys: Vec<_> = kids.iter().map(|kid| key.jwk(kid)).collect();
        *self.answer.lock().unwrap() = Ok(json!({ "keys": keys }).to_string().into_bytes());
    }

    fn fail(&self, error: KeySetError) {
        *self.answer.lock().unwrap() = Err(error);
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

async fn finds(keys: &CachedKeySet, kid: &str, now: UnixTime) -> Result<bool, KeySetError> {
    keys.key(kid, now).await.map(|key| key.is_some())
}

#[tokio::test]
async fn known_keys_are_fetched_once() {
    let atlassian = Atlassian::publishing(&["k1", "k2"]);
    let keys = CachedKeySet::new(atlassian.clone());
    for kid in ["k1", "k2", "k1"] {
        assert_eq!(finds(&keys, kid, NOW).await, Ok(true));
    }
    assert_eq!(atlassian.asked(), 1);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_once_a_minute() {
    let atlassian = Atlassian::publishing(&["k1"]);
    let keys = CachedKeySet::new(atlassian.clone());
    assert_eq!(finds(&keys, "k2", NOW).await, Ok(false));
    atlassian.publish(&["k1", "k2"]);
    for seconds in [0, 30, 59] {
        assert_eq!(
            finds(&keys, "k2", NOW.plus_seconds(seconds)).await,
            Ok(false)
        );
    }
    assert_eq!(atlassian.asked(), 1);
    assert_eq!(finds(&keys, "k2", NOW.plus_seconds(60)).await, Ok(true));
    assert_eq!(atlassian.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_forgotten_when_the_set_is_old() {
    let atlassian = Atlassian::publishing(&["k1"]);
    let keys = CachedKeySet::new(atlassian.clone());
    assert_eq!(finds(&keys, "k1", NOW).await, Ok(true));
    atlassian.publish(&["k2"]);
    assert_eq!(
        finds(&keys, "k1", NOW.plus_seconds(MAX_AGE_SECONDS - 1)).await,
        Ok(true)
    );
    assert_eq!(
        finds(&keys, "k1", NOW.plus_seconds(MAX_AGE_SECONDS)).await,
        Ok(false)
    );
}

#[tokio::test]
async fn while_atlassian_is_down_known_keys_go_on_and_others_are_no_verdict() {
    let atlassian = Atlassian::publishing(&["k1"]);
    let keys = CachedKeySet::new(atlassian.clone());
    assert_eq!(finds(&keys, "k1", NOW).await, Ok(true));
    atlassian.fail(KeySetError::Unavailable);
    let later = NOW.plus_seconds(MAX_AGE_SECONDS);
    assert_eq!(finds(&keys, "k1", later).await, Ok(true));
    assert_eq!(
        finds(&keys, "k2", later).await,
        Err(KeySetError::Unavailable)
    );
    assert_eq!(atlassian.asked(), 2);
    atlassian.fail(KeySetError::Unreadable);
    let much_later = later.plus_seconds(60);
    assert_eq!(
        finds(&keys, "k2", much_later).await,
        Err(KeySetError::Unreadable)
    );
}

#[tokio::test]
async fn a_clock_set_back_does_not_stop_the_fetches() {
    let atlassian = Atlassian::publishing(&["k1"]);
    let keys = CachedKeySet::new(atlassian.clone());
    assert_eq!(finds(&keys, "k2", NOW).await, Ok(false));
    atlassian.publish(&["k2"]);
    assert_eq!(
        finds(&keys, "k2", NOW.plus_seconds(-86_400)).await,
        Ok(true)
    );
}
