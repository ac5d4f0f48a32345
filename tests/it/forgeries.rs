//! The attack matrix on proofs: what a token or a signature may not be, one change at a time from a genuine one.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bitbucket_simulator::{Delivery, acme};
use serde_json::{Value, json};

use crate::world::{World, commit, scenario};

/// A token taken apart.
struct Token {
    header: Value,
    claims: Value,
}

impl Token {
    fn of(delivery: &Delivery) -> Self {
        let token = delivery.header("Authorization").unwrap();
        let token = token.strip_prefix("JWT ").unwrap();
        let mut parts = token
            .split('.')
            .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
        let mut json = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
        Self {
            header: json(),
            claims: json(),
        }
    }

    fn with(mut self, claim: &str, value: Value) -> Self {
        self.claims[claim] = value;
        self
    }

    fn without(mut self, claim: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(claim);
        self
    }

    fn with_header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    /// What is signed.
    fn signed(&self) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// The token with a signature that is right for the secret, by this algorithm.
    fn sealed(&self, algorithm: hmac::Algorithm, secret: &str) -> String {
        let key = hmac::Key::new(algorithm, secret.as_bytes());
        let signed = self.signed();
        let tag = hmac::sign(&key, signed.as_bytes());
        format!("JWT {signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    fn good(&self) -> String {
        self.sealed(hmac::HMAC_SHA256, acme::CONNECT_SHARED_SECRET)
    }
}

async fn refused(w: &World, genuine: &Delivery, authorization: String, what: &str) {
    let forged = genuine.clone().with_header("Authorization", authorization);
    w.deliver(&forged)
        .await
        .was_refused(401, "bad_signature", what);
}

#[tokio::test]
async fn a_token_that_is_anything_but_genuine_is_refused() {
    scenario(async |w| {
        w.connect_as_app("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket
            .push_to_app_held([commit("a1", "Fixes ROCKET-1A")])
            .await;
        let token = || Token::of(&genuine);
        let now = token().claims["iat"].as_i64().unwrap();
        let headers = [
            ("alg none", token().with_header("alg", json!("none"))),
            ("alg None", token().with_header("alg", json!("nOnE"))),
            ("alg RS256", token().with_header("alg", json!("RS256"))),
            (
                "alg HS512 on an HS256 signature",
                token().with_header("alg", json!("HS512")),
            ),
            ("no alg", token().with_header("alg", Value::Null)),
            (
                "a critical extension",
                token().with_header("crit", json!(["b64"])),
            ),
        ];
        let claims = [
            (
                "expired",
                token()
                    .with("exp", json!(now - 7200))
                    .with("iat", json!(now - 10_800)),
            ),
            (
                "from the future",
                token()
                    .with("iat", json!(now + 86_400))
                    .with("exp", json!(now + 90_000)),
            ),
            (
                "not before tomorrow",
                token().with("nbf", json!(now + 86_400)),
            ),
            ("no end", token().without("exp")),
            ("an end in words", token().with("exp", json!("never"))),
            ("no query hash", token().without("qsh")),
            (
                "the query hash of another request",
                token().with("qsh", json!("0".repeat(64))),
            ),
            (
                "the context query hash",
                token().with("qsh", json!("context-qsh")),
            ),
            (
                "an unknown issuer",
                token().with("iss", json!("ari:cloud:bitbucket::app/{0}/other")),
            ),
            ("no issuer", token().without("iss")),
            (
                "a list of issuers",
                token().with("iss", json!([acme::CONNECT_CLIENT_KEY])),
            ),
        ];
        for (what, token) in headers.iter().chain(&claims) {
            refused(w, &genuine, token.good(), what).await;
        }
        for (what, algorithm) in [("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)] {
            let token = token().with_header("alg", json!(what));
            let sealed = token.sealed(algorithm, acme::CONNECT_SHARED_SECRET);
            refused(w, &genuine, sealed, what).await;
        }
        let other = token().sealed(hmac::HMAC_SHA256, "the secret of another tenant");
        refused(w, &genuine, other, "another tenant's secret").await;
        let good = token().good();
        let shapes = [
            ("a signature cut off", good[..good.len() - 2].to_owned()),
            ("a longer signature", format!("{good}AA")),
            ("a fourth part", format!("{good}.e30")),
            ("padding", format!("{good}=")),
            ("two tokens", format!("{good} {good}")),
            ("no signature", format!("JWT {}.", token().signed())),
            ("a lone point", "JWT .".to_owned()),
            ("a megabyte", format!("JWT {}", "a".repeat(20_000))),
        ];
        for (what, authorization) in shapes {
            refused(w, &genuine, authorization, what).await;
        }
        w.has_stored_nothing().await;
        let unchanged = genuine.clone().with_header("Authorization", good);
        w.deliver(&unchanged).await.was_answered(204);
        w.settles().await;
    })
    .await;
}

#[tokio::test]
async fn a_signature_that_is_anything_but_genuine_is_refused() {
    scenario(async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        let genuine = rocket.push_held([commit("a1", "Fixes ROCKET-1A")]).await;
        let good = genuine.header("X-Hub-Signature").unwrap().to_owned();
        let digits = good.strip_prefix("sha256=").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA512, rocket.hook_secret().await.as_bytes());
        let long: String = hmac::sign(&key, genuine.body.as_bytes())
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        for (what, forged) in [
            ("no algorithm", digits.to_owned()),
            ("another name", format!("sha1={digits}")),
            ("sha512", format!("sha512={long}")),
            ("sha512 called sha256", format!("sha256={long}")),
            ("half of it", format!("sha256={}", &digits[..32])),
            ("one digit less", format!("sha256={}", &digits[..63])),
            ("one digit more", format!("{good}0")),
            ("only the algorithm", "sha256=".to_owned()),
            ("zeros", format!("sha256={}", "0".repeat(64))),
            ("two", format!("{good}, {good}")),
            ("base64", format!("sha256={}", "q".repeat(43))),
        ] {
            let forged = genuine.clone().with_header("X-Hub-Signature", forged);
            w.deliver(&forged)
                .await
                .was_refused(401, "bad_signature", what);
        }
        let space = genuine.clone().with_body(format!("{} ", genuine.body));
        w.deliver(&space)
            .await
            .was_refused(401, "bad_signature", "one space more");
        w.has_stored_nothing().await;
        w.deliver(&genuine).await.was_answered(204);
        w.settles().await;
    })
    .await;
}

#[tokio::test]
async fn an_install_call_can_not_name_another_api() {
    scenario(async |w| {
        let stranger = w.stranger().await;
        let genuine = w.install_call().await;
        let body: Value = serde_json::from_str(&genuine.body).unwrap();
        let api = body["baseApiUrl"].as_str().unwrap().to_owned();
        let host = api.strip_prefix("http://").unwrap();
        for address in [
            stranger.origin(),
            format!(
                "http://{host}@{}",
                stranger.origin().trim_start_matches("http://")
            ),
            format!("{api}.evil.example"),
            format!("{api}/../{}", stranger.origin()),
            "http://169.254.169.254".to_owned(),
            "http://[::1]:80".to_owned(),
            "http://127.1".to_owned(),
            "http://2130706433".to_owned(),
            "http://localhost".to_owned(),
            "file:///etc/passwd".to_owned(),
            "gopher://127.0.0.1:25/".to_owned(),
            "//evil.example".to_owned(),
            String::new(),
        ] {
            let mut changed = body.clone();
            changed["baseApiUrl"] = json!(address);
            let forged = genuine.clone().with_body(changed.to_string());
            let answer = w.api_with_key(None).send(&forged).await;
            assert_eq!(answer.status, 400, "{address}: {}", answer.json());
            assert!(
                matches!(
                    answer.code().as_str(),
                    "foreign_api" | "lifecycle_malformed"
                ),
                "{address}: {}",
                answer.code()
            );
        }
        assert_eq!(stranger.connections(), 0);
        assert_eq!(w.link_the_app("acme").await.code(), "app_not_installed");
    })
    .await;
}
