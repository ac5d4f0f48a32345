//! Signing and verifying a Connect request, and what lies below: the bare digest and tag, and a general JWT library.

use std::hint::black_box;

use anyhow::{Context as _, ensure};
use aws_lc_rs::{digest, hmac};
use bitbucket_jwt_auth::{
    CanonicalRequest, RequestSigner, RequestVerifier, SharedSecret, UnixTime, UnverifiedToken,
};
use serde::{Deserialize, Serialize};

use crate::clock::{now, rate};
use crate::request::{APP_KEY, CLIENT_KEY, METHOD, PATH, QUERY, SECRET};
use crate::sample::Sample;

/// What is measured.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Work {
    /// Reduce a request, hash it, and make its token.
    Sign,
    /// Read the issuer, check signature and claims, and compare the hash with the request's.
    Verify,
}

/// By whom.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum By {
    /// `bitbucket-jwt-auth`.
    Ours,
    /// SHA-256 of the ready canonical request and HMAC of the ready token: less can't be done.
    Floor,
    /// The crate `jsonwebtoken` with the ready canonical request: what its user still has to write is not in it.
    Jsonwebtoken,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    work: Work,
    #[arg(long, default_value = "ours")]
    by: By,
    /// Processor seconds to measure for.
    #[arg(long, default_value_t = 0.7)]
    seconds: f64,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Sample> {
    let rate = match (arguments.by, arguments.work) {
        (By::Ours, Work::Sign) => sign(arguments.seconds)?,
        (By::Ours, Work::Verify) => verify(arguments.seconds)?,
        (By::Floor, Work::Sign | Work::Verify) => floor(arguments.seconds)?,
        (By::Jsonwebtoken, work) => jsonwebtoken(work, arguments.seconds)?,
    };
    Ok(Sample::of("per_cpu_second", rate))
}

fn secret() -> SharedSecret {
    SharedSecret::new(SECRET.to_owned())
}

fn time() -> UnixTime {
    UnixTime::from_seconds(now().as_second())
}

/// Bitbucket signs with the client key as issuer, an app with its own.
fn signer(issuer: &str) -> RequestSigner {
    RequestSigner::new(issuer, CLIENT_KEY, secret())
}

fn sign(seconds: f64) -> anyhow::Result<f64> {
    let signer = signer(APP_KEY);
    signer.sign(METHOD, PATH, Some(QUERY), time())?;
    Ok(rate(seconds, || {
        drop(black_box(signer.sign(
            METHOD,
            black_box(PATH),
            Some(black_box(QUERY)),
            time(),
        )));
    }))
}

fn verify(seconds: f64) -> anyhow::Result<f64> {
    let token = signer(CLIENT_KEY).sign(METHOD, PATH, Some(QUERY), time())?;
    let (verifier, secrets) = (RequestVerifier::new(), [secret()]);
    let verified = || -> anyhow::Result<()> {
        let token = black_box(token.as_str());
        let token = UnverifiedToken::read(token)?;
        ensure!(token.issuer() == CLIENT_KEY, "the issuer is another one");
        verifier.verify_read(&token, &secrets, METHOD, PATH, Some(QUERY), time())?;
        Ok(())
    };
    verified()?;
    let mut failures = 0_u32;
    let rate = rate(seconds, || failures += u32::from(verified().is_err()));
    ensure!(failures == 0, "{failures} tokens were refused");
    Ok(rate)
}

fn canonical() -> anyhow::Result<String> {
    Ok(CanonicalRequest::new(METHOD, PATH, Some(QUERY))?
        .as_str()
        .to_owned())
}

fn floor(seconds: f64) -> anyhow::Result<f64> {
    let token = signer(APP_KEY).sign(METHOD, PATH, Some(QUERY), time())?;
    let (signed, _) = token
        .as_str()
        .rsplit_once('.')
        .context("a token has three parts")?;
    let (key, canonical) = (
        hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        canonical()?,
    );
    Ok(rate(seconds, || {
        black_box(digest::digest(
            &digest::SHA256,
            black_box(canonical.as_bytes()),
        ));
        black_box(hmac::sign(&key, black_box(signed.as_bytes())));
    }))
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    qsh: String,
    sub: &'a str,
}

#[derive(Debug, Deserialize)]
struct OwnedClaims {
    qsh: String,
}

fn jsonwebtoken(work: Work, seconds: f64) -> anyhow::Result<f64> {
    use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
    let canonical = canonical()?;
    let hash = || {
        hex::encode(digest::digest(
            &digest::SHA256,
            black_box(canonical.as_bytes()),
        ))
    };
    let (key, header) = (
        EncodingKey::from_secret(SECRET.as_bytes()),
        Header::default(),
    );
    let sign = || {
        let iat = now().as_second();
        let claims = Claims {
            iss: APP_KEY,
            iat,
            exp: iat + 180,
            qsh: hash(),
            sub: CLIENT_KEY,
        };
        encode(&header, &claims, &key)
    };
    let token = sign()?;
    let (key, mut validation) = (
        DecodingKey::from_secret(SECRET.as_bytes()),
        Validation::new(Algorithm::HS256),
    );
    validation.validate_aud = false;
    let mut failures = 0_u32;
    let rate = rate(seconds, || {
        let good = match work {
            Work::Sign => sign().is_ok(),
            Work::Verify => decode::<OwnedClaims>(black_box(&token), &key, &validation)
                .is_ok_and(|token| token.claims.qsh == hash()),
        };
        failures += u32::from(!good);
    });
    ensure!(failures == 0, "{failures} tokens failed");
    Ok(rate)
}
