//! Bitbucket Cloud as a provider.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::{
    BuildError, BuiltIntegration, Feature, IntegrationProvider, KnownRepository,
    RepositoryMigration, SetupState, SetupStep,
};
use crate::connect::InstalledPayload;

/// Bitbucket Cloud.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BitbucketProvider;

/// The names under which a host may have added repositories of Bitbucket: those of a plug-in of old times, and ours.
const OWN_REPOSITORIES: [&str; 2] = ["bitbucket", "integrations:bitbucket"];

const FEATURES: &[Feature] = &[
    Feature {
        key: "commits",
        description: "Follows pushes and says on an issue which commit names it.",
    },
    Feature {
        key: "releases",
        description: "Gives each release its commits with the files they changed.",
    },
    Feature {
        key: "resolve",
        description: "Resolves the issues that a release's commits name, such as `Fixes PROJ-1A`.",
    },
    Feature {
        key: "issue-basic",
        description: "Creates an issue at Bitbucket from an issue of the tracker, or links one that is there.",
    },
    Feature {
        key: "stacktrace-link",
        description: "Leads from a line of a stack trace to that line at Bitbucket, in the version that failed.",
    },
    Feature {
        key: "codeowners",
        description: "Reads CODEOWNERS, so that issues find those who own the code.",
    },
];

const SETUP: &[SetupStep] = &[
    SetupStep {
        key: "authorize",
        description: "Grant access at Bitbucket: install the app there, agree to the OAuth consumer, or paste a token.",
        gives: &["jwt"],
    },
    SetupStep {
        key: "verify",
        description: "Bitbucket sends the browser back with a token that proves who installed; it is checked.",
        gives: &["external_id"],
    },
    SetupStep {
        key: "link",
        description: "Say which organization of the tracker the workspace reports to.",
        gives: &["organization"],
    },
];

impl IntegrationProvider for BitbucketProvider {
    fn key(&self) -> &'static str {
        "bitbucket"
    }

    fn name(&self) -> &'static str {
        "Bitbucket"
    }

    /// Those of the Connect descriptor, in its order. An access token needs `repository` and `webhook` only.
    fn scopes(&self) -> &'static [&'static str] {
        &["issue:write", "pullrequest", "webhook", "repository"]
    }

    fn features(&self) -> &'static [Feature] {
        FEATURES
    }

    fn setup(&self) -> &'static [SetupStep] {
        SETUP
    }

    /// Of the body of an `installed` call, or of a finished setup, which has an `external_id` only and expects the call to have come
    /// before.
    fn build_integration(&self, state: &SetupState) -> Result<BuiltIntegration, BuildError> {
        if let Some(external_id) = state.text("external_id") {
            return Ok(BuiltIntegration {
                provider: self.key().to_owned(),
                external_id: external_id.to_owned(),
                name: external_id.to_owned(),
                metadata: BTreeMap::new(),
                secrets: BTreeMap::new(),
                expects_existing: true,
            });
        }
        Ok(self.built(InstalledPayload::from_state(state)?))
    }

    fn post_install(
        &self,
        built: &BuiltIntegration,
        repositories: &[KnownRepository],
    ) -> Vec<RepositoryMigration> {
        let unowned = repositories.iter().filter(|repository| {
            repository.integration.is_none()
                && OWN_REPOSITORIES.contains(&repository.provider.as_str())
        });
        unowned
            .map(|repository| RepositoryMigration {
                repository: repository.external_id.clone(),
                integration: built.external_id.clone(),
            })
            .collect()
    }
}

impl BitbucketProvider {
    fn built(self, installed: InstalledPayload) -> BuiltIntegration {
        let scopes: Vec<Value> = self.scopes().iter().map(|&scope| scope.into()).collect();
        let texts = [
            ("base_url", Some(installed.base_api_url.clone())),
            ("domain_name", Some(installed.domain_name())),
            ("icon", installed.principal.icon.clone()),
            ("public_key", installed.public_key.clone()),
            ("type", installed.principal.kind.clone()),
            ("uuid", Some(installed.principal.uuid.to_string())),
        ];
        let mut metadata: BTreeMap<String, Value> = texts
            .into_iter()
            .filter_map(|(name, text)| Some((name.to_owned(), text?.into())))
            .collect();
        metadata.insert("scopes".to_owned(), scopes.into());
        let secret = SecretString::from(installed.shared_secret.expose_secret().to_owned());
        BuiltIntegration {
            provider: self.key().to_owned(),
            name: installed.principal.name.clone(),
            external_id: installed.client_key,
            metadata,
            secrets: BTreeMap::from([("shared_secret".to_owned(), secret)]),
            expects_existing: false,
        }
    }
}
