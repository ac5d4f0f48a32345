//! Tags that are releases.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use bitbucket_api_paths::RepoFullName;

/// What tags of repositories mean, for all workspaces or for single ones.
#[derive(Debug, Clone, Default)]
pub struct ReleaseSettings {
    /// For all workspaces that have no rule of their own.
    pub usual: TagRule,
    /// For single workspaces, by slug in lower case.
    pub workspaces: BTreeMap<String, TagRule>,
}

/// Which tags are releases, and how these are called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagRule {
    /// A tag that fits one of these is a release when it is pushed; none: no tag is.
    pub tags: Vec<TagPattern>,
    /// The release's version.
    pub version: VersionTemplate,
}

impl ReleaseSettings {
    /// The version that a tag of a repository stands for; `None` when it is no release.
    #[must_use]
    pub fn version_of(&self, repository: &RepoFullName, tag: &str) -> Option<String> {
        let workspace = repository.workspace().to_string().to_lowercase();
        let rule = self.workspaces.get(&workspace).unwrap_or(&self.usual);
        let fits = rule.tags.iter().any(|pattern| pattern.fits(tag));
        fits.then(|| rule.version.fill(repository, tag))
    }
}

/// A tag's name in which each `*` stands for anything, also nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPattern(String);

/// A pattern that fits no tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tag's name is expected, in which `*` stands for anything, such as `v*`")]
pub struct InvalidTagPattern;

impl TagPattern {
    /// Whether it fits a tag.
    #[must_use]
    pub fn fits(&self, tag: &str) -> bool {
        let mut parts = self.0.split('*');
        let start = parts.next().unwrap_or_default();
        let Some(mut rest) = tag.strip_prefix(start) else {
            return false;
        };
        let mut last = None;
        for part in parts {
            if let Some(before) = last.replace(part) {
                match rest.find(before) {
                    Some(place) => rest = &rest[place + before.len()..],
                    None => return false,
                }
            }
        }
        match last {
            Some(end) => rest.ends_with(end),
            None => rest.is_empty(),
        }
    }
}

impl FromStr for TagPattern {
    type Err = InvalidTagPattern;

    fn from_str(text: &str) -> Result<Self, InvalidTagPattern> {
        let clean = !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control());
        clean
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidTagPattern)
    }
}

impl fmt::Display for TagPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the version of a tag's release is made: a text with `{tag}`, `{version}` (the tag without the `v` before a digit), `{repository}`
/// and `{workspace}` in it; a `/` of the tag becomes `-`. Without another one it is `{repository}@{version}`, as versions are unique in a whole tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionTemplate(String);

/// A template that makes no versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVersionTemplate {
    /// Every tag would be the same release.
    #[error("it must hold `{{tag}}` or `{{version}}`")]
    SameForAll,
    /// Something in braces stands for nothing.
    #[error(
        "only `{{tag}}`, `{{version}}`, `{{repository}}` and `{{workspace}}` stand for something"
    )]
    UnknownPlace,
}

impl Default for VersionTemplate {
    fn default() -> Self {
        Self("{repository}@{version}".to_owned())
    }
}

impl VersionTemplate {
    fn fill(&self, repository: &RepoFullName, tag: &str) -> String {
        // Trackers take no version with a `/` in it.
        let tag = tag.replace('/', "-");
        let tag = tag.as_str();
        let bare = tag
            .strip_prefix('v')
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
            .unwrap_or(tag);
        let workspace = repository.workspace().to_string();
        let slug = repository.slug().to_string();
        let places = [
            ("tag", tag),
            ("version", bare),
            ("repository", slug.as_str()),
            ("workspace", workspace.as_str()),
        ];
        let mut filled = String::new();
        let mut rest = self.0.as_str();
        // What is filled in is not looked at again: a tag may hold braces.
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            let value = places.iter().find(|(place, _)| *place == name);
            filled.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

impl FromStr for VersionTemplate {
    type Err = InvalidVersionTemplate;

    fn from_str(text: &str) -> Result<Self, InvalidVersionTemplate> {
        let mut rest = text;
        let mut differs = false;
        while let Some((_, after)) = rest.split_once('{') {
            let (name, behind) = after
                .split_once('}')
                .ok_or(InvalidVersionTemplate::UnknownPlace)?;
            match name {
                "tag" | "version" => differs = true,
                "repository" | "workspace" => {}
                _ => return Err(InvalidVersionTemplate::UnknownPlace),
            }
            rest = behind;
        }
        differs
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidVersionTemplate::SameForAll)
    }
}

impl fmt::Display for VersionTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, tag: &str) -> bool {
        pattern.parse::<TagPattern>().unwrap().fits(tag)
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, tag, expected) in [
            ("v*", "v1.4.0", true),
            ("v*", "v", true),
            ("v*", "rv1", false),
            ("v1.4.0", "v1.4.0", true),
            ("v1.4.0", "v1.4.0-rc1", false),
            ("*-final", "1.4-final", true),
            ("*-final", "1.4-final-2", false),
            ("release/*/ok", "release/1/2/ok", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("**", "x", true),
            ("ü*", "übel", true),
        ] {
            assert_eq!(fits(pattern, tag), expected, "{pattern} {tag}");
        }
        for wrong in ["", "a b", "a\n"] {
            assert_eq!(wrong.parse::<TagPattern>(), Err(InvalidTagPattern));
        }
    }

    #[test]
    fn the_version_is_made_of_the_tag_and_the_repository() {
        let rocket = "acme/rocket".parse().unwrap();
        for (template, tag, expected) in [
            ("{repository}@{version}", "v1.4.0", "rocket@1.4.0"),
            ("{repository}@{version}", "vanilla", "rocket@vanilla"),
            ("{tag}", "v1.4.0", "v1.4.0"),
            ("{tag}", "release/1", "release-1"),
            (
                "{workspace}-{repository}-{tag}!",
                "{tag}",
                "acme-rocket-{tag}!",
            ),
        ] {
            let template: VersionTemplate = template.parse().unwrap();
            assert_eq!(template.fill(&rocket, tag), expected);
        }
        for (wrong, why) in [
            ("rocket", InvalidVersionTemplate::SameForAll),
            ("{repository}", InvalidVersionTemplate::SameForAll),
            ("{tag}{nothing}", InvalidVersionTemplate::UnknownPlace),
            ("{tag", InvalidVersionTemplate::UnknownPlace),
        ] {
            assert_eq!(wrong.parse::<VersionTemplate>(), Err(why), "{wrong}");
        }
    }

    #[test]
    fn a_workspace_may_have_a_rule_of_its_own() {
        let rule = |pattern: &str| TagRule {
            tags: vec![pattern.parse().unwrap()],
            version: "{tag}".parse().unwrap(),
        };
        let settings = ReleaseSettings {
            usual: rule("v*"),
            workspaces: BTreeMap::from([("acme".to_owned(), rule("r*"))]),
        };
        let version = |name: &str, tag| settings.version_of(&name.parse().unwrap(), tag);
        assert_eq!(version("Acme/rocket", "v1"), None);
        assert_eq!(version("acme/rocket", "r1"), Some("r1".to_owned()));
        assert_eq!(version("other/rocket", "v1"), Some("v1".to_owned()));
        let none = ReleaseSettings::default();
        assert_eq!(none.version_of(&"acme/rocket".parse().unwrap(), "v1"), None);
    }
}
