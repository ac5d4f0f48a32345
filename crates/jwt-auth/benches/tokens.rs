//! What signing and verifying cost on one core: `cargo bench -p bitbucket-jwt-auth`.
//!
//! The request is the one a release makes most: commits of a repository, with a filter and chosen fields.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bitbucket_jwt_auth::webhook::{self, WebhookSignature};
use bitbucket_jwt_auth::{
    CanonicalRequest, RequestSigner, RequestVerifier, SharedSecret, UnixTime, UnverifiedToken,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use std::hint::black_box;

const METHOD: &str = "GET";
const PATH: &str =
    "/2.0/repositories/acme/widget-service/commits/8f3c2d1e0b9a7c6d5e4f3a2b1c0d9e8f7a6b5c4d";
const QUERY: &str = "pagelen=100&page=3&q=author.raw%20~%20%22jane%22%20AND%20date%20%3E%202024-01-01&fields=values.hash%2Cvalues.message%2Cnext";
const SECRET: &str = "kW7q9sVdA2xY5bN8mT3rC6uF1hJ4pL0eZqXcVbNm1234567890asdfghjklPOIUY";
const APP_KEY: &str = "app.example.com.bitbucket";
const CLIENT_KEY: &str =
    "ari:cloud:bitbucket::app/{3f6f1c7e-1111-2222-3333-444455556666}/acme-connection";
const NOW: UnixTime = UnixTime::from_seconds(1_790_000_000);

fn secret() -> SharedSecret {
    SharedSecret::new(SECRET.to_owned())
}

#[expect(
    clippy::expect_used,
    reason = "a benchmark that cannot start must say so"
)]
fn tokens(c: &mut Criterion) {
    let signer = RequestSigner::new(APP_KEY, CLIENT_KEY, secret());
    let verifier = RequestVerifier::new();
    let secrets = [secret()];
    let token = signer.sign(METHOD, PATH, Some(QUERY), NOW).expect("signs");
    let token = token.as_str();

    c.bench_function("canonical request and hash", |b| {
        b.iter(|| {
            CanonicalRequest::new(METHOD, black_box(PATH), Some(QUERY)).map(|line| line.hash())
        });
    });
    c.bench_function("sign", |b| {
        b.iter(|| signer.sign(METHOD, black_box(PATH), Some(QUERY), NOW));
    });
    c.bench_function("verify", |b| {
        b.iter(|| verifier.verify(black_box(token), &secrets, METHOD, PATH, Some(QUERY), NOW));
    });
    c.bench_function("read issuer, then verify", |b| {
        b.iter(|| {
            let token = UnverifiedToken::read(black_box(token))?;
            verifier.verify_read(&token, &secrets, METHOD, PATH, Some(QUERY), NOW)
        });
    });
}

fn webhooks(c: &mut Criterion) {
    let mut group = c.benchmark_group("verify webhook");
    for kilobytes in [1, 10, 100] {
        let body = vec![b'x'; kilobytes * 1024];
        let secrets = [secret()];
        let header = webhook::sign(&secrets[0], &body);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(format!("{kilobytes} KiB"), |b| {
            b.iter(|| {
                WebhookSignature::parse(&header)
                    .map(|found| found.verify(&secrets, black_box(&body)))
            });
        });
    }
    group.finish();
}

/// The tag of a token's first two parts: by the library that this crate takes for HS256, and through `jsonwebtoken`, whose primitives make the key anew
/// each time.
#[expect(
    clippy::expect_used,
    reason = "a benchmark that cannot start must say so"
)]
fn tags(c: &mut Criterion) {
    let signer = RequestSigner::new(APP_KEY, CLIENT_KEY, secret());
    let token = signer.sign(METHOD, PATH, Some(QUERY), NOW).expect("signs");
    let (signed, tag) = token.as_str().rsplit_once('.').expect("has three parts");
    let mut group = c.benchmark_group("tag");

    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    group.bench_function("sign, aws-lc-rs", |b| {
        b.iter(|| URL_SAFE_NO_PAD.encode(hmac::sign(&key, black_box(signed).as_bytes())));
    });
    let encoding = EncodingKey::from_secret(SECRET.as_bytes());
    group.bench_function("sign, jsonwebtoken", |b| {
        b.iter(|| crypto::sign(black_box(signed).as_bytes(), &encoding, Algorithm::HS256));
    });
    group.bench_function("verify, aws-lc-rs", |b| {
        b.iter(|| {
            let tag = URL_SAFE_NO_PAD.decode(black_box(tag));
            tag.map(|tag| hmac::verify(&key, signed.as_bytes(), &tag).is_ok())
        });
    });
    let decoding = DecodingKey::from_secret(SECRET.as_bytes());
    group.bench_function("verify, jsonwebtoken", |b| {
        b.iter(|| {
            crypto::verify(
                black_box(tag),
                signed.as_bytes(),
                &decoding,
                Algorithm::HS256,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, tokens, tags, webhooks);
criterion_main!(benches);
