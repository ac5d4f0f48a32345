//! Two providers behind one trait: what a host does with either.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::*;

/// A forge that has nothing in common with Bitbucket but the trait: one step, one scope, a token instead of a handshake.
struct Notebook;

impl IntegrationProvider for Notebook {
    fn key(&self) -> &str {
        "notebook"
    }

    fn name(&self) -> &str {
        "Notebook"
    }

    fn scopes(&self) -> &[&'static str] {
        &["pages:read"]
    }

    fn features(&self) -> &[Feature] {
        &[Feature {
            key: "pages",
            description: "Reads pages.",
        }]
    }

    fn setup(&self) -> &[SetupStep] {
        &[SetupStep {
            key: "token",
            description: "Paste a token.",
            gives: &["token", "shelf"],
        }]
    }

    fn build_integration(&self, state: &SetupState) -> Result<BuiltIntegration, BuildError> {
        let shelf = state.required("shelf")?;
        let token = state.required("token")?;
        Ok(BuiltIntegration {
            provider: self.key().to_owned(),
            external_id: shelf.to_owned(),
            name: shelf.to_uppercase(),
            metadata: [].into(),
            secrets: [("token".to_owned(), token.into())].into(),
            expects_existing: false,
        })
    }

    fn post_install(
        &self,
        _built: &BuiltIntegration,
        _repositories: &[KnownRepository],
    ) -> Vec<RepositoryMigration> {
        Vec::new()
    }
}

/// What a host does with a registered provider: it knows the trait and nothing else.
fn install(
    registry: &[&dyn IntegrationProvider],
    key: &str,
    state: &SetupState,
    repositories: &[KnownRepository],
) -> Result<(BuiltIntegration, Vec<RepositoryMigration>), BuildError> {
    let provider = registry.iter().find(|one| one.key() == key).unwrap();
    let built = provider.build_integration(state)?;
    let follow = provider.post_install(&built, repositories);
    Ok((built, follow))
}

fn installed() -> SetupState {
    let body = json!({
        "key": "hooks.example.com.bitbucket", "clientKey": "connection:123", "publicKey": "p", "sharedSecret": "a-big-secret",
        "baseUrl": "https://bitbucket.org", "baseApiUrl": "https://api.bitbucket.org", "eventType": "installed",
        "principal": {
            "type": "team", "username": "acme", "display_name": "Acme Inc.", "uuid": "{11111111-1111-4111-8111-111111111111}",
            "links": {"avatar": {"href": "https://bitbucket.org/account/acme/avatar/32/"}}
        }
    });
    SetupState::parse(body.to_string().as_bytes()).unwrap()
}

fn repository(provider: &str, integration: Option<&str>, external_id: &str) -> KnownRepository {
    KnownRepository {
        provider: provider.to_owned(),
        integration: integration.map(str::to_owned),
        external_id: external_id.to_owned(),
    }
}

#[test]
fn a_host_registers_bitbucket_by_its_key_name_and_scopes() {
    let provider: &dyn IntegrationProvider = &BitbucketProvider;
    assert_eq!(
        (provider.key(), provider.name()),
        ("bitbucket", "Bitbucket")
    );
    assert_eq!(
        provider.scopes(),
        ["issue:write", "pullrequest", "webhook", "repository"]
    );
    let features: Vec<&str> = provider.features().iter().map(|one| one.key).collect();
    assert_eq!(
        features,
        [
            "commits",
            "releases",
            "resolve",
            "issue-basic",
            "stacktrace-link",
            "codeowners"
        ]
    );
    assert!(
        provider
            .features()
            .iter()
            .all(|one| one.description.ends_with('.'))
    );
    let steps: Vec<&str> = provider.setup().iter().map(|one| one.key).collect();
    assert_eq!(steps, ["authorize", "verify", "link"]);
}

#[test]
fn the_same_host_installs_either_provider() {
    let registry: [&dyn IntegrationProvider; 2] = [&BitbucketProvider, &Notebook];
    let (built, follow) = install(&registry, "bitbucket", &installed(), &[]).unwrap();
    assert_eq!(
        (built.external_id.as_str(), follow),
        ("connection:123", vec![])
    );
    let state = SetupState::default()
        .with("shelf", "blue")
        .with("token", "t");
    let (built, _) = install(&registry, "notebook", &state, &[]).unwrap();
    assert_eq!(
        (built.provider.as_str(), built.name.as_str()),
        ("notebook", "BLUE")
    );
    assert_eq!(built.secrets["token"].expose_secret(), "t");
    let missing = install(&registry, "notebook", &SetupState::default(), &[]);
    assert_eq!(missing.unwrap_err(), BuildError::Missing { field: "shelf" });
}

#[test]
fn an_installed_call_becomes_an_integration_whose_secret_stands_apart() {
    let built = BitbucketProvider.build_integration(&installed()).unwrap();
    assert_eq!(
        (built.name.as_str(), built.expects_existing),
        ("acme", false)
    );
    let expected = json!({
        "base_url": "https://api.bitbucket.org", "domain_name": "bitbucket.org/acme", "icon": "https://bitbucket.org/account/acme/avatar/32/",
        "public_key": "p", "scopes": ["issue:write", "pullrequest", "webhook", "repository"], "type": "team",
        "uuid": "{11111111-1111-4111-8111-111111111111}"
    });
    assert_eq!(json!(built.metadata), expected);
    assert_eq!(
        built.secrets["shared_secret"].expose_secret(),
        "a-big-secret"
    );
    assert!(!format!("{built:?} {:?}", installed()).contains("a-big-secret"));
}

#[test]
fn a_person_whose_user_name_is_hidden_is_known_by_the_display_name() {
    let principal = json!({"type": "user", "display_name": "Ada L.", "uuid": "{11111111-1111-4111-8111-111111111111}"});
    let built = BitbucketProvider
        .build_integration(&installed().with("principal", principal))
        .unwrap();
    assert_eq!(built.name, "Ada L.");
    assert_eq!(built.metadata["domain_name"], "Ada L.");
    assert!(!built.metadata.contains_key("icon"));
}

#[test]
fn a_finished_setup_expects_the_call_to_have_come_before() {
    let state = SetupState::default().with("external_id", "connection:123");
    let built = BitbucketProvider.build_integration(&state).unwrap();
    assert_eq!(
        (
            built.external_id.as_str(),
            built.expects_existing,
            built.secrets.len()
        ),
        ("connection:123", true, 0)
    );
}

#[test]
fn what_is_missing_is_named() {
    let broken = |state: SetupState| BitbucketProvider.build_integration(&state).unwrap_err();
    let missing = |field| BuildError::Missing { field };
    assert_eq!(broken(SetupState::default()), missing("clientKey"));
    assert_eq!(
        broken(installed().with("sharedSecret", "")),
        missing("sharedSecret")
    );
    assert_eq!(
        broken(installed().with("principal", json!({}))),
        missing("principal.uuid")
    );
    let long = installed().with("sharedSecret", "x".repeat(129));
    let reason = "a shared secret has 1 to 128 characters";
    assert_eq!(
        broken(long),
        BuildError::Invalid {
            field: "sharedSecret",
            reason
        }
    );
    assert_eq!(
        SetupState::parse(b"[]").unwrap_err(),
        BuildError::NotAnObject
    );
}

#[test]
fn repositories_that_nobody_owns_move_to_a_new_integration() {
    let built = BitbucketProvider.build_integration(&installed()).unwrap();
    let repositories = [
        repository("bitbucket", None, "{a}"),
        repository("integrations:bitbucket", None, "{b}"),
        repository("integrations:bitbucket", Some("connection:9"), "{c}"),
        repository("github", None, "{d}"),
    ];
    let moved: Vec<String> = BitbucketProvider
        .post_install(&built, &repositories)
        .into_iter()
        .map(|migration| format!("{} → {}", migration.repository, migration.integration))
        .collect();
    assert_eq!(moved, ["{a} → connection:123", "{b} → connection:123"]);
}
