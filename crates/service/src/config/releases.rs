//! `[releases]`: which tags are releases.

use std::collections::BTreeMap;

use bitbucket_integration_provider::{ReleaseSettings, TagPattern, TagRule, VersionTemplate};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// `[releases]`
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReleasesConfig {
    /// The tags that are releases.
    pub tags: Tags,
    /// How these are called.
    #[serde(deserialize_with = "template")]
    pub version: VersionTemplate,
    /// The same for single workspaces, by slug.
    pub workspaces: BTreeMap<String, WorkspaceReleases>,
}

/// `[releases.workspaces.SLUG]`
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceReleases {
    /// The tags that are releases.
    pub tags: Tags,
    /// How these are called; without it, as in `[releases]`.
    #[serde(deserialize_with = "own_template")]
    pub version: Option<VersionTemplate>,
}

/// Patterns of tags: a list, or a text with commas between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags(Vec<TagPattern>);

impl ReleasesConfig {
    /// The same for the integration.
    #[must_use]
    pub fn settings(&self) -> ReleaseSettings {
        let version = self.version.clone();
        let own = |(slug, own): (&String, &WorkspaceReleases)| {
            let rule = TagRule {
                tags: own.tags.0.clone(),
                version: own.version.clone().unwrap_or_else(|| version.clone()),
            };
            (slug.to_lowercase(), rule)
        };
        ReleaseSettings {
            workspaces: self.workspaces.iter().map(own).collect(),
            usual: TagRule {
                tags: self.tags.0.clone(),
                version,
            },
        }
    }
}

fn template<'de, D: Deserializer<'de>>(input: D) -> Result<VersionTemplate, D::Error> {
    let text = String::deserialize(input)?;
    text.parse().map_err(D::Error::custom)
}

fn own_template<'de, D: Deserializer<'de>>(input: D) -> Result<Option<VersionTemplate>, D::Error> {
    template(input).map(Some)
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(TagsVisitor)
    }
}

struct TagsVisitor;

impl<'de> Visitor<'de> for TagsVisitor {
    type Value = Tags;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of tags such as [\"v*\"]")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Tags, E> {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        let patterns: Result<Vec<TagPattern>, _> = parts.map(str::parse).collect();
        patterns.map(Tags).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tags, A::Error> {
        let mut patterns = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            let pattern = text
                .parse()
                .map_err(|error| A::Error::custom(format!("{text:?}: {error}")))?;
            patterns.push(pattern);
        }
        Ok(Tags(patterns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ReleasesConfig, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn tags_are_a_list_or_a_text() {
        let list = read("tags = [\"v*\", \"r*\"]").unwrap();
        assert_eq!(read("tags = \"v*, r*\"").unwrap(), list);
        assert_eq!(list.settings().usual.tags.len(), 2);
        assert_eq!(read("").unwrap().settings().usual, TagRule::default());
    }

    #[test]
    fn a_workspace_has_its_own_tags_and_the_usual_version() {
        let config = read("version = \"{tag}\"\n[workspaces.Acme]\ntags = [\"r*\"]").unwrap();
        let version = |name: &str, tag| {
            let settings = config.settings();
            settings.version_of(&name.parse().unwrap(), tag)
        };
        assert_eq!(version("acme/rocket", "r1"), Some("r1".to_owned()));
        assert_eq!(version("other/rocket", "r1"), None);
    }

    #[test]
    fn what_makes_no_release_is_refused_with_its_reason() {
        for (text, part) in [
            ("tags = [\"\"]", "a tag's name is expected"),
            ("tags = 1", "a list of tags"),
            ("version = \"x\"", "must hold `{tag}`"),
            ("version = \"{sha}{tag}\"", "stand for something"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
