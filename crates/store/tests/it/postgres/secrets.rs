//! Secrets at rest: a dump of the whole database holds none in clear text.

use bitbucket_integration_provider::ports::{
    Installation, InstallationKind, Installations, StoredCredential, TrackedRepositories,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{fresh, open};
use crate::conformance::fixtures::{installation, installation_id, repository, repository_id};

const SECRETS: [&str; 4] = [
    "plain-access-token",
    "plain-api-token",
    "plain-shared-secret",
    "plain-hook-secret",
];

#[tokio::test]
async fn a_dump_holds_no_secret_in_clear_text() {
    let store = fresh().await;
    let connect = Installation {
        kind: InstallationKind::Connect {
            client_key: "plain-client-key".into(),
        },
        ..installation(3)
    };
    let token = StoredCredential::AccessToken {
        token: SECRETS[0].into(),
    };
    let api_token = StoredCredential::ApiToken {
        email: "ada@example.com".into(),
        token: SECRETS[1].into(),
    };
    let shared = StoredCredential::Connect {
        app_key: "app".into(),
        client_key: "c".into(),
        shared_secret: SECRETS[2].into(),
    };
    store.save(&installation(1), &token).await.unwrap();
    store.save(&installation(2), &api_token).await.unwrap();
    store.save(&connect, &shared).await.unwrap();
    store
        .add(
            &repository(1, installation_id(1)),
            &SecretString::from(SECRETS[3]),
        )
        .await
        .unwrap();

    let dump = store.database.dump().unwrap();
    // What is no secret is found, so the search works; bytes are written as hexadecimal digits.
    assert!(dump.contains("plain-client-key"));
    for secret in SECRETS {
        assert!(!dump.contains(secret), "{secret}");
        assert!(!dump.contains(&hexadecimal(secret)), "{secret}");
    }

    let again = open(&store.database).await;
    let secrets = again.hook_secrets(repository_id(1)).await.unwrap();
    assert_eq!(secrets[0].expose_secret(), SECRETS[3]);
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
