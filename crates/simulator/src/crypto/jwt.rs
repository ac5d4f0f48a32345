//! Compact HS256 tokens: made for deliveries to Connect apps, checked on requests that carry `Authorization: JWT`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{hmac_sha256, qsh, same};

/// How far a token's `iat` may lie in the future, in seconds.
const LEEWAY: i64 = 60;

/// What a token must agree with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    /// Seconds since the epoch.
    pub(crate) now: i64,
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Malformed,
    Algorithm,
    Signature,
    Issuer,
    Subject,
    Expired,
    NotYetValid,
    QueryHash,
}

impl Refusal {
    /// The word that a person sees in the 401's text.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm is not HS256",
            Self::Signature => "signature does not match",
            Self::Issuer => "iss is not the app key",
            Self::Subject => "sub is not the client key",
            Self::Expired => "expired",
            Self::NotYetValid => "issued in the future",
            Self::QueryHash => "qsh does not match the request",
        }
    }
}

/// Signs claims with HS256.
pub(crate) fn sign(claims: &Value, secret: &str) -> String {
    let header = encode(&json!({"typ": "JWT", "alg": "HS256"}));
    let signed = format!("{header}.{}", encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(hmac_sha256(secret.as_bytes(), signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The token that Bitbucket puts on a call to a Connect app: `iss` and `aud` are the client key.
pub(crate) fn for_app(
    client_key: &str,
    secret: &str,
    target: &http::Uri,
    base_path: &str,
    now: i64,
) -> String {
    let hash = qsh::hash("POST", target.path(), target.query(), base_path);
    let claims = json!({
        "iss": client_key, "aud": client_key, "iat": now, "exp": now + 3600, "qsh": hash,
    });
    sign(&claims, secret)
}

/// The claims of a token, whoever signed it.
pub(crate) fn unverified_claims(token: &str) -> Option<Value> {
    decode(token.split('.').nth(1)?)
}

/// Checks a token as Bitbucket does for a Connect app's call.
pub(crate) fn check(token: &str, secret: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Refusal::Malformed)?;
    let header = decode(header).ok_or(Refusal::Malformed)?;
    if header["alg"] != "HS256" {
        return Err(Refusal::Algorithm);
    }
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| Refusal::Malformed)?;
    if !same(
        &signature,
        &hmac_sha256(secret.as_bytes(), signed.as_bytes()),
    ) {
        return Err(Refusal::Signature);
    }
    check_claims(&decode(claims).ok_or(Refusal::Malformed)?, expected)
}

fn check_claims(claims: &Value, expected: &Expected<'_>) -> Result<(), Refusal> {
    if claims["iss"] != expected.issuer {
        return Err(Refusal::Issuer);
    }
    if claims["sub"] != expected.subject {
        return Err(Refusal::Subject);
    }
    let expires = claims["exp"].as_i64().ok_or(Refusal::Malformed)?;
    if expires <= expected.now {
        return Err(Refusal::Expired);
    }
    let issued = claims["iat"].as_i64().ok_or(Refusal::Malformed)?;
    if issued > expected.now + LEEWAY {
        return Err(Refusal::NotYetValid);
    }
    let hash = qsh::hash(expected.method, expected.path, expected.query, "");
    if claims["qsh"] != hash.as_str() {
        return Err(Refusal::QueryHash);
    }
    Ok(())
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decode(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn expected<'a>() -> Expected<'a> {
        Expected {
            issuer: "app",
            subject: "client",
            method: "GET",
            path: "/2.0/user",
            query: None,
            now: NOW,
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "app", "sub": "client", "iat": NOW, "exp": NOW + 180,
            "qsh": qsh::hash("GET", "/2.0/user", None, ""),
        })
    }

    #[test]
    fn a_token_made_by_the_rule_is_accepted() {
        assert_eq!(
            check(&sign(&claims(), "secret"), "secret", &expected()),
            Ok(())
        );
    }

    #[test]
    fn each_wrong_claim_has_its_own_refusal() {
        let cases = [
            ("iss", json!("other"), Refusal::Issuer),
            ("sub", json!("other"), Refusal::Subject),
            ("exp", json!(NOW), Refusal::Expired),
            ("iat", json!(NOW + 61), Refusal::NotYetValid),
            ("qsh", json!("context-qsh"), Refusal::QueryHash),
            ("qsh", json!(null), Refusal::QueryHash),
        ];
        for (name, value, refusal) in cases {
            let mut claims = claims();
            claims[name] = value;
            let token = sign(&claims, "secret");
            assert_eq!(check(&token, "secret", &expected()), Err(refusal), "{name}");
        }
    }

    #[test]
    fn another_secret_another_algorithm_and_noise_are_refused() {
        let token = sign(&claims(), "secret");
        assert_eq!(check(&token, "other", &expected()), Err(Refusal::Signature));
        let none = format!("{}.{}.", encode(&json!({"alg": "none"})), encode(&claims()));
        assert_eq!(check(&none, "secret", &expected()), Err(Refusal::Algorithm));
        assert_eq!(
            check("noise", "secret", &expected()),
            Err(Refusal::Malformed)
        );
    }
}
