//! Consents with every neighbour mocked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bitbucket_http_client::OAuthGrant;
use jiff::SignedDuration;

use super::*;
use crate::ports::{InstallationKind, MockConsents, StoredCredential};
use crate::testing::{World, installation, now};

type Pending = Arc<Mutex<HashMap<[u8; 32], PendingGrant>>>;

fn grant() -> StoredCredential {
    StoredCredential::OAuth {
        consumer_key: "key".to_owned(),
        consumer_secret: SecretString::from("secret"),
        grant: OAuthGrant {
            access_token: SecretString::from("access"),
            expires_at: now(),
            refresh_token: Some(SecretString::from("refresh")),
        },
    }
}

fn acme() -> Workspace {
    Workspace::parse("acme").unwrap()
}

/// A world whose grants are kept in `pending`, and whose consumer gives one grant for the code `good`.
fn world(pending: &Pending) -> World {
    let mut world = World::default();
    let (put, take) = (Arc::clone(pending), Arc::clone(pending));
    world
        .grants
        .expect_put_pending()
        .returning(move |state, grant, _| {
            put.lock().unwrap().insert(state.0, grant.clone());
            Ok(())
        });
    world
        .grants
        .expect_take_pending()
        .returning(move |state| Ok(take.lock().unwrap().remove(&state.0)));
    let mut consents = MockConsents::new();
    consents
        .expect_address()
        .returning(|state, challenge| format!("{state} {challenge}"));
    consents.expect_exchange().returning(|code, verifier| {
        assert_eq!(verifier.expose_secret().len(), 64);
        match code.expose_secret() {
            "good" => Ok(grant()),
            _ => Err(AuthorizeError::ReconnectNeeded),
        }
    });
    world.consents = Some(consents);
    world
}

/// … and whose grant opens the workspace.
fn opening(pending: &Pending) -> World {
    let mut world = world(pending);
    crate::install::tests::opens_acme(&mut world);
    world
        .installations
        .expect_save()
        .returning(|saved, credential| {
            assert_eq!(saved.kind, InstallationKind::OAuth);
            assert!(matches!(credential, StoredCredential::OAuth { .. }));
            Ok(())
        });
    world
}

fn answer(state: &str, code: &str) -> ConsentAnswer {
    ConsentAnswer {
        state: Some(state.to_owned()),
        code: Some(SecretString::from(code.to_owned())),
        error: None,
    }
}

#[tokio::test]
async fn a_consent_connects_the_workspace_that_was_named() {
    let pending = Pending::default();
    let integration = opening(&pending).integration();
    let asked = integration.ask_for_consent(&acme(), None).await.unwrap();
    assert_eq!(asked.expires_at, now() + SignedDuration::from_mins(10));
    let (state, challenge) = asked.url.split_once(' ').unwrap();
    let verifier = {
        let kept = pending.lock().unwrap();
        let kept = kept.values().next().unwrap();
        assert_eq!(kept.workspace.as_deref(), Some("acme"));
        kept.verifier.expose_secret().to_owned()
    };
    assert_ne!(state, verifier);
    let digest = digest::sha256(verifier.as_bytes());
    assert_eq!(challenge, URL_SAFE_NO_PAD.encode(digest));
    let connected = integration.take_consent(answer(state, "good")).await;
    let connected = connected.unwrap();
    assert_eq!(connected.installation.workspace, installation().workspace);
    assert!(connected.created);

    let replayed = integration.take_consent(answer(state, "good")).await;
    assert_eq!(replayed.unwrap_err().code(), "consent_unknown");
}

#[tokio::test]
async fn a_state_that_is_forged_late_or_missing_is_refused() {
    let pending = Pending::default();
    let integration = world(&pending).integration();
    let asked = integration.ask_for_consent(&acme(), None).await.unwrap();
    let state = asked.url.split_once(' ').unwrap().0.to_owned();
    let first_changed = format!("f{}", &state[1..]);
    assert_ne!(first_changed, state);
    for forged in [first_changed, format!("{state}0"), "x".repeat(5000)] {
        let refused = integration.take_consent(answer(&forged, "good")).await;
        assert_eq!(refused.unwrap_err().code(), "consent_unknown", "{forged}");
    }
    let none = integration.take_consent(ConsentAnswer::default()).await;
    assert_eq!(none.unwrap_err().code(), "consent_malformed");
    assert_eq!(pending.lock().unwrap().len(), 1);
    for kept in pending.lock().unwrap().values_mut() {
        kept.expires_at = now();
    }
    let late = integration.take_consent(answer(&state, "good")).await;
    assert_eq!(late.unwrap_err().code(), "consent_unknown");
}

#[tokio::test]
async fn a_state_is_spent_also_by_an_answer_that_fails() {
    let denied = |state: &str| ConsentAnswer {
        error: Some("access_denied".to_owned()),
        ..answer(state, "good")
    };
    let no_code = |state: &str| ConsentAnswer {
        code: None,
        ..answer(state, "")
    };
    let wrong_code = |state: &str| answer(state, "wrong");
    type Answer<'a> = &'a dyn Fn(&str) -> ConsentAnswer;
    let answers: [(Answer<'_>, &str); 3] = [
        (&denied, "consent_denied"),
        (&no_code, "consent_malformed"),
        (&wrong_code, "reconnect_needed"),
    ];
    for (answered, code) in answers {
        let pending = Pending::default();
        let integration = world(&pending).integration();
        let asked = integration.ask_for_consent(&acme(), None).await.unwrap();
        let state = asked.url.split_once(' ').unwrap().0;
        let refused = integration.take_consent(answered(state)).await;
        assert_eq!(refused.unwrap_err().code(), code);
        let again = integration.take_consent(answer(state, "good")).await;
        assert_eq!(again.unwrap_err().code(), "consent_unknown");
    }
}

#[tokio::test]
async fn without_a_consumer_there_is_no_consent() {
    let integration = World::default().integration();
    let asked = integration.ask_for_consent(&acme(), None).await;
    assert_eq!(asked.unwrap_err().code(), "oauth_off");
    let taken = integration.take_consent(answer("x", "good")).await;
    assert_eq!(taken.unwrap_err().code(), "oauth_off");
}
