//! Invocation tokens, with keys made for the test.

mod cache;

use std::collections::HashMap;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{
    ISSUER, InvocationError, InvocationVerifier, KeySet, KeySetError, PublicKey,
    VerifiedInvocation, bearer_token, parse_key_set,
};
use crate::{Claim, TokenPart, UnixTime, VerifyError};

const NOW: UnixTime = UnixTime::from_seconds(1_790_000_000);
const APP: &str = "ari:cloud:ecosystem::app/8db33309-8b75-4a2c-9f1e-6f0d2c7f4a55";

/// A key of Atlassian's, or of somebody else.
struct Issuer(KeyPair);

impl Issuer {
    fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The key as published. The public key is DER: two headers, 256 bytes of modulus, then the exponent 65537.
    fn jwk(&self, kid: &str) -> Value {
        let der = self.0.public_key().as_ref();
        let (modulus, exponent) = (&der[9..265], &der[267..]);
        assert_eq!(exponent, [1, 0, 1]);
        let (n, e) = (
            URL_SAFE_NO_PAD.encode(modulus),
            URL_SAFE_NO_PAD.encode(exponent),
        );
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                signed.as_bytes(),
                &mut signature,
            )
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

struct Published(HashMap<String, PublicKey>);

#[async_trait]
impl KeySet for Published {
    async fn key(&self, kid: &str, _: UnixTime) -> Result<Option<PublicKey>, KeySetError> {
        Ok(self.0.get(kid).cloned())
    }
}

fn published(keys: &[Value]) -> Published {
    let document = json!({ "keys": keys }).to_string();
    Published(parse_key_set(document.as_bytes()).unwrap())
}

fn header() -> Value {
    json!({"typ": "JWT", "alg": "RS256", "kid": "k1"})
}

fn claims() -> Value {
    let now = NOW.seconds();
    json!({
        "iss": ISSUER, "aud": APP, "iat": now, "nbf": now, "exp": now + 25, "jti": "1f3a",
        "app": {
            "id": APP, "version": "5", "installationId": "ari:cloud:ecosystem::installation/77",
            "apiBaseUrl": "https://api.atlassian.com/ex/bitbucket/9",
            "environment": {"type": "PRODUCTION", "id": "ari:cloud:ecosystem::environment/1/2"},
            "module": {"type": "trigger", "key": "push"}, "unknown": [1]
        },
        "context": {"workspaceId": "{3f6f1c7e}", "moduleKey": "push"},
        "principal": "557058:aa"
    })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

async fn verify(keys: &Published, token: &str) -> Result<VerifiedInvocation, InvocationError> {
    InvocationVerifier::new(APP).verify(keys, token, NOW).await
}

#[tokio::test]
async fn an_invocation_is_verified_and_read() {
    let atlassian = Issuer::new();
    let keys = published(&[atlassian.jwk("k1")]);
    let found = verify(&keys, &atlassian.sign(&header(), &claims()))
        .await
        .unwrap();
    assert_eq!(found.app().id, APP);
    assert_eq!(
        found.app().api_base_url.as_deref(),
        Some("https://api.atlassian.com/ex/bitbucket/9")
    );
    let module = found
        .app()
        .module
        .as_ref()
        .and_then(|module| module.key.as_deref());
    assert_eq!(module, Some("push"));
    assert_eq!(found.context().workspace_id.as_deref(), Some("{3f6f1c7e}"));
    assert_eq!(
        found.context().others.get("moduleKey"),
        Some(&json!("push"))
    );
    assert_eq!(
        (found.principal(), found.id()),
        (Some("557058:aa"), Some("1f3a"))
    );
    assert_eq!(found.expires_at().seconds_since(found.issued_at()), 25);
}

#[tokio::test]
async fn headers_that_choose_another_key_or_algorithm_are_refused() {
    let atlassian = Issuer::new();
    let keys = published(&[atlassian.jwk("k1")]);
    let refused = |name, value| atlassian.sign(&with(header(), name, value), &claims());
    let cases = [
        (refused("alg", json!("none")), VerifyError::Algorithm),
        (refused("alg", json!("HS256")), VerifyError::Algorithm),
        (refused("alg", json!("RS384")), VerifyError::Algorithm),
        (refused("alg", json!("PS256")), VerifyError::Algorithm),
        (
            refused("jwk", atlassian.jwk("k1")),
            VerifyError::HeaderMember,
        ),
        (
            refused("jku", json!("https://evil.example/keys")),
            VerifyError::HeaderMember,
        ),
        (refused("crit", json!(["exp"])), VerifyError::HeaderMember),
        (refused("typ", json!("at+jwt")), VerifyError::HeaderMember),
        (
            refused("kid", json!(7)),
            VerifyError::Malformed(TokenPart::Header),
        ),
    ];
    for (token, error) in cases {
        assert_eq!(
            verify(&keys, &token).await,
            Err(InvocationError::Token(error))
        );
    }
    let other = verify(&keys, &refused("kid", json!("k2"))).await;
    assert_eq!(other, Err(InvocationError::UnknownKey));
    let none = verify(&keys, &refused("kid", Value::Null)).await;
    assert_eq!(none, Err(InvocationError::MissingKeyId));
}

#[tokio::test]
async fn a_strangers_signature_is_refused() {
    let (atlassian, stranger) = (Issuer::new(), Issuer::new());
    let keys = published(&[atlassian.jwk("k1")]);
    let forged = verify(&keys, &stranger.sign(&header(), &claims())).await;
    assert_eq!(forged, Err(InvocationError::Token(VerifyError::Signature)));
}

#[tokio::test]
async fn claims_are_checked() {
    let atlassian = Issuer::new();
    let keys = published(&[atlassian.jwk("k1")]);
    let now = NOW.seconds();
    let token = InvocationError::Token;
    let cases = [
        ("iss", json!("forge"), InvocationError::Issuer),
        (
            "iss",
            Value::Null,
            token(VerifyError::MissingClaim(Claim::Issuer)),
        ),
        (
            "aud",
            json!("ari:cloud:ecosystem::app/other"),
            token(VerifyError::WrongAudience),
        ),
        (
            "aud",
            Value::Null,
            token(VerifyError::MissingClaim(Claim::Audience)),
        ),
        (
            "exp",
            Value::Null,
            token(VerifyError::MissingClaim(Claim::ExpiresAt)),
        ),
        ("exp", json!(now + 3_601), token(VerifyError::Lifetime)),
        ("iat", json!(now + 61), token(VerifyError::Lifetime)),
        ("nbf", json!(now + 61), token(VerifyError::NotYetValid)),
        (
            "app",
            Value::Null,
            token(VerifyError::Malformed(TokenPart::Claims)),
        ),
        (
            "context",
            json!("{3f6f1c7e}"),
            token(VerifyError::Malformed(TokenPart::Claims)),
        ),
    ];
    for (name, value, error) in cases {
        let changed = atlassian.sign(&header(), &with(claims(), name, value));
        assert_eq!(verify(&keys, &changed).await, Err(error), "{name}");
    }
    let several = with(claims(), "aud", json!(["other", APP]));
    assert!(
        verify(&keys, &atlassian.sign(&header(), &several))
            .await
            .is_ok()
    );
}

/// What the derived readers would take for an object as well.
#[tokio::test]
async fn lists_of_an_objects_values_are_refused() {
    let atlassian = Issuer::new();
    let keys = published(&[atlassian.jwk("k1")]);
    let check = async |header: &Value, claims: &Value| {
        let verified = verify(&keys, &atlassian.sign(header, claims)).await;
        verified.map(|_| ())
    };
    let malformed = |part| Err(InvocationError::Token(VerifyError::Malformed(part)));
    assert_eq!(
        check(&json!(["RS256", "JWT", "k1", {}]), &claims()).await,
        malformed(TokenPart::Header)
    );
    let now = NOW.seconds();
    let (kind, id) = ("PRODUCTION", "ari:cloud:ecosystem::environment/1/2");
    let lists = [
        json!([ISSUER, null, APP, null, now, now + 25, now]),
        with(claims(), "app", json!([APP, "5", null, null, null, null])),
        with(claims(), "app", json!([APP])),
        with(claims(), "context", json!([null, null, "{3f6f1c7e}"])),
        with_app("environment", json!([kind, id])),
        with_app("module", json!(["trigger", "push"])),
    ];
    for list in lists {
        let refused = check(&header(), &list).await;
        assert_eq!(refused, malformed(TokenPart::Claims), "{list}");
    }
    for missing in ["environment", "module", "version"] {
        let without = with_app(missing, Value::Null);
        assert_eq!(check(&header(), &without).await, Ok(()), "{missing}");
    }
}

fn with_app(name: &str, value: Value) -> Value {
    let app = with(claims()["app"].clone(), name, value);
    with(claims(), "app", app)
}

#[test]
fn only_rsa_keys_for_signatures_are_taken() {
    let jwk = Issuer::new().jwk("k1");
    let taken = |changed: Value| {
        let document = json!({"keys": [changed]}).to_string();
        parse_key_set(document.as_bytes()).map(|keys| keys.len())
    };
    assert_eq!(taken(jwk.clone()), Ok(1));
    for (name, value) in [("kty", "EC"), ("use", "enc"), ("alg", "RS512"), ("n", "+")] {
        assert_eq!(
            taken(with(jwk.clone(), name, json!(value))),
            Ok(0),
            "{name}"
        );
    }
    for missing in ["kty", "kid", "n", "e"] {
        assert_eq!(taken(with(jwk.clone(), missing, Value::Null)), Ok(0));
    }
    let unreadable = Err(KeySetError::Unreadable);
    assert_eq!(parse_key_set(b"<html>").map(|keys| keys.len()), unreadable);
    assert_eq!(
        parse_key_set(&[b' '; 65_537]).map(|keys| keys.len()),
        unreadable
    );
    let (n, e) = (jwk["n"].clone(), jwk["e"].clone());
    let listed = json!({"keys": [["RSA", "k1", "sig", "RS256", n, e]]});
    for list in [listed, json!([[jwk]])] {
        let read = parse_key_set(list.to_string().as_bytes());
        assert_eq!(read.map(|keys| keys.len()), unreadable, "{list}");
    }
}

#[test]
fn bearer_tokens_are_found() {
    assert_eq!(bearer_token("Bearer abc"), Some("abc"));
    assert_eq!(bearer_token("bearer  abc "), Some("abc"));
    assert_eq!(bearer_token("JWT abc"), None);
    assert_eq!(bearer_token("Bearer "), None);
    assert_eq!(bearer_token("Bearer"), None);
}
