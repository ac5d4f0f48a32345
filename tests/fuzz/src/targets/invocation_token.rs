//! Forge's tokens: accepted with a published key alone, and only when they say what they must.
//!
//! Lines: header, claims, key set. The token is signed with the one key that is published as `k1`; the third line is read as a key set of a
//! stranger's, which verifies nothing.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bitbucket_jwt_auth::forge::{
    ISSUER, InvocationError, InvocationVerifier, KeySet, KeySetError, PublicKey,
    VerifiedInvocation, parse_key_set,
};
use bitbucket_jwt_auth::{LEEWAY_SECONDS, MAX_LIFETIME_SECONDS, UnixTime, VerifyError};
use serde_json::{Value, json};

use crate::input::{altered, lines, somewhere};
use crate::known::NOW;

const APP: &str = "ari:cloud:ecosystem::app/1";

pub(crate) fn check(data: &[u8]) {
    let Some([header, claims, set]) = lines(data) else {
        return;
    };
    let published = published();
    let token = published.token(header, claims);
    match verify(&published.keys, &token) {
        Ok(found) => {
            it_says_what_it_must(header, claims, &found);
            let changed = altered(&token, somewhere(data, token.len()));
            assert!(verify(&published.keys, &changed).is_err());
            let other = verify(&published.others, &token);
            assert_eq!(other, Err(InvocationError::Token(VerifyError::Signature)));
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
    if let Ok(keys) = parse_key_set(set.as_bytes()) {
        assert!(verify(&Keys(keys), &token).is_err());
    }
}

struct Keys(HashMap<String, PublicKey>);

#[async_trait]
impl KeySet for Keys {
    async fn key(&self, kid: &str, _: UnixTime) -> Result<Option<PublicKey>, KeySetError> {
        Ok(self.0.get(kid).cloned())
    }
}

/// A key that is published, and one that is published under the same name elsewhere. Made once for each run.
struct Published {
    pair: KeyPair,
    keys: Keys,
    others: Keys,
}

fn published() -> &'static Published {
    static PUBLISHED: OnceLock<Published> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        let [pair, other] = [0; 2].map(|_| KeyPair::generate(KeySize::Rsa2048).unwrap());
        Published {
            keys: key_set(&pair),
            others: key_set(&other),
            pair,
        }
    })
}

fn key_set(pair: &KeyPair) -> Keys {
    let public = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let [n, e] = [public.n, public.e].map(|number| URL_SAFE_NO_PAD.encode(number));
    let document = json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1", "n": n, "e": e}]});
    let keys = parse_key_set(document.to_string().as_bytes()).unwrap();
    assert_eq!(keys.len(), 1);
    Keys(keys)
}

impl Published {
    fn token(&self, header: &str, claims: &str) -> String {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let signed = format!("{header}.{claims}");
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        let made = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        );
        made.unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn verify(keys: &Keys, token: &str) -> Result<VerifiedInvocation, InvocationError> {
    let verifier = InvocationVerifier::new(APP);
    let verdict = pin!(verifier.verify(keys, token, NOW));
    match verdict.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(verdict) => verdict,
        Poll::Pending => panic!("the keys are at hand, so there is nothing to wait for"),
    }
}

/// By a reading of header and claims that shares nothing with the verifier's.
fn it_says_what_it_must(header: &str, claims: &str, found: &VerifiedInvocation) {
    let header: Value = serde_json::from_str(header).unwrap();
    assert_eq!(
        (&header["alg"], &header["kid"]),
        (&json!("RS256"), &json!("k1"))
    );
    let Ok(claims) = serde_json::from_str::<Value>(claims) else {
        return;
    };
    assert_eq!(claims["iss"], ISSUER);
    let for_us = match &claims["aud"] {
        Value::Array(names) => names.contains(&json!(APP)),
        one => one == APP,
    };
    assert!(for_us);
    let (now, issued) = (NOW.seconds(), claims["iat"].as_i64().unwrap());
    let expires = claims["exp"].as_i64().unwrap();
    assert!((1..=MAX_LIFETIME_SECONDS).contains(&(expires - issued)));
    assert!(issued <= now + LEEWAY_SECONDS && now < expires + LEEWAY_SECONDS);
    assert_eq!(claims["app"]["id"], found.app().id);
    assert_eq!(claims["principal"].as_str(), found.principal());
}
