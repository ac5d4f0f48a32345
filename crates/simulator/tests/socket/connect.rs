//! Connect: tokens both ways, wrapped bodies, the handshake.

use bitbucket_simulator::{
    Clock, Simulator, acme,
    control::{Lifecycle, Push, Seed},
};
use serde_json::{Value, json};

use crate::{
    deliveries::hmac,
    peer::{Peer, Receiver, simulator},
};

#[tokio::test]
async fn a_connect_app_gets_the_wrapped_body_with_a_token() {
    let (simulator, receiver) = (simulator().await, Receiver::start(&[]).await);
    let mut app = simulator.world().bitbucket.installations.remove(0);
    app.base_url = format!("{}/base", receiver.url);
    app.webhook_url = Some(format!("{}/base/connect/webhook", receiver.url));
    let control = simulator.control();
    control
        .seed([Seed::Installation(app)])
        .await
        .expect("seeded");
    let push = Push::to(acme::REPOSITORY).commit("main", "a1", "One");
    let pushed = control.push(&push).await.expect("pushed");
    assert_eq!(pushed.deliveries.len(), 1);
    let one = receiver.arrived().await.remove(0);
    let body: Value = serde_json::from_slice(&one.body).expect("JSON");
    assert_eq!(body, json!({"event": "repo:push", "data": pushed.payload}));
    assert!(!one.headers.contains_key("x-hub-signature"));
    let token = one
        .header("authorization")
        .strip_prefix("JWT ")
        .expect("a token")
        .to_owned();
    let claims = claims(&token);
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (
            &json!(acme::CONNECT_CLIENT_KEY),
            &json!(acme::CONNECT_CLIENT_KEY)
        )
    );
    let canonical =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"POST&/connect/webhook&");
    assert_eq!(claims["qsh"], hex::encode(canonical));
}

fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let expected = hmac(acme::CONNECT_SHARED_SECRET, signed.as_bytes());
    assert_eq!(
        hex::encode(engine.decode(signature).expect("base64")),
        expected
    );
    let claims = engine
        .decode(signed.split_once('.').expect("two parts").1)
        .expect("base64");
    serde_json::from_slice(&claims).expect("JSON")
}

const NOW: i64 = 1_795_341_600;

/// An app's token for a canonical request, made by the plain rule.
fn token(claims: &Value, secret: &str) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let header = engine.encode(json!({"typ": "JWT", "alg": "HS256"}).to_string());
    let signed = format!("{header}.{}", engine.encode(claims.to_string()));
    let signature = hex::decode(hmac(secret, signed.as_bytes())).expect("hex");
    format!("JWT {signed}.{}", engine.encode(signature))
}

fn claims_for(canonical: &str) -> Value {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
    json!({"iss": acme::CONNECT_APP_KEY, "sub": acme::CONNECT_CLIENT_KEY, "iat": NOW, "exp": NOW + 180,
        "qsh": hex::encode(hash)})
}

/// The default app's token for a request without a query, good while the clock is [`stopped`].
pub(crate) fn app_token(method: &http::Method, path: &str) -> String {
    let claims = claims_for(&format!("{method}&{path}&"));
    token(&claims, acme::CONNECT_SHARED_SECRET)
}

pub(crate) async fn stopped() -> Simulator {
    let simulator = simulator().await;
    let at = jiff::Timestamp::from_second(NOW).expect("a time");
    simulator.change_world(|world| world.clock = Clock::Stopped(at));
    simulator
}

#[tokio::test]
async fn an_app_may_ask_what_its_token_was_made_for() {
    let simulator = stopped().await;
    let claims = claims_for("GET&/2.0/repositories/acme/rocket/commits&exclude=r1,r2&include=main");
    let app = Peer::new(
        simulator.bitbucket_url(),
        Some(token(&claims, acme::CONNECT_SHARED_SECRET)),
    );
    let address = "/2.0/repositories/acme/rocket/commits";
    // The order of parameters may differ; the token passes and the unknown revision is what is missed.
    assert_eq!(
        app.get(&format!("{address}?include=main&exclude=r2&exclude=r1"))
            .await
            .status,
        404
    );
    assert_eq!(
        app.get(&format!("{address}?include=main")).await.status,
        401
    );
    assert_eq!(
        app.delete(&format!("{address}?include=main&exclude=r2&exclude=r1"))
            .await
            .status,
        405
    );
    let caller = simulator.records()[0].caller.clone();
    assert_eq!(caller.as_deref(), Some("app bitbucket-integration in acme"));
}

#[tokio::test]
async fn a_token_that_is_old_or_signed_by_another_is_refused_with_the_reason() {
    let simulator = stopped().await;
    let claims = claims_for("GET&/2.0/user&");
    let reason = async |token: String| {
        let answer = Peer::new(simulator.bitbucket_url(), Some(token))
            .get("/2.0/user")
            .await;
        let message = answer.json()["error"]["message"]
            .as_str()
            .map(str::to_owned);
        (
            answer.status,
            message.and_then(|text| Some(text.split_once('(')?.1.to_owned())),
        )
    };
    let refused = reason(token(&claims, "another secret")).await;
    assert_eq!(refused, (401, Some("signature does not match)".to_owned())));
    let mut stranger = claims.clone();
    stranger["sub"] = json!("somebody");
    let refused = reason(token(&stranger, acme::CONNECT_SHARED_SECRET)).await;
    assert_eq!(refused, (401, Some("sub is not a client key)".to_owned())));
    simulator.control().advance(180).await.expect("advanced");
    let refused = reason(token(&claims, acme::CONNECT_SHARED_SECRET)).await;
    assert_eq!(refused, (401, Some("expired)".to_owned())));
}

#[tokio::test]
async fn the_handshake_tells_the_secret_once_and_signs_afterwards() {
    let (simulator, receiver) = (simulator().await, Receiver::start(&[]).await);
    let control = simulator.control();
    let installed = Lifecycle::installed(
        acme::CONNECT_CLIENT_KEY,
        format!("{}/installed", receiver.url),
    );
    assert!(control.tell(&installed).await.expect("sent").is_accepted());
    let gone = Lifecycle::uninstalled(
        acme::CONNECT_CLIENT_KEY,
        format!("{}/uninstalled", receiver.url),
        acme::CONNECT_SHARED_SECRET,
    );
    assert!(control.tell(&gone).await.expect("sent").is_accepted());
    let arrived = receiver.arrived().await;
    let first: Value = serde_json::from_slice(&arrived[0].body).expect("JSON");
    assert!(!arrived[0].headers.contains_key("authorization"));
    assert_eq!(first["sharedSecret"], acme::CONNECT_SHARED_SECRET);
    assert_eq!(
        (&first["eventType"], &first["principal"]["uuid"]),
        (&json!("installed"), &json!(acme::WORKSPACE_UUID))
    );
    assert_eq!(first["baseApiUrl"], simulator.bitbucket_url());
    let last: Value = serde_json::from_slice(&arrived[1].body).expect("JSON");
    assert_eq!(
        (&last["eventType"], last.get("sharedSecret")),
        (&json!("uninstalled"), None)
    );
    let signed = arrived[1]
        .header("authorization")
        .strip_prefix("JWT ")
        .map(str::to_owned);
    assert_eq!(
        claims(&signed.expect("a token"))["iss"],
        acme::CONNECT_CLIENT_KEY
    );
}
