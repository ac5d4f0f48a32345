//! Connect tokens: what is accepted says what it must for its request, and nothing near it is accepted.
//!
//! Lines: header, claims (`QSH` stands for the hash of the request), method, path with query. The token is signed with the right secret,
//! so that the claims alone decide. The whole input is offered as a token of a stranger's, too.

use bitbucket_jwt_auth::{
    CanonicalRequest, LEEWAY_SECONDS, MAX_LIFETIME_SECONDS, MAX_TOKEN_BYTES, QueryHash,
    RequestSigner, RequestVerifier, UnverifiedToken, VerifiedToken, VerifyError, verify,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use crate::input::{altered, lines, somewhere};
use crate::known::{NOW, other_secret, secret, token};

pub(crate) fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        a_stranger_is_refused(text);
    }
    let Some([header, claims, method, target]) = lines(data) else {
        return;
    };
    let request = Request::of(method, target);
    let Some(hash) = request.hash() else {
        return;
    };
    what_we_sign_is_accepted(&request, header, claims);
    let claims = claims.replace("QSH", hash.as_str());
    let token = token(header, &claims);
    if let Ok(verified) = request.verify(&token) {
        it_says_what_it_must(header, &claims, &hash, &verified);
        others_agree(&token, &verified);
        nothing_near_is_accepted(data, &request, &token);
    }
}

struct Request<'r> {
    method: &'r str,
    path: &'r str,
    query: Option<&'r str>,
}

impl<'r> Request<'r> {
    fn of(method: &'r str, target: &'r str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        Self {
            method,
            path,
            query,
        }
    }

    fn hash(&self) -> Option<QueryHash> {
        let request = CanonicalRequest::new(self.method, self.path, self.query);
        request.ok().map(|request| request.hash())
    }

    fn verify(&self, token: &str) -> Result<VerifiedToken, VerifyError> {
        let at_once = verify(token, &[secret()], self.method, self.path, self.query, NOW);
        assert_eq!(self.verify_after_reading(token).ok(), at_once.clone().ok());
        at_once
    }

    /// In two steps. What is refused is the same, though not always for the same reason: reading comes before the signature.
    fn verify_after_reading(&self, token: &str) -> Result<VerifiedToken, VerifyError> {
        let read = UnverifiedToken::read(token)?;
        RequestVerifier::new().verify_read(
            &read,
            &[secret()],
            self.method,
            self.path,
            self.query,
            NOW,
        )
    }
}

fn a_stranger_is_refused(text: &str) {
    assert!(verify(text, &[secret()], "GET", "/", None, NOW).is_err());
    if let Ok(issuer) = UnverifiedToken::read(text) {
        assert!(!issuer.issuer().is_empty());
        assert!(text.len() <= MAX_TOKEN_BYTES);
        assert_eq!(text.split('.').count(), 3);
    }
}

fn what_we_sign_is_accepted(request: &Request<'_>, app: &str, client: &str) {
    let signer = RequestSigner::new(app, client, secret());
    let token = signer
        .sign(request.method, request.path, request.query, NOW)
        .unwrap();
    let verified = request.verify(token.as_str());
    if app.is_empty() || token.as_str().len() > MAX_TOKEN_BYTES {
        assert!(verified.is_err());
        return;
    }
    let verified = verified.unwrap();
    assert_eq!((verified.issuer(), verified.subject()), (app, Some(client)));
    others_agree(token.as_str(), &verified);
}

/// By a reading of the claims that shares nothing with the verifier's.
fn it_says_what_it_must(header: &str, claims: &str, hash: &QueryHash, verified: &VerifiedToken) {
    let header: Value = serde_json::from_str(header).unwrap();
    assert_eq!(header["alg"], "HS256");
    for (name, value) in header.as_object().unwrap() {
        let harmless = value.is_null()
            || value
                .as_str()
                .is_some_and(|typ| typ.eq_ignore_ascii_case("jwt"));
        assert!(name == "alg" || (name == "typ" && harmless) || (name == "kid" && value.is_null()));
    }
    // Claims that nobody reads may hold what this reader can't, such as 1e999.
    let Ok(claims) = serde_json::from_str::<Value>(claims) else {
        return;
    };
    assert_eq!(claims["iss"], verified.issuer());
    assert_eq!(claims["sub"].as_str(), verified.subject());
    assert_eq!(claims["qsh"], hash.as_str());
    let (now, issued) = (NOW.seconds(), claims["iat"].as_i64().unwrap());
    let expires = claims["exp"].as_i64().unwrap();
    assert!((1..=MAX_LIFETIME_SECONDS).contains(&(expires - issued)));
    assert!(issued <= now + LEEWAY_SECONDS && now < expires + LEEWAY_SECONDS);
    assert!(claims["nbf"].is_null() || claims["nbf"].as_i64().unwrap() <= now + LEEWAY_SECONDS);
    let names_issuer = match &claims["aud"] {
        Value::Null => true,
        Value::Array(names) => names.contains(&claims["iss"]),
        one => *one == claims["iss"],
    };
    assert!(names_issuer);
}

/// Another library reads the same, and the issuer is the one that was looked up before.
fn others_agree(token: &str, verified: &VerifiedToken) {
    let issuer = UnverifiedToken::read(token).unwrap();
    assert_eq!(issuer.issuer(), verified.issuer());
    let mut rules = Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let key = DecodingKey::from_secret(b"a-big-secret");
    if let Ok(read) = jsonwebtoken::decode::<Value>(token, &key, &rules) {
        assert_eq!(read.claims["iss"], verified.issuer());
    }
}

fn nothing_near_is_accepted(data: &[u8], request: &Request<'_>, token: &str) {
    let changed = altered(token, somewhere(data, token.len()));
    assert!(request.verify(&changed).is_err());
    let Request {
        method,
        path,
        query,
    } = *request;
    let signature = Err(VerifyError::Signature);
    let by_other = verify(token, &[other_secret()], method, path, query, NOW);
    assert_eq!(by_other, signature);
    let other_method = format!("{method}X");
    let other_path = if path.is_empty() {
        "/x".to_owned()
    } else {
        format!("{path}x")
    };
    let other_query = format!("{}&zz=1", query.unwrap_or_default());
    for (method, path, query) in [
        (other_method.as_str(), path, query),
        (method, other_path.as_str(), query),
        (method, path, Some(other_query.as_str())),
    ] {
        let elsewhere = verify(token, &[secret()], method, path, query, NOW);
        assert_eq!(elsewhere, Err(VerifyError::OtherRequest));
    }
}
