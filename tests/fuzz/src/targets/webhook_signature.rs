//! `X-Hub-Signature`: read strictly, and accepted for one secret and one body.
//!
//! The first line is the header (`TAG` stands for the right digits), everything after it the body.

use bitbucket_jwt_auth::webhook::{self, SignatureError, WebhookSignature};

use crate::input::somewhere;
use crate::known::{hexadecimal_signature, other_secret, secret};

pub(crate) fn check(data: &[u8]) {
    let end = data.iter().position(|&byte| byte == b'\n');
    let (header, body) = data.split_at(end.unwrap_or(data.len()));
    let body = body.get(1..).unwrap_or_default();
    let Ok(header) = std::str::from_utf8(header) else {
        return;
    };
    let tag = hexadecimal_signature(body);
    assert_eq!(webhook::sign(&secret(), body), format!("sha256={tag}"));
    let header = header.replace("TAG", &tag);
    let parsed = WebhookSignature::parse(&header);
    assert_eq!(parsed.is_ok(), reads_like_one(&header));
    let Ok(signature) = parsed else {
        return;
    };
    let right = header.to_ascii_lowercase() == format!("sha256={tag}");
    let verdict = if right {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    };
    assert_eq!(signature.verify(&[secret()], body), verdict);
    assert_eq!(signature.verify(&[other_secret(), secret()], body), verdict);
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(signature.verify(&[other_secret()], body), mismatch);
    assert_eq!(signature.verify(&[], body), mismatch);
    if right {
        assert_eq!(
            signature.verify(&[secret()], &another(data, body)),
            mismatch
        );
    }
}

fn reads_like_one(header: &str) -> bool {
    header.strip_prefix("sha256=").is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// The body with one bit changed, or one byte more.
fn another(data: &[u8], body: &[u8]) -> Vec<u8> {
    let mut other = body.to_vec();
    match other.get_mut(somewhere(data, body.len())) {
        Some(byte) => *byte ^= 1,
        None => other.push(0),
    }
    other
}
