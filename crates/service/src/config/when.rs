//! When commits resolve issues.

use std::fmt;

use bitbucket_commit_resolver::ResolveWhen;
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// When commits resolve issues: `"on_release"`, `"at_once"`, or a list of branches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When(ResolveWhen);

impl When {
    /// What it means to the plan.
    #[must_use]
    pub const fn when(&self) -> &ResolveWhen {
        &self.0
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(WhenVisitor)
    }
}

struct WhenVisitor;

impl<'de> Visitor<'de> for WhenVisitor {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "`on_release`, `at_once`, or a list of branches such as [\"main\", \"release/*\"]",
        )
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<When, E> {
        match word {
            "on_release" => Ok(When(ResolveWhen::OnRelease)),
            "at_once" => Ok(When(ResolveWhen::AtOnce)),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<When, A::Error> {
        let mut branches: Vec<String> = Vec::new();
        while let Some(branch) = list.next_element::<String>()? {
            let start = branch.strip_suffix('*').unwrap_or(&branch);
            if start.contains('*') || branch.is_empty() {
                return Err(A::Error::custom(format!(
                    "{branch:?} is no branch: a name is expected, perhaps with one `*` at its end"
                )));
            }
            branches.push(branch);
        }
        if branches.is_empty() {
            return Err(A::Error::custom(
                "the list names no branch; `on_release` waits for a release",
            ));
        }
        Ok(When(ResolveWhen::OnBranches(branches)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Section {
        resolve: When,
    }

    fn read(value: &str) -> Result<ResolveWhen, String> {
        toml::from_str::<Section>(&format!("resolve = {value}"))
            .map(|section| section.resolve.0)
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn words_and_lists_of_branches_are_read() {
        assert_eq!(read("\"on_release\""), Ok(ResolveWhen::OnRelease));
        assert_eq!(read("\"at_once\""), Ok(ResolveWhen::AtOnce));
        let branches = ["main", "release/*"].map(str::to_owned).to_vec();
        assert_eq!(
            read("[\"main\", \"release/*\"]"),
            Ok(ResolveWhen::OnBranches(branches))
        );
    }

    #[test]
    fn what_is_expected_is_said() {
        let expected = "expected `on_release`, `at_once`, or a list of branches such as [\"main\", \"release/*\"]";
        assert_eq!(
            read("\"on_relaese\""),
            Err(format!("invalid value: string \"on_relaese\", {expected}"))
        );
        assert_eq!(
            read("true"),
            Err(format!("invalid type: boolean `true`, {expected}"))
        );
        assert_eq!(
            read("[\"*/x\"]"),
            Err(
                "\"*/x\" is no branch: a name is expected, perhaps with one `*` at its end"
                    .to_owned()
            )
        );
        assert_eq!(
            read("[]"),
            Err("the list names no branch; `on_release` waits for a release".to_owned())
        );
    }
}
