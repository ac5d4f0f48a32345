//! A workspace is connected by a person's consent to the OAuth consumer.

use std::time::Duration;

use bitbucket_simulator::acme;
use bitbucket_simulator::control::Seed;
use bitbucket_simulator::world::OAuthConsumer;
use serde_json::{Value, json};
use url::Url;

use crate::world::{Answer, World, commit, scenario, scenario_with, scenario_with_clock};

const OAUTH: &str = r#"
[oauth]
consumer_key = "acme-oauth-consumer-key"
consumer_secret_file = "{oauth-secret}"
"#;

const SCOPES: [&str; 4] = ["account", "repository", "pullrequest", "webhook"];

/// The consumer sends browsers back to the service.
async fn consumer(w: &World, scopes: &[&str]) {
    let callback = w.service_url("/extensions/bitbucket/oauth/callback");
    let (key, secret) = (acme::OAUTH_KEY, acme::OAUTH_SECRET);
    let consumer = OAuthConsumer::new(key, secret, &callback, acme::ADA_UUID, scopes);
    w.bitbucket.seed(Seed::OAuthConsumer(consumer)).await;
}

/// Where a person agrees.
async fn asked(w: &World, workspace: &str) -> String {
    let body = json!({"workspace": workspace});
    let asked = w.api().post("/api/v1/installations/consent", &body).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    asked.good()["url"].as_str().unwrap().to_owned()
}

/// Where Bitbucket sends the browser after the person's answer.
async fn answered(w: &World, url: &str) -> String {
    let sent = w.api_with_key(None).visit(url).await;
    assert_eq!(sent.status, 302, "{}", sent.text());
    sent.location.unwrap()
}

async fn visit(w: &World, url: &str) -> Answer {
    w.api_with_key(None).visit(url).await
}

async fn installations(w: &World) -> Vec<Value> {
    let listed = w.api().get("/api/v1/installations").await.good();
    listed["installations"].as_array().unwrap().clone()
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code));
}

#[tokio::test]
async fn a_person_agrees_and_the_workspace_is_connected() {
    scenario_with_clock(OAUTH, async |w| {
        consumer(w, &SCOPES).await;
        let url = Url::parse(&asked(w, "acme").await).unwrap();
        let parameter = |name: &str| {
            let mut all = url.query_pairs();
            all.find(|(own, _)| own == name)
                .map(|(_, value)| value.into_owned())
        };
        assert_eq!(parameter("client_id").as_deref(), Some(acme::OAUTH_KEY));
        assert_eq!(parameter("code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(parameter("code_challenge").unwrap().len(), 43);
        assert_eq!(parameter("state").unwrap().len(), 64);

        let back = answered(w, url.as_str()).await;
        let page = visit(w, &back).await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("Workspace <b>acme</b> is connected"));
        let found = installations(w).await;
        assert_eq!(
            (&found[0]["workspace"], &found[0]["kind"]),
            (&json!("acme"), &json!("oauth"))
        );

        // The grant works, renews itself, and outlives the service.
        let rocket = w.follow("acme/rocket").await;
        w.clock_jumps_ahead(Duration::from_secs(3 * 3600)).await;
        w.restarts().await;
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.settles().await;
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
        rocket.releases("rocket@1").at("a1").since("r3").await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_good_once_and_not_for_long() {
    scenario_with_clock(OAUTH, async |w| {
        consumer(w, &SCOPES).await;
        let back = answered(w, &asked(w, "acme").await).await;
        let forged = back.replace("state=", "state=0");
        refused(&visit(w, &forged).await, 400, "consent_unknown");
        let callback = w.service_url("/extensions/bitbucket/oauth/callback");
        let none = visit(w, &format!("{callback}?code=x")).await;
        refused(&none, 400, "consent_malformed");
        assert_eq!(installations(w).await, Vec::<Value>::new());

        assert_eq!(visit(w, &back).await.status, 200);
        refused(&visit(w, &back).await, 400, "consent_unknown");

        let late = answered(w, &asked(w, "acme").await).await;
        w.clock_jumps_ahead(Duration::from_secs(601)).await;
        refused(&visit(w, &late).await, 400, "consent_unknown");
    })
    .await;
}

#[tokio::test]
async fn a_person_who_says_no_and_one_of_another_workspace_connect_nothing() {
    scenario_with(OAUTH, async |w| {
        consumer(w, &SCOPES).await;
        w.bitbucket.seed(Seed::PersonAtBrowser(None)).await;
        let back = answered(w, &asked(w, "acme").await).await;
        refused(&visit(w, &back).await, 400, "consent_denied");
        let ada = Some(acme::ADA_UUID.to_owned());
        w.bitbucket.seed(Seed::PersonAtBrowser(ada)).await;
        // Ada has no part in the workspace that was asked for.
        let elsewhere = bitbucket_simulator::world::Workspace::new("globex");
        w.bitbucket.seed(Seed::Workspace(elsewhere)).await;
        let back = answered(w, &asked(w, "globex").await).await;
        let foreign = visit(w, &back).await;
        assert_eq!(foreign.status, 400, "{}", foreign.text());
        assert_eq!(installations(w).await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn what_the_consumer_lacks_is_told_and_connecting_again_keeps_everything() {
    scenario_with(OAUTH, async |w| {
        w.connect("acme").await;
        let id = installations(w).await[0]["id"].clone();
        w.follow("acme/rocket").await;
        consumer(w, &["account", "repository", "webhook"]).await;
        let back = answered(w, &asked(w, "acme").await).await;
        let page = visit(w, &back).await.text();
        assert!(page.contains("<code>pullrequest</code>"), "{page}");
        let found = installations(w).await;
        assert_eq!(
            (found.len(), &found[0]["id"], &found[0]["kind"]),
            (1, &id, &json!("oauth"))
        );
        assert_eq!(w.followed().await["full_name"], "acme/rocket");

        // Disconnected and connected by another consent, the new grant counts.
        let path = format!("/api/v1/installations/{}", id.as_str().unwrap());
        w.api().delete(&path).await.good();
        consumer(w, &SCOPES).await;
        let back = answered(w, &asked(w, "acme").await).await;
        assert_eq!(visit(w, &back).await.status, 200);
        w.settles().await;
        let found = installations(w).await;
        assert_eq!(
            (&found[0]["id"], &found[0]["state"]),
            (&id, &json!("active"))
        );
    })
    .await;
}

#[tokio::test]
async fn without_a_consumer_nobody_is_asked() {
    scenario(async |w| {
        let body = json!({"workspace": "acme"});
        let asked = w.api().post("/api/v1/installations/consent", &body).await;
        refused(&asked, 404, "oauth_off");
        let callback = w.service_url("/extensions/bitbucket/oauth/callback?state=x&code=y");
        refused(&visit(w, &callback).await, 404, "oauth_off");
    })
    .await;
}
