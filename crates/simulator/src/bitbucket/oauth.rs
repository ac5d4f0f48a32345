//! `https://bitbucket.org/site/oauth2/…`: a person's consent, and the token endpoint (RFC 6749, RFC 7636).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::addon;
use crate::{
    crypto::{s256, same},
    wire::{
        answer::Answer,
        asked::Asked,
        call::{Call, Caller, Handled, Reach},
        route::{Access, Route},
        text,
    },
    world::{AuthorizationCode, Bitbucket, OAuthConsumer, OAuthToken},
};

/// Where consumers and apps ask for tokens.
const TOKENS: &str = "/site/oauth2/access_token";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/site/oauth2/authorize", Access::Anyone, authorize),
    Route::new("POST", TOKENS, Access::Anyone, token),
];

/// How long an access token works; Bitbucket's documents say one hour and its answers two.
const ACCESS_LIFE: SignedDuration = SignedDuration::from_hours(2);
/// How long an unused refresh token works.
const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long a code works.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Bitbucket's tokens exceed 2,500 characters.
const UUIDS_IN_A_TOKEN: usize = 80;

/// Whether a request goes to the web site, not to the API.
pub(super) fn is_site(path: &str) -> bool {
    path.starts_with("/site/")
}

/// Who asks the site: a consumer by Basic, an app by its token; a browser shows nothing.
pub(super) fn identify(
    asked: &Asked,
    world: &Bitbucket,
    app: impl FnOnce(&str) -> Result<Caller, Answer>,
) -> Result<Caller, Answer> {
    let Some((scheme, credentials)) = asked
        .header("authorization")
        .and_then(|header| header.split_once(' '))
    else {
        return Ok(Caller::anonymous());
    };
    match scheme {
        "Basic" => consumer(world, credentials).map(|found| Caller {
            name: found.name.clone(),
            scopes: Vec::new(),
            reach: Reach::Nothing,
        }),
        "JWT" => {
            app(credentials).map_err(|_| refused(401, "invalid_client", "Invalid JWT signature."))
        }
        _ => Err(no_client()),
    }
}

fn consumer<'a>(world: &'a Bitbucket, credentials: &str) -> Result<&'a OAuthConsumer, Answer> {
    let decoded = STANDARD.decode(credentials).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let (key, secret) = decoded
        .as_deref()
        .and_then(|text| text.split_once(':'))
        .ok_or_else(no_client)?;
    let mut all = world.oauth_consumers.iter();
    all.find(|own| own.key == key && same(own.secret.as_bytes(), secret.as_bytes()))
        .ok_or_else(no_client)
}

/// The access token's holder, as long as it works.
pub(super) fn bearer(world: &Bitbucket, token: &str, now: Timestamp) -> Option<Caller> {
    let mut all = world.oauth_tokens.iter();
    let found = all.find(|own| same(own.access_token.as_bytes(), token.as_bytes()))?;
    (found.expires_at > now).then(|| Caller {
        name: found.name.clone(),
        scopes: found.scopes.clone(),
        reach: Reach::Workspaces(found.workspaces.clone()),
    })
}

/// The browser's person agrees at once, and is sent back with a code; with nobody there, consent is refused.
fn authorize(call: &mut Call<'_>) -> Handled {
    let value = |name: &str| call.asked.query_value(name);
    let page = |title| Answer::html(400, title);
    let world = &call.world.bitbucket;
    let key = value("client_id").unwrap_or_default();
    let mut all = world.oauth_consumers.iter();
    let consumer = all.find(|own| own.key == key);
    let consumer = consumer.ok_or_else(|| page("Invalid client_id"))?;
    let redirect_uri = value("redirect_uri");
    let target = redirect_uri
        .clone()
        .unwrap_or_else(|| consumer.callback_url.clone());
    if !target.starts_with(&consumer.callback_url) {
        return Err(page("Invalid redirect_uri"));
    }
    let state = value("state").map(|state| format!("&state={}", text::encode(&state)));
    let state = state.unwrap_or_default();
    let joined = if target.contains('?') { '&' } else { '?' };
    let back = |result: String| {
        Answer::empty(302).with_header("location", &format!("{target}{joined}{result}{state}"))
    };
    if value("response_type").as_deref() != Some("code") {
        return Err(back("error=unsupported_response_type".to_owned()));
    }
    let code_challenge = value("code_challenge");
    if code_challenge.is_some() && value("code_challenge_method").as_deref() != Some("S256") {
        return Err(back("error=invalid_request".to_owned()));
    }
    let Some(user) = world.person_at_browser.clone() else {
        return Err(back("error=access_denied".to_owned()));
    };
    let code = AuthorizationCode {
        code: fresh(1),
        consumer: key,
        user,
        redirect_uri,
        code_challenge,
        expires_at: after(call.now, CODE_LIFE),
    };
    let answer = back(format!("code={}", code.code));
    call.world.bitbucket.authorization_codes.push(code);
    Ok(answer)
}

fn token(call: &mut Call<'_>) -> Handled {
    let form = call.asked.form();
    let value = |name: &str| {
        let mut pairs = form.iter();
        pairs
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    };
    let Some(grant_type) = value("grant_type") else {
        return Err(refused(400, "invalid_request", "No grant_type specified."));
    };
    if grant_type == "urn:bitbucket:oauth2:jwt" {
        return of_app(call);
    }
    let name = &call.caller.name;
    let mut all = call.world.bitbucket.oauth_consumers.iter();
    let consumer = all.find(|own| own.name == *name).cloned();
    let consumer = consumer.ok_or_else(no_client)?;
    match grant_type {
        "client_credentials" => {
            let owner = consumer.owner.clone();
            Ok(grant(call, &consumer, &owner, None))
        }
        "authorization_code" => {
            let user = spend_code(call, &consumer, &value)?;
            Ok(grant(call, &consumer, &user, Some(fresh(1))))
        }
        "refresh_token" => {
            let user = spend_refresh(call, &consumer, value("refresh_token").unwrap_or_default())?;
            Ok(grant(call, &consumer, &user, Some(fresh(1))))
        }
        _ => Err(refused(
            400,
            "unsupported_grant_type",
            "Unsupported grant_type.",
        )),
    }
}

/// A code works once, for its consumer, and with the verifier of its challenge.
fn spend_code<'a>(
    call: &mut Call<'_>,
    consumer: &OAuthConsumer,
    value: &impl Fn(&str) -> Option<&'a str>,
) -> Result<String, Answer> {
    let wrong = || refused(400, "invalid_grant", "The specified code is not valid.");
    let given = value("code").unwrap_or_default();
    let codes = &mut call.world.bitbucket.authorization_codes;
    let own = |one: &AuthorizationCode| {
        one.consumer == consumer.key && same(one.code.as_bytes(), given.as_bytes())
    };
    let place = codes.iter().position(own).ok_or_else(wrong)?;
    let code = codes.remove(place);
    let redirected = value("redirect_uri");
    if code.expires_at <= call.now
        || (redirected.is_some() && redirected != code.redirect_uri.as_deref())
    {
        return Err(wrong());
    }
    match (&code.code_challenge, value("code_verifier")) {
        (None, None) => Ok(code.user),
        (Some(challenge), Some(verifier)) if s256(verifier) == *challenge => Ok(code.user),
        _ => Err(refused(
            400,
            "invalid_grant",
            "The code_verifier does not match.",
        )),
    }
}

/// A refresh token works once. The access token that came with it goes on until it expires.
fn spend_refresh(
    call: &mut Call<'_>,
    consumer: &OAuthConsumer,
    given: &str,
) -> Result<String, Answer> {
    let wrong = || refused(400, "invalid_grant", "Invalid refresh_token");
    let now = call.now;
    let mut all = call.world.bitbucket.oauth_tokens.iter_mut();
    let own = |one: &&mut OAuthToken| {
        let refresh = one.refresh_token.as_deref();
        one.consumer == consumer.key
            && refresh.is_some_and(|own| same(own.as_bytes(), given.as_bytes()))
    };
    let found = all.find(own).ok_or_else(wrong)?;
    found.refresh_token = None;
    if found.refresh_expires_at <= now {
        return Err(wrong());
    }
    found.user.clone().ok_or_else(wrong)
}

/// A token that acts as an account.
fn grant(
    call: &mut Call<'_>,
    consumer: &OAuthConsumer,
    user: &str,
    refresh_token: Option<String>,
) -> Answer {
    let world = &call.world.bitbucket;
    let mut users = world.users.iter();
    let nickname = users
        .find(|one| one.uuid == user)
        .map_or(user, |one| &one.nickname);
    let homes = world.memberships.iter().filter(|one| one.user == user);
    let token = OAuthToken {
        consumer: consumer.key.clone(),
        name: format!("{nickname} through {}", consumer.name),
        user: Some(user.to_owned()),
        access_token: fresh(UUIDS_IN_A_TOKEN),
        expires_at: after(call.now, ACCESS_LIFE),
        refresh_token,
        refresh_expires_at: after(call.now, REFRESH_LIFE),
        scopes: consumer.scopes.clone(),
        workspaces: homes.map(|one| one.workspace.clone()).collect(),
    };
    keep(call, token)
}

/// A Connect app's token, in place of one that is signed for each request.
fn of_app(call: &mut Call<'_>) -> Handled {
    let mut all = call.world.bitbucket.installations.iter();
    let own = all.find(|one| addon::caller_name(one) == call.caller.name);
    let own = own.ok_or_else(no_client)?;
    let token = OAuthToken {
        consumer: own.client_key.clone(),
        name: call.caller.name.clone(),
        user: None,
        access_token: fresh(UUIDS_IN_A_TOKEN),
        expires_at: after(call.now, ACCESS_LIFE),
        refresh_token: None,
        refresh_expires_at: call.now,
        scopes: own.scopes.clone(),
        workspaces: vec![own.workspace.clone()],
    };
    Ok(keep(call, token))
}

fn keep(call: &mut Call<'_>, token: OAuthToken) -> Answer {
    let mut body = json!({
        "access_token": token.access_token,
        "expires_in": ACCESS_LIFE.as_secs(),
        "scopes": token.scopes.join(" "),
        "token_type": "bearer",
    });
    if let Some(refresh_token) = &token.refresh_token {
        body["refresh_token"] = refresh_token.as_str().into();
    }
    call.world.bitbucket.oauth_tokens.push(token);
    Answer::ok(&body).with_header("cache-control", "no-store")
}

fn refused(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({"error": error, "error_description": description});
    Answer::json(status, &body)
}

/// What a wrong key or secret is answered with.
fn no_client() -> Answer {
    refused(
        400,
        "unauthorized_client",
        "Invalid OAuth client credentials",
    )
}

fn after(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}

/// A text that nobody can guess.
fn fresh(uuids: usize) -> String {
    let uuids = (0..uuids).map(|_| uuid::Uuid::new_v4().simple().to_string());
    uuids.collect()
}
