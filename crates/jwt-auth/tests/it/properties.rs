//! What must hold for every request, token and webhook.
//!
//! The environment variable `PROPTEST_CASES` sets the number of cases of each property.

use bitbucket_jwt_auth::webhook::{self, SignatureError, WebhookSignature};
use bitbucket_jwt_auth::{
    Binding, CanonicalRequest, RequestSigner, SharedSecret, TokenPart, UnixTime, UnverifiedToken,
    VerifiedToken, VerifyError, verify,
};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::{collection::vec, option, sample::select};

const NOW: UnixTime = UnixTime::from_seconds(1_790_000_000);
const SECRET: &str = "a-big-secret";

#[derive(Debug, Clone)]
struct Request {
    method: String,
    path: String,
    parameters: Vec<(String, String)>,
}

impl Request {
    fn query(&self) -> String {
        spelled(&self.parameters, |text| {
            utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
        })
    }

    fn sign(&self) -> String {
        let signer = RequestSigner::new("app", "client", secret(SECRET));
        let query = self.query();
        let token = signer.sign(&self.method, &self.path, Some(&query), NOW);
        token.unwrap().as_str().to_owned()
    }

    fn verify(&self, token: &str) -> Result<VerifiedToken, VerifyError> {
        check(token, &self.method, &self.path, Some(&self.query()))
    }
}

fn spelled(parameters: &[(String, String)], spell: impl Fn(&str) -> String) -> String {
    let pairs = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", spell(name), spell(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn check(
    token: &str,
    method: &str,
    path: &str,
    query: Option<&str>,
) -> Result<VerifiedToken, VerifyError> {
    verify(token, &[secret(SECRET)], method, path, query, NOW)
}

fn secret(text: &str) -> SharedSecret {
    SharedSecret::new(text.to_owned())
}

fn paths() -> impl Strategy<Value = String> {
    let segments = vec("([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2}){0,8}", 0..5);
    segments.prop_map(|segments| {
        segments
            .into_iter()
            .fold(String::new(), |p, s| p + "/" + &s)
    })
}

fn names() -> impl Strategy<Value = String> {
    let names = prop_oneof!["[a-c]{1,2}", "\\PC{1,4}", any::<String>()];
    names.prop_filter("the token's own parameter", |name| {
        !name.is_empty() && name != "jwt"
    })
}

fn requests() -> impl Strategy<Value = Request> {
    let values = prop_oneof!["[0-9]{0,2}", "\\PC{0,4}", any::<String>()];
    let methods = select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]);
    (methods, paths(), vec((names(), values), 0..5)).prop_map(|(method, path, parameters)| {
        Request {
            method: method.to_owned(),
            path,
            parameters,
        }
    })
}

/// Something else about a request than was signed.
#[derive(Debug, Clone)]
enum Change {
    Method,
    LongerPath,
    LongerParameter(Index),
    AnotherParameter(String),
    LostParameter(Index),
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Method),
        Just(Change::LongerPath),
        any::<Index>().prop_map(Change::LongerParameter),
        names().prop_map(Change::AnotherParameter),
        any::<Index>().prop_map(Change::LostParameter),
    ]
}

/// `None` when there is nothing that could be changed like that.
fn changed(mut request: Request, change: Change) -> Option<Request> {
    match change {
        Change::Method => request.method.push('X'),
        Change::LongerPath => request.path.push_str("/x"),
        Change::LongerParameter(at) if !request.parameters.is_empty() => {
            let at = at.index(request.parameters.len());
            request.parameters[at].1.push('x');
        }
        Change::AnotherParameter(name) => request.parameters.push((name, String::new())),
        Change::LostParameter(at) if !request.parameters.is_empty() => {
            let at = at.index(request.parameters.len());
            request.parameters.remove(at);
        }
        Change::LongerParameter(_) | Change::LostParameter(_) => return None,
    }
    Some(request)
}

/// `text` with the character at `at` replaced by, or for `None` without it.
fn edited(text: &str, at: Index, by: Option<char>) -> Option<String> {
    let mut characters: Vec<_> = text.chars().collect();
    if characters.is_empty() {
        return None;
    }
    let at = at.index(characters.len());
    match by {
        Some(by) => characters[at] = by,
        None => drop(characters.remove(at)),
    }
    Some(characters.into_iter().collect())
}

proptest! {
    #[test]
    fn a_signed_request_verifies(request in requests(), app in "\\PC{1,12}", client in any::<String>(), lifetime in 1_i64..=3600) {
        let signer = RequestSigner::new(&app, &client, secret(SECRET)).with_lifetime(lifetime).unwrap();
        let query = request.query();
        let token = signer.sign(&request.method, &request.path, Some(&query), NOW).unwrap();
        let issuer = UnverifiedToken::read(token.as_str()).unwrap();
        prop_assert_eq!(issuer.issuer(), &app);
        let verified = request.verify(token.as_str()).unwrap();
        prop_assert_eq!(verified.issuer(), app);
        prop_assert_eq!(verified.subject(), Some(client.as_str()));
        prop_assert_eq!(verified.issued_at(), NOW);
        prop_assert_eq!(verified.expires_at(), NOW.plus_seconds(lifetime));
        prop_assert_eq!(verified.binding(), Binding::Request);
    }

    #[test]
    fn another_spelling_of_a_request_is_the_same_request(request in requests(), order in any::<u64>(), token_first in any::<bool>()) {
        let token = request.sign();
        let mut parameters = request.parameters.clone();
        let by = usize::try_from(order % 7).unwrap() % parameters.len().max(1);
        parameters.rotate_left(by);
        let escaped = spelled(&parameters, |text| text.bytes().map(percent_encode_byte).collect());
        let query = if token_first { format!("jwt={token}&{escaped}") } else { format!("{escaped}&jwt={token}") };
        let method = request.method.to_ascii_lowercase();
        let path = if request.path.is_empty() { "/".to_owned() } else { request.path };
        prop_assert_eq!(check(&token, &method, &path, Some(&query)).err(), None);
    }

    #[test]
    fn a_change_of_method_path_or_parameter_is_refused(request in requests(), change in changes()) {
        let token = request.sign();
        if let Some(other) = changed(request, change) {
            prop_assert_eq!(other.verify(&token).err(), Some(VerifyError::OtherRequest));
        }
    }

    /// Among those changes are some that change nothing, such as of a letter in an escape.
    #[test]
    fn a_change_of_one_character_is_refused_unless_the_canonical_request_stays(
        request in requests(),
        part in 0..3_usize,
        at in any::<Index>(),
        by in option::of(prop_oneof![prop::char::range('!', '~'), any::<char>()]),
    ) {
        let token = request.sign();
        let mut parts = [request.method.clone(), request.path.clone(), request.query()];
        if let Some(edited) = edited(&parts[part], at, by) {
            parts[part] = edited;
            let [method, path, query] = &parts;
            let canonical = |method: &str, path: &str, query: &str| CanonicalRequest::new(method, path, Some(query));
            let signed = canonical(&request.method, &request.path, &request.query()).unwrap();
            let expected = match canonical(method, path, query) {
                Ok(same) if same == signed => None,
                Ok(_) => Some(VerifyError::OtherRequest),
                Err(error) => Some(VerifyError::Request(error)),
            };
            prop_assert_eq!(check(&token, method, path, Some(query)).err(), expected);
        }
    }

    #[test]
    fn a_change_of_one_character_of_the_token_is_refused(
        request in requests(),
        at in any::<Index>(),
        by in option::of(prop_oneof!["[A-Za-z0-9_.=+/-]".prop_map(|text| text.chars().next().unwrap()), any::<char>()]),
    ) {
        let token = request.sign();
        let edited = edited(&token, at, by).unwrap();
        prop_assume!(edited != token);
        let refused = request.verify(&edited).err();
        let of_the_token = matches!(
            refused,
            Some(
                VerifyError::Signature
                    | VerifyError::Algorithm
                    | VerifyError::HeaderMember
                    | VerifyError::Malformed(
                        TokenPart::Structure | TokenPart::Header | TokenPart::Claims | TokenPart::Signature
                    )
            )
        );
        prop_assert!(of_the_token, "{:?}", refused);
    }

    #[test]
    fn a_part_of_a_token_and_a_token_with_more_are_refused(request in requests(), at in any::<Index>(), more in "[A-Za-z0-9_.=-]{1,8}") {
        let token = request.sign();
        prop_assert!(request.verify(&token[..at.index(token.len())]).is_err());
        for longer in [format!("{token}{more}"), format!("{more}{token}")] {
            prop_assert!(request.verify(&longer).is_err(), "{}", longer);
        }
    }

    #[test]
    fn another_secret_is_refused(request in requests(), other in "[ -~]{1,64}") {
        prop_assume!(other != SECRET);
        let token = request.sign();
        let refused = verify(&token, &[secret(&other)], &request.method, &request.path, Some(&request.query()), NOW);
        prop_assert_eq!(refused.err(), Some(VerifyError::Signature));
    }

    #[test]
    fn a_signed_webhook_verifies_and_one_bit_of_the_body_is_noticed(
        text in "[ -~]{1,64}",
        other in "[ -~]{1,64}",
        body in vec(any::<u8>(), 0..300),
        at in any::<Index>(),
        bit in 0..8_u32,
    ) {
        let secrets = [secret(&text)];
        let signature = WebhookSignature::parse(&webhook::sign(&secrets[0], &body)).unwrap();
        prop_assert_eq!(signature.verify(&secrets, &body), Ok(()));
        let mismatch = Err(SignatureError::Mismatch);
        if other != text {
            prop_assert_eq!(signature.verify(&[secret(&other)], &body), mismatch);
        }
        let mut longer = body.clone();
        longer.push(0);
        prop_assert_eq!(signature.verify(&secrets, &longer), mismatch);
        if let Some((_, shorter)) = body.split_last() {
            prop_assert_eq!(signature.verify(&secrets, &body[..shorter.len()]), mismatch);
            let mut flipped = body.clone();
            flipped[at.index(body.len())] ^= 1 << bit;
            prop_assert_eq!(signature.verify(&secrets, &flipped), mismatch);
        }
    }

    /// The letter case of a digit is the one bit that means nothing.
    #[test]
    fn one_bit_of_a_webhooks_header_is_noticed(body in vec(any::<u8>(), 0..64), at in any::<Index>(), bit in 0..7_u32) {
        let secrets = [secret(SECRET)];
        let header = webhook::sign(&secrets[0], &body);
        let mut bytes = header.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let flipped = String::from_utf8(bytes).unwrap();
        let verdict = WebhookSignature::parse(&flipped).and_then(|signature| signature.verify(&secrets, &body));
        let is_other_case = at >= "sha256=".len() && flipped.eq_ignore_ascii_case(&header);
        prop_assert_eq!(verdict.is_ok(), is_other_case, "{:?}: {:?}", flipped, verdict);
    }
}
