//! Claims with odd values, under a good signature: what is read, and what is refused.

use bitbucket_jwt_auth::{
    CanonicalRequest, Claim, SharedSecret, TokenError, TokenPart, UnixTime, VerifyError,
    token_of_request, verify,
};

use crate::tokens::signed;

const NOW: UnixTime = UnixTime::from_seconds(1_790_000_000);
const MALFORMED: VerifyError = VerifyError::Malformed(TokenPart::Claims);

fn check(claims: &str) -> Result<(), VerifyError> {
    let token = signed(claims, "secret");
    let secrets = [SharedSecret::new("secret".to_owned())];
    verify(&token, &secrets, "GET", "/p", None, NOW).map(|_| ())
}

/// Good claims, but `iat`, `exp` and whatever follows them are as said.
fn with_times(issued: &str, expires: &str, more: &str) -> Result<(), VerifyError> {
    let hash = CanonicalRequest::new("GET", "/p", None).unwrap().hash();
    check(&format!(
        r#"{{"iss":"i","qsh":"{hash}","iat":{issued},"exp":{expires}{more}}}"#
    ))
}

#[test]
fn times_are_whole_seconds_or_nothing() {
    let (issued, expires) = ("1790000000", "1790000180");
    assert_eq!(with_times(issued, expires, ""), Ok(()));
    for odd in [
        "1e999",
        "-1e999",
        "1.79e9",
        "1790000000.0",
        "1790000000.5",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999",
        "\"1790000000\"",
        "true",
        "[1790000000]",
        "NaN",
        "+1790000000",
        "01790000000",
        "0x6AB13B80",
    ] {
        assert_eq!(with_times(odd, expires, ""), Err(MALFORMED), "iat {odd}");
        assert_eq!(with_times(issued, odd, ""), Err(MALFORMED), "exp {odd}");
        let more = format!(r#","nbf":{odd}"#);
        assert_eq!(
            with_times(issued, expires, &more),
            Err(MALFORMED),
            "nbf {odd}"
        );
    }
}

#[test]
fn times_at_the_ends_of_the_range_do_not_overflow() {
    let (least, most) = ("-9223372036854775808", "9223372036854775807");
    let lifetime = Err(VerifyError::Lifetime);
    assert_eq!(with_times(least, most, ""), lifetime);
    assert_eq!(with_times(most, least, ""), lifetime);
    assert_eq!(with_times(least, least, ""), lifetime);
    assert_eq!(
        with_times("9223372036854775806", most, ""),
        Err(VerifyError::IssuedInFuture)
    );
    assert_eq!(
        with_times(least, "-9223372036854775807", ""),
        Err(VerifyError::Expired)
    );
    assert_eq!(
        with_times("1790000000", "1790000180", &format!(r#","nbf":{most}"#)),
        Err(VerifyError::NotYetValid)
    );
}

#[test]
fn a_missing_time_is_named_and_null_is_missing() {
    let missing = |claim| Err(VerifyError::MissingClaim(claim));
    assert_eq!(
        with_times("null", "1790000180", ""),
        missing(Claim::IssuedAt)
    );
    assert_eq!(
        with_times("1790000000", "null", ""),
        missing(Claim::ExpiresAt)
    );
    assert_eq!(
        with_times("1790000000", "1790000180", r#","nbf":null"#),
        Ok(())
    );
}

#[test]
fn a_claim_named_twice_is_refused_and_unknown_ones_are_not_looked_at() {
    let (issued, expires) = ("1790000000", "1790000180");
    for twice in [
        r#","iss":"i""#,
        r#","exp":1790000180"#,
        r#","\u0065xp":1790003000"#,
    ] {
        assert_eq!(
            with_times(issued, expires, twice),
            Err(MALFORMED),
            "{twice}"
        );
    }
    for unknown in [
        r#","n":1e999"#,
        r#","context":{"user":null}"#,
        r#","EXP":0"#,
    ] {
        assert_eq!(with_times(issued, expires, unknown), Ok(()), "{unknown}");
    }
}

#[test]
fn claims_that_are_no_object_are_malformed() {
    for claims in [
        " ",
        "null",
        "[]",
        "\"\"",
        "{",
        "{}{}",
        "{\"iss\":1}",
        "\u{feff}{}",
    ] {
        assert_eq!(check(claims), Err(MALFORMED), "{claims}");
    }
    let structure = VerifyError::Malformed(TokenPart::Structure);
    assert_eq!(check(""), Err(structure));
    let nested = "[".repeat(5_000);
    assert_eq!(check(&format!(r#"{{"n":{nested}"#)), Err(MALFORMED));
}

#[test]
fn a_list_of_the_claims_values_is_malformed() {
    let hash = CanonicalRequest::new("GET", "/p", None).unwrap().hash();
    let list = format!(r#"["i",null,null,"{hash}",1790000000,1790000180,null]"#);
    assert_eq!(check(&list), Err(MALFORMED));
    assert_eq!(check(&format!(" {list}")), Err(MALFORMED));
}

#[test]
fn the_parameter_of_the_token_is_found_under_its_plain_name_alone() {
    let of = |query| token_of_request(None, Some(query));
    assert_eq!(of("%6Awt=a.b.c"), Err(TokenError::Missing));
    assert_eq!(of("JWT=a.b.c"), Err(TokenError::Missing));
    assert_eq!(of("%6Awt=x&jwt=a.b.c"), Ok("a.b.c"));
}
