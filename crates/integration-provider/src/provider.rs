//! What a host application registers: a provider of an integration, described as data.

/// An integration that a host application can offer to its users.
pub trait IntegrationProvider: Send + Sync {
    /// The word by which the host stores and routes it.
    fn key(&self) -> &'static str;

    /// What a person reads.
    fn name(&self) -> &'static str;

    /// The rights that it needs, in the forge's own words.
    fn scopes(&self) -> &'static [&'static str];

    /// What it does.
    fn features(&self) -> &'static [Feature];
}

/// One thing that an integration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// The host's word for it.
    pub key: &'static str,
    /// What a person reads before installing.
    pub description: &'static str,
}

/// Bitbucket Cloud.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BitbucketProvider;

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
        &[
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
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let features: Vec<&str> = provider
            .features()
            .iter()
            .map(|feature| feature.key)
            .collect();
        assert_eq!(features, ["commits", "releases", "resolve"]);
    }
}
