//! Workspaces that installed the Connect app.

use bitbucket_integration_provider::ports::{ConnectTenant, TenantState};
use secrecy::{ExposeSecret as _, SecretString};

use super::Ports;
use super::fixtures::{at, installation};

fn tenant(n: u128, installed_at: i64) -> ConnectTenant {
    ConnectTenant {
        client_key: format!("connection:{n}"),
        app_key: "hooks.example.com.bitbucket".to_owned(),
        workspace: installation(n).workspace,
        workspace_uuid: installation(n).workspace_uuid,
        state: TenantState::Installed,
        installed_at: at(installed_at),
    }
}

async fn secret(store: Ports<'_>, client_key: &str) -> Option<String> {
    let secret = store.tenants.tenant_secret(client_key).await.unwrap();
    secret.map(|secret| secret.expose_secret().to_owned())
}

pub(crate) async fn a_tenant_comes_back_with_its_secret(store: Ports<'_>) {
    let one = tenant(1, 5);
    store
        .tenants
        .save_tenant(&one, &SecretString::from("s"))
        .await
        .unwrap();
    let found = store.tenants.tenant("connection:1").await.unwrap();
    assert_eq!(found, Some(one));
    assert_eq!(secret(store, "connection:1").await.as_deref(), Some("s"));
    assert_eq!(store.tenants.tenant("connection:2").await.unwrap(), None);
    assert_eq!(secret(store, "connection:2").await, None);
}

pub(crate) async fn saving_a_tenant_again_replaces_state_and_secret(store: Ports<'_>) {
    let one = tenant(1, 5);
    let gone = ConnectTenant {
        state: TenantState::Uninstalled,
        ..one.clone()
    };
    for (tenant, secret) in [(&one, "old"), (&gone, "new")] {
        let secret = SecretString::from(secret);
        store.tenants.save_tenant(tenant, &secret).await.unwrap();
    }
    let found = store.tenants.tenant("connection:1").await.unwrap();
    assert_eq!(found, Some(gone));
    assert_eq!(secret(store, "connection:1").await.as_deref(), Some("new"));
}

pub(crate) async fn tenants_are_listed_the_last_installed_first(store: Ports<'_>) {
    let (old, new) = (tenant(1, 5), tenant(2, 9));
    for tenant in [&old, &new] {
        let secret = SecretString::from("s");
        store.tenants.save_tenant(tenant, &secret).await.unwrap();
    }
    assert_eq!(store.tenants.tenants().await.unwrap(), [new, old]);
}
