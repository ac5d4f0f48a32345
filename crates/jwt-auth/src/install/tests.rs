//! The table of decisions, and who signed a call.

use super::{
    FirstInstall, InstallRefusal, InstallRules, Installation, KnownSecrets, LifecycleCall, Signer,
    Tenant, Trust, Uninstallation, uninstalled,
};
use crate::{RequestSigner, RequestVerifier, SharedSecret, UnixTime, VerifyError};

const NOW: UnixTime = UnixTime::from_seconds(1_672_534_861);
const SIGNERS: [Signer; 4] = [
    Signer::Nobody,
    Signer::Tenant,
    Signer::App,
    Signer::Stranger,
];
const LATER: FirstInstall = FirstInstall::OpenUntil(NOW.plus_seconds(1));

const UNSIGNED: Result<Installation, InstallRefusal> = Err(InstallRefusal::Unsigned);
const WRONG: Result<Installation, InstallRefusal> = Err(InstallRefusal::WrongSigner);
const CLOSED: Result<Installation, InstallRefusal> = Err(InstallRefusal::Closed);
const AGAIN: Result<Installation, InstallRefusal> = Ok(Installation::Again);
const BY_USE: Result<Installation, InstallRefusal> = Ok(Installation::First(Trust::FirstUse));
const BY_APP: Result<Installation, InstallRefusal> = Ok(Installation::First(Trust::AppSecret));

#[test]
fn installs_are_decided_by_this_table() {
    let over = FirstInstall::OpenUntil(NOW);
    let table = [
        (
            FirstInstall::SignedByApp,
            Tenant::Unknown,
            [UNSIGNED, WRONG, BY_APP, WRONG],
        ),
        (LATER, Tenant::Unknown, [BY_USE, WRONG, BY_APP, BY_USE]),
        (over, Tenant::Unknown, [CLOSED, WRONG, BY_APP, CLOSED]),
        (
            FirstInstall::Closed,
            Tenant::Unknown,
            [CLOSED, WRONG, CLOSED, CLOSED],
        ),
        (
            FirstInstall::SignedByApp,
            Tenant::Installed,
            [UNSIGNED, AGAIN, WRONG, WRONG],
        ),
        (LATER, Tenant::Installed, [UNSIGNED, AGAIN, WRONG, WRONG]),
        (
            FirstInstall::Closed,
            Tenant::Installed,
            [UNSIGNED, AGAIN, WRONG, WRONG],
        ),
        (
            FirstInstall::SignedByApp,
            Tenant::Uninstalled,
            [UNSIGNED, AGAIN, BY_APP, WRONG],
        ),
        (LATER, Tenant::Uninstalled, [UNSIGNED, AGAIN, BY_APP, WRONG]),
        (
            FirstInstall::Closed,
            Tenant::Uninstalled,
            [UNSIGNED, AGAIN, CLOSED, WRONG],
        ),
    ];
    for (first, tenant, decisions) in table {
        let rules = InstallRules::new(first);
        let decided = SIGNERS.map(|signer| rules.installed(tenant, signer, NOW));
        assert_eq!(decided, decisions, "{first:?} {tenant:?}");
    }
}

#[test]
fn uninstalls_are_decided_by_this_table() {
    use InstallRefusal::{UnknownTenant, Unsigned, WrongSigner};
    let unknown = [Err(UnknownTenant); 4];
    let done = Ok(Uninstallation::AlreadyDone);
    let table = [
        (Tenant::Unknown, unknown),
        (
            Tenant::Installed,
            [
                Err(Unsigned),
                Ok(Uninstallation::Uninstall),
                Err(WrongSigner),
                Err(WrongSigner),
            ],
        ),
        (
            Tenant::Uninstalled,
            [Err(Unsigned), done, Err(WrongSigner), Err(WrongSigner)],
        ),
    ];
    for (tenant, decisions) in table {
        assert_eq!(
            SIGNERS.map(|signer| uninstalled(tenant, signer)),
            decisions,
            "{tenant:?}"
        );
    }
}

fn secret(text: &str) -> SharedSecret {
    SharedSecret::new(text.to_owned())
}

fn token(issuer: &str, secret_text: &str) -> String {
    let signer = RequestSigner::new(issuer, issuer, secret(secret_text));
    let token = signer.sign("POST", "/installed", None, NOW).unwrap();
    token.as_str().to_owned()
}

fn signer(
    token: Option<&str>,
    path: &str,
    tenant: Option<&str>,
    app: Option<&str>,
) -> Result<Signer, VerifyError> {
    let (tenant, app) = (tenant.map(secret), app.map(secret));
    let secrets = KnownSecrets {
        tenant: tenant.as_ref(),
        app: app.as_ref(),
    };
    let call = LifecycleCall {
        client_key: "client",
        token,
        encoded_path: path,
        encoded_query: None,
    };
    call.signer(&RequestVerifier::new(), secrets, NOW)
}

#[test]
fn the_signer_is_found_by_secret() {
    let by_old = token("client", "old");
    let of = |tenant, app| signer(Some(&by_old), "/installed", tenant, app);
    assert_eq!(of(Some("old"), None), Ok(Signer::Tenant));
    assert_eq!(of(None, Some("old")), Ok(Signer::App));
    assert_eq!(of(Some("new"), Some("old")), Ok(Signer::App));
    assert_eq!(of(Some("old"), Some("old")), Ok(Signer::Tenant));
    assert_eq!(of(Some("new"), None), Ok(Signer::Stranger));
    assert_eq!(of(None, None), Ok(Signer::Stranger));
    assert_eq!(of(Some(""), Some("")), Ok(Signer::Stranger));
    assert_eq!(
        signer(None, "/installed", Some("old"), None),
        Ok(Signer::Nobody)
    );
}

#[test]
fn a_token_that_is_wrong_otherwise_is_an_error() {
    let by_old = token("client", "old");
    let elsewhere = signer(Some(&by_old), "/uninstalled", Some("old"), None);
    assert_eq!(elsewhere, Err(VerifyError::OtherRequest));
    let of_other = signer(
        Some(&token("other", "old")),
        "/installed",
        Some("old"),
        None,
    );
    assert_eq!(of_other, Err(VerifyError::OtherIssuer));
}

#[test]
fn a_call_does_not_show_its_token() {
    let by_old = token("client", "old");
    let call = LifecycleCall {
        client_key: "client",
        token: Some(&by_old),
        encoded_path: "/installed",
        encoded_query: None,
    };
    assert!(!format!("{call:?}").contains("eyJ"));
}
