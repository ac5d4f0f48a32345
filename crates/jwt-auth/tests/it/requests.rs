//! Signing and verifying requests: the known token, and each way a request is refused.

use bitbucket_jwt_auth::{
    CanonicalRule, Profile, RequestSigner, SharedSecret, SignError, UnixTime, UnverifiedToken,
    VerifyError, verify,
};

const NOW: UnixTime = UnixTime::from_seconds(1_672_534_861);

fn secret(text: &str) -> SharedSecret {
    SharedSecret::new(text.to_owned())
}

fn signer() -> RequestSigner {
    RequestSigner::new(
        "testserver.bitbucket",
        "connection:123",
        secret("a-big-secret"),
    )
}

#[test]
fn the_token_of_sentrys_known_vector_is_reproduced() {
    let rule = CanonicalRule::of(Profile::SentryOutgoing);
    let signer = signer().with_lifetime(300).unwrap().with_rule(rule);
    let query = Some("q=name~%22fuzzy-repo-name%22");
    let token = signer
        .sign("GET", "/2.0/repositories/u-u-i-d", query, NOW)
        .unwrap();
    let signature = token.as_str().rsplit('.').next();
    assert_eq!(
        signature,
        Some("E3xU7-AgZ2sM-s_yoGAiOGmFZQg63IJJ76YrDwk2qBw")
    );
}

#[test]
fn a_signed_request_verifies_and_another_one_does_not() {
    let token = signer()
        .sign("get", "/2.0/x/", Some("b=2&a=1"), NOW)
        .unwrap();
    let secrets = [secret("a-big-secret")];
    let check = |method, path, query| {
        let verified = verify(token.as_str(), &secrets, method, path, query, NOW);
        verified.map(|token| token.issuer().to_owned())
    };
    assert_eq!(
        check("GET", "/2.0/x", Some("a=1&b=2")),
        Ok("testserver.bitbucket".to_owned())
    );
    let other = Err(VerifyError::OtherRequest);
    assert_eq!(check("PUT", "/2.0/x", Some("a=1&b=2")), other);
    assert_eq!(check("GET", "/2.0/y", Some("a=1&b=2")), other);
    assert_eq!(check("GET", "/2.0/x", Some("a=1&b=3")), other);
    assert_eq!(check("GET", "/2.0/x", None), other);
}

#[test]
fn a_wrong_secret_is_a_wrong_signature() {
    let token = signer().sign("GET", "/", None, NOW).unwrap();
    let check =
        |secrets: &[SharedSecret]| verify(token.as_str(), secrets, "GET", "/", None, NOW).err();
    assert_eq!(check(&[secret("another")]), Some(VerifyError::Signature));
    assert_eq!(check(&[]), Some(VerifyError::Signature));
    assert_eq!(check(&[secret("new"), secret("a-big-secret")]), None);
    assert_eq!(
        VerifyError::Signature.peer_code(),
        VerifyError::UnknownIssuer.peer_code()
    );
}

#[test]
fn tokens_end_with_their_time() {
    let token = signer().sign("GET", "/", None, NOW).unwrap();
    let at = |seconds| {
        let secrets = [secret("a-big-secret")];
        verify(
            token.as_str(),
            &secrets,
            "GET",
            "/",
            None,
            NOW.plus_seconds(seconds),
        )
        .err()
    };
    assert_eq!(at(-61), Some(VerifyError::IssuedInFuture));
    assert_eq!(at(-60), None);
    assert_eq!(at(239), None);
    assert_eq!(at(240), Some(VerifyError::Expired));
}

#[test]
fn the_issuer_can_be_read_before_anything_is_verified() {
    let token = signer().sign("GET", "/", None, NOW).unwrap();
    let issuer = UnverifiedToken::read(token.as_str()).unwrap();
    assert_eq!(issuer.issuer(), "testserver.bitbucket");
}

#[test]
fn an_empty_secret_signs_nothing() {
    let signer = RequestSigner::new("app", "client", secret(""));
    assert_eq!(
        signer.sign("GET", "/", None, NOW),
        Err(SignError::EmptySecret)
    );
}

#[test]
fn names_with_quotes_stay_one_claim() {
    let signer = RequestSigner::new("a\"b\\\u{1}é", "c\"d", secret("s"));
    let token = signer.sign("GET", "/", None, NOW).unwrap();
    let verified = verify(token.as_str(), &[secret("s")], "GET", "/", None, NOW).unwrap();
    assert_eq!(verified.issuer(), "a\"b\\\u{1}é");
    assert_eq!(verified.subject(), Some("c\"d"));
}
