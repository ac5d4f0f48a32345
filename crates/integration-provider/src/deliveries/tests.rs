//! Who may deliver, and what is stored.

use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime, webhook};
use bytes::Bytes;
use secrecy::SecretString;

use super::*;
use crate::ids::RepositoryId;
use crate::ports::{
    Acceptance, DeliverySource, Hook, Installation, InstallationKind, OrderingKey, StoreError,
    StoredCredential, TrackedRepository, Work,
};
use crate::testing::{World, installation, now, rocket};

const SECRET: &str = "a-hook-secret";
const SHARED: &str = "a-shared-secret-of-the-installation";
const BODY: &[u8] = br#"{"push":{"changes":[]}}"#;

fn hook() -> Road {
    Road::Hook(rocket().id)
}

fn signature(secret: &str, body: &[u8]) -> String {
    webhook::sign(&SharedSecret::new(secret.to_owned()), body)
}

fn delivery(body: &'static [u8], signature: Option<String>) -> RawDelivery {
    RawDelivery {
        method: "POST".to_owned(),
        path: format!("/webhooks/bitbucket/{}", rocket().id),
        query: None,
        headers: DeliveryHeaders {
            event_key: Some("repo:push".to_owned()),
            request_uuid: Some("9ad7b1a0".to_owned()),
            attempt: Some("2".to_owned()),
            signature,
            ..DeliveryHeaders::default()
        },
        body: Bytes::from_static(body),
    }
}

fn signed(body: &'static [u8]) -> RawDelivery {
    delivery(body, Some(signature(SECRET, body)))
}

fn world() -> World {
    let mut world = World::following(rocket());
    world.repositories.expect_hook().returning(|id| {
        let secrets = ["newer", SECRET].map(SecretString::from);
        Ok((id == rocket().id).then(|| hook_of(&secrets)))
    });
    world
}

fn hook_of(secrets: &[SecretString]) -> Hook {
    Hook {
        installation: installation().id,
        in_use: true,
        secrets: secrets.to_vec(),
    }
}

#[tokio::test]
async fn a_signed_delivery_is_stored_with_its_job() {
    let mut world = world();
    world
        .deliveries
        .expect_accept()
        .times(1)
        .returning(|delivery, job| {
            assert_eq!(
                (
                    delivery.event_key.as_str(),
                    delivery.dedupe_key.as_str(),
                    delivery.attempt
                ),
                ("repo:push", format!("{}/9ad7b1a0", rocket().id).as_str(), 2)
            );
            assert_eq!(
                (delivery.source, delivery.repository, delivery.body.as_ref()),
                (DeliverySource::Hook, Some(rocket().id), BODY)
            );
            assert_eq!(
                (job.work.clone(), job.run_at),
                (
                    Work::ProcessDelivery {
                        delivery: delivery.id
                    },
                    now()
                )
            );
            let order = OrderingKey::deliveries_of(rocket().id);
            assert_eq!(job.ordering_key, Some(order));
            Ok(Acceptance::New)
        });
    assert!(matches!(
        world
            .integration()
            .receive(hook(), signed(BODY))
            .await
            .unwrap(),
        Received::Accepted(_)
    ));
}

#[tokio::test]
async fn a_repeated_delivery_is_told_from_a_new_one() {
    let mut world = world();
    world
        .deliveries
        .expect_accept()
        .returning(|_, _| Ok(Acceptance::Duplicate));
    assert_eq!(
        world
            .integration()
            .receive(hook(), signed(BODY))
            .await
            .unwrap(),
        Received::Duplicate
    );
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_not_stored() {
    let mut raw = signed(BODY);
    for (key, received) in [
        ("repo:fork", Received::Ignored),
        ("repo:renovated", Received::Unknown),
    ] {
        raw.headers.event_key = Some(key.to_owned());
        let answer = world().integration().receive(hook(), raw.clone()).await;
        assert_eq!(answer.unwrap(), received, "{key}");
    }
}

/// The code of a refusal; nothing may be stored, which the mocks watch over.
async fn refusal(world: World, road: Road, raw: RawDelivery) -> RefusedDelivery {
    world.integration().receive(road, raw).await.unwrap_err()
}

#[tokio::test]
async fn strangers_get_nothing() {
    let wrong = Some(signature("another-secret", BODY));
    let tampered = Some(signature(SECRET, b"{}"));
    let sha1 = Some("sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned());
    let cases = [
        (None, "unsigned"),
        (Some(String::new()), "bad_signature"),
        (Some("sha256=".to_owned()), "bad_signature"),
        (Some("sha256=zz".to_owned()), "bad_signature"),
        (wrong, "bad_signature"),
        (tampered, "bad_signature"),
        (sha1, "bad_signature"),
    ];
    for (signature, code) in cases {
        assert_eq!(
            refusal(world(), hook(), delivery(BODY, signature.clone()))
                .await
                .code(),
            code,
            "{signature:?}"
        );
    }
}

#[tokio::test]
async fn an_address_that_no_hook_has_is_unknown() {
    let other: RepositoryId = "0190a5c2-0000-7000-8000-0000000000ff".parse().unwrap();
    assert!(matches!(
        refusal(world(), Road::Hook(other), signed(BODY)).await,
        RefusedDelivery::UnknownHook
    ));
}

#[tokio::test]
async fn a_disabled_installation_looks_like_an_unknown_hook() {
    let mut world = World::default();
    world.repositories.expect_hook().returning(|_| {
        Ok(Some(Hook {
            in_use: false,
            ..hook_of(&[SecretString::from(SECRET)])
        }))
    });
    let refused = refusal(world, hook(), signed(BODY)).await;
    assert!(matches!(refused, RefusedDelivery::Disabled));
    assert_eq!(
        (refused.code(), refused.to_string()),
        (
            RefusedDelivery::UnknownHook.code(),
            RefusedDelivery::UnknownHook.to_string()
        )
    );
}

#[tokio::test]
async fn a_verified_body_that_is_no_delivery_is_refused_with_its_reason() {
    let refused = refusal(world(), hook(), signed(b"{\"push\":")).await;
    assert_eq!(
        (refused.code(), refused.to_string().as_str()),
        ("malformed", "the JSON ends early at line 1, column 8")
    );
    let mut without_key = signed(BODY);
    without_key.headers.event_key = None;
    assert_eq!(
        refusal(world(), hook(), without_key).await.to_string(),
        "the header X-Event-Key is missing or no event key such as `repo:push`"
    );
}

#[tokio::test]
async fn a_store_that_fails_is_said_so_that_bitbucket_tries_again() {
    let mut world = world();
    world.deliveries.expect_accept().returning(|_, _| {
        Err(StoreError::Unavailable(std::sync::Arc::new(
            std::io::Error::other("disk"),
        )))
    });
    assert!(matches!(
        refusal(world, hook(), signed(BODY)).await,
        RefusedDelivery::Store(StoreError::Unavailable(_))
    ));
}

#[tokio::test]
async fn the_same_request_uuid_at_another_hook_is_another_delivery() {
    let mut keys = Vec::new();
    for id in [
        rocket().id,
        "0190a5c2-0000-7000-8000-0000000000ff".parse().unwrap(),
    ] {
        let mut world = World::following(TrackedRepository { id, ..rocket() });
        world
            .repositories
            .expect_hook()
            .returning(|_| Ok(Some(hook_of(&[SecretString::from(SECRET)]))));
        let (tell, told) = std::sync::mpsc::channel();
        world
            .deliveries
            .expect_accept()
            .returning(move |delivery, _| {
                tell.send(delivery.dedupe_key.clone()).unwrap();
                Ok(Acceptance::New)
            });
        let integration = world.integration();
        let received = integration.receive(Road::Hook(id), signed(BODY)).await;
        assert!(matches!(received, Ok(Received::Accepted(_))));
        keys.push(told.recv().unwrap());
    }
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_delivery_without_a_request_uuid_is_stored_under_its_own_id() {
    let mut world = world();
    world.deliveries.expect_accept().returning(|delivery, _| {
        assert_eq!(delivery.dedupe_key, delivery.id.to_string());
        Ok(Acceptance::New)
    });
    let mut raw = signed(BODY);
    raw.headers.request_uuid = Some("x".repeat(129));
    world.integration().receive(hook(), raw).await.unwrap();
}

#[test]
fn debug_shows_no_proof() {
    let mut raw = signed(BODY);
    raw.headers.authorization = Some("JWT eyJ-private".to_owned());
    let shown = format!("{raw:?}");
    assert!(
        !shown.contains("sha256=") && !shown.contains("private"),
        "{shown}"
    );
}

mod connect {
    //! The Connect road: a token of the installation instead of a signature.

    use super::*;

    const PATH: &str = "/webhooks/bitbucket/connect";
    const WRAPPED: &[u8] = br#"{"event":"repo:push","data":{"push":{"changes":[]},"repository":{"uuid":"{0190a5c2-0000-4000-8000-0000000000aa}"}}}"#;

    fn world() -> World {
        let mut world = World::default();
        let connected = Installation {
            kind: InstallationKind::Connect {
                client_key: "client:1".to_owned(),
            },
            ..installation()
        };
        world
            .installations
            .expect_by_client_key()
            .returning(move |key| Ok((key == "client:1").then(|| connected.clone())));
        world.installations.expect_credential().returning(|_| {
            let shared_secret = SecretString::from(SHARED);
            Ok(Some(StoredCredential::Connect {
                app_key: "app".to_owned(),
                client_key: "client:1".to_owned(),
                shared_secret,
            }))
        });
        world
    }

    /// What Bitbucket signs: it is the issuer, under the name of the installation.
    fn token(issuer: &str, secret: &str, path: &str) -> String {
        let signer = RequestSigner::new(issuer, issuer, SharedSecret::new(secret.to_owned()));
        signer
            .sign(
                "POST",
                path,
                None,
                UnixTime::from_seconds(now().as_second()),
            )
            .unwrap()
            .header_value()
    }

    fn delivery(authorization: Option<String>) -> RawDelivery {
        RawDelivery {
            method: "POST".to_owned(),
            path: PATH.to_owned(),
            query: None,
            headers: DeliveryHeaders {
                authorization,
                ..DeliveryHeaders::default()
            },
            body: Bytes::from_static(WRAPPED),
        }
    }

    #[tokio::test]
    async fn a_wrapped_delivery_with_a_token_is_stored() {
        let mut world = world();
        world
            .deliveries
            .expect_accept()
            .times(1)
            .returning(|delivery, job| {
                let named = "{0190a5c2-0000-4000-8000-0000000000aa}".parse().unwrap();
                let order = OrderingKey::deliveries_about(installation().id, &named);
                assert_eq!(job.ordering_key, Some(order));
                assert_eq!(
                    (
                        delivery.source,
                        delivery.repository,
                        delivery.event_key.as_str()
                    ),
                    (DeliverySource::Connect, None, "repo:push")
                );
                Ok(Acceptance::New)
            });
        let raw = delivery(Some(token("client:1", SHARED, PATH)));
        assert!(matches!(
            world
                .integration()
                .receive(Road::Connect, raw)
                .await
                .unwrap(),
            Received::Accepted(_)
        ));
    }

    #[tokio::test]
    async fn tokens_of_strangers_get_nothing() {
        let cases = [
            (None, "unsigned"),
            (Some("Bearer abc".to_owned()), "unsigned"),
            (Some("JWT not.a.token".to_owned()), "bad_signature"),
            (Some(token("client:2", SHARED, PATH)), "bad_signature"),
            (
                Some(token("client:1", "another-secret-of-somebody-else", PATH)),
                "bad_signature",
            ),
            (
                Some(token("client:1", SHARED, "/another/path")),
                "bad_signature",
            ),
        ];
        for (authorization, code) in cases {
            let shown = authorization.clone();
            assert_eq!(
                refusal(world(), Road::Connect, delivery(authorization))
                    .await
                    .code(),
                code,
                "{shown:?}"
            );
        }
    }
}
