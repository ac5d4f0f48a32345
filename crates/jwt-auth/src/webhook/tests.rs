//! Webhook signatures: the reference's vector, and every way to be wrong.

use super::{SignatureError, WebhookSignature, sign};
use crate::SharedSecret;

const BODY: &[u8] = b"Hello World!";
const HEADER: &str = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";

fn secret(text: &str) -> SharedSecret {
    SharedSecret::new(text.to_owned())
}

fn check(header: &str, secrets: &[SharedSecret], body: &[u8]) -> Result<(), SignatureError> {
    WebhookSignature::parse(header)?.verify(secrets, body)
}

#[test]
fn the_known_vector_verifies_and_is_what_we_sign() {
    let known = secret("It's a Secret to Everybody");
    assert_eq!(sign(&known, BODY), HEADER);
    assert_eq!(check(HEADER, &[known], BODY), Ok(()));
}

#[test]
fn any_active_secret_is_enough() {
    let secrets = [secret("new"), secret("It's a Secret to Everybody")];
    assert_eq!(check(HEADER, &secrets, BODY), Ok(()));
}

#[test]
fn a_wrong_secret_and_a_wrong_body_look_the_same() {
    let known = secret("It's a Secret to Everybody");
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(check(HEADER, &[secret("other")], BODY), mismatch);
    assert_eq!(check(HEADER, &[known], b"Hello World"), mismatch);
    assert_eq!(check(HEADER, &[], BODY), mismatch);
}

#[test]
fn an_empty_secret_verifies_nothing() {
    let empty = secret("");
    let header = sign(&empty, BODY);
    assert_eq!(
        check(&header, &[empty], BODY),
        Err(SignatureError::Mismatch)
    );
}

#[test]
fn headers_are_read_strictly() {
    let digits = &HEADER["sha256=".len()..];
    let cases = [
        (String::new(), SignatureError::Missing),
        (digits.to_owned(), SignatureError::Malformed),
        ("sha256".to_owned(), SignatureError::Malformed),
        ("sha256=".to_owned(), SignatureError::Malformed),
        (
            format!("sha256={}", &digits[2..]),
            SignatureError::Malformed,
        ),
        (format!("sha256={digits}00"), SignatureError::Malformed),
        (format!("sha256={digits} "), SignatureError::Malformed),
        (
            format!("sha256=={}", &digits[1..]),
            SignatureError::Malformed,
        ),
        (
            format!("sha256={}g", &digits[1..]),
            SignatureError::Malformed,
        ),
        (
            "sha1=a94a8fe5ccb19ba61c4c0873d391e987982fbbd3".to_owned(),
            SignatureError::UnsupportedAlgorithm,
        ),
        (
            format!("SHA256={digits}"),
            SignatureError::UnsupportedAlgorithm,
        ),
        (
            format!(" sha256={digits}"),
            SignatureError::UnsupportedAlgorithm,
        ),
        (format!("={digits}"), SignatureError::UnsupportedAlgorithm),
    ];
    for (header, error) in cases {
        assert_eq!(WebhookSignature::parse(&header), Err(error), "{header:?}");
    }
}

#[test]
fn upper_case_digits_are_the_same_signature() {
    let upper = HEADER.to_uppercase().replace("SHA256", "sha256");
    assert_eq!(
        WebhookSignature::parse(&upper),
        WebhookSignature::parse(HEADER)
    );
}
