//! What Atlassian's own library makes of requests and tokens; `vectors/README.md` says how that was computed and where it is not followed.

use bitbucket_jwt_auth::{
    CanonicalRule, RequestSigner, SharedSecret, UnixTime, UnverifiedToken, verify,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    library: String,
    agreeing: Vec<Agreeing>,
    deviating: Vec<Deviating>,
    tokens: Tokens,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agreeing {
    method: String,
    url: String,
    base_url: Option<String>,
    canonical: String,
    qsh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviating {
    method: String,
    url: String,
    base_url: Option<String>,
    atlassian_jwt: String,
    rule: Option<String>,
    refused: Option<String>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    secret: String,
    now: i64,
    method: String,
    path: String,
    query: String,
    app_key: String,
    client_key: String,
    signed: String,
    received: Vec<ReceivedToken>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceivedToken {
    name: String,
    /// The code of the refusal; nothing when it is accepted.
    expected: Option<String>,
    token: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/atlassian-jwt.json")).unwrap()
}

fn rule(base_url: Option<&str>) -> CanonicalRule {
    let rule = CanonicalRule::atlassian();
    match base_url {
        Some(base_url) => rule.with_base_url(base_url).unwrap(),
        None => rule,
    }
}

#[test]
fn requests_have_the_line_and_the_hash_of_atlassian_jwt() {
    let vectors = vectors();
    assert_eq!(vectors.library, "atlassian-jwt 2.0.3");
    assert!(vectors.agreeing.len() > 50);
    for vector in vectors.agreeing {
        let rule = rule(vector.base_url.as_deref());
        let request = rule.url(&vector.method, &vector.url).unwrap();
        assert_eq!(request.as_str(), vector.canonical, "{}", vector.url);
        assert_eq!(request.hash().as_str(), vector.qsh, "{}", vector.url);
    }
}

#[test]
fn where_atlassian_jwt_leaves_the_rule_the_rule_is_followed() {
    for vector in vectors().deviating {
        let rule = rule(vector.base_url.as_deref());
        let request = rule.url(&vector.method, &vector.url);
        let (line, refused) = match &request {
            Ok(request) => (Some(request.as_str()), None),
            Err(error) => (None, Some(error.code())),
        };
        let (url, why) = (&vector.url, &vector.why);
        assert_eq!(line, vector.rule.as_deref(), "{url}: {why}");
        assert_eq!(refused, vector.refused.as_deref(), "{url}: {why}");
        assert_ne!(line, Some(vector.atlassian_jwt.as_str()), "{url}: {why}");
    }
}

#[test]
fn a_request_is_signed_with_the_token_of_atlassian_jwt() {
    let tokens = vectors().tokens;
    let secret = SharedSecret::new(tokens.secret);
    let signer = RequestSigner::new(&tokens.app_key, &tokens.client_key, secret);
    let now = UnixTime::from_seconds(tokens.now);
    let token = signer.sign(&tokens.method, &tokens.path, Some(&tokens.query), now);
    assert_eq!(token.unwrap().as_str(), tokens.signed);
}

#[test]
fn tokens_of_atlassian_jwt_are_accepted_and_refused_for_their_cause() {
    let tokens = vectors().tokens;
    let secrets = [SharedSecret::new(tokens.secret)];
    let now = UnixTime::from_seconds(tokens.now);
    for ReceivedToken {
        name,
        expected,
        token,
    } in tokens.received
    {
        let (method, path, query) = (&tokens.method, &tokens.path, &tokens.query);
        let refused = verify(&token, &secrets, method, path, Some(query), now).err();
        let refused = refused.map(|error| error.code().to_owned());
        assert_eq!(refused, expected, "{name}");
    }
}

#[derive(Debug, PartialEq, serde::Serialize, Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
    qsh: String,
    sub: String,
}

#[test]
fn jsonwebtoken_reads_what_is_signed_and_writes_what_verifies() {
    let tokens = vectors().tokens;
    let secret = SharedSecret::new(tokens.secret.clone());
    let signer = RequestSigner::new(&tokens.app_key, &tokens.client_key, secret.clone());
    let now = UnixTime::from_seconds(tokens.now);
    let (method, path, query) = (&tokens.method, &tokens.path, Some(tokens.query.as_str()));
    let signed = signer.sign(method, path, query, now).unwrap();

    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(tokens.secret.as_bytes());
    let read = jsonwebtoken::decode::<Claims>(signed.as_str(), &key, &validation).unwrap();
    let expected = Claims {
        iss: tokens.app_key.clone(),
        iat: tokens.now,
        exp: tokens.now + 180,
        qsh: CanonicalRule::atlassian()
            .request(method, path, query)
            .unwrap()
            .hash()
            .to_string(),
        sub: tokens.client_key.clone(),
    };
    assert_eq!(read.claims, expected);

    let key = EncodingKey::from_secret(tokens.secret.as_bytes());
    let written = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &expected, &key).unwrap();
    let issuer = UnverifiedToken::read(&written).unwrap();
    assert_eq!(issuer.issuer(), tokens.app_key);
    let verified = verify(&written, &[secret], method, path, query, now).unwrap();
    assert_eq!(verified.subject(), Some(tokens.client_key.as_str()));
}
