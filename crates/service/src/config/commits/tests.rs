//! How commit messages are read, as it is configured.

use bitbucket_commit_resolver::{Action, Known, Occasion, PlanCommit, plan};

use super::*;

fn configured(text: &str) -> Result<Grammar, ProfileFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("profile.toml");
    fs::write(&path, text).unwrap();
    let config = CommitsConfig {
        profile_file: Some(path),
        ..CommitsConfig::default()
    };
    config.grammar()
}

fn found(grammar: &Grammar, message: &str) -> Vec<String> {
    let references = grammar.references(message).into_iter();
    references
        .map(|reference| reference.short_id().to_string())
        .collect()
}

#[test]
fn sentrys_grammar_is_the_default_and_others_can_be_chosen() {
    let reads = |text: &str, message| {
        let config: CommitsConfig = toml::from_str(text).unwrap();
        found(&config.grammar().unwrap(), message)
    };
    let reverted = "Revert \"Fixes ROCKET-1A\"";
    assert_eq!(reads("", reverted), ["ROCKET-1A"]);
    assert_eq!(reads("profile = \"sentry\"", reverted), ["ROCKET-1A"]);
    assert_eq!(reads("profile = \"strict\"", reverted), [""; 0]);
    let numbered = "Fixes #12 and ROCKET-1A";
    assert_eq!(reads("profile = \"smart\"", numbered), ["#12"]);
    assert_eq!(reads("profile = \"strict\"", numbered), [""; 0]);
}

#[test]
fn a_profile_of_another_name_is_refused_with_those_there_are() {
    let refused = toml::from_str::<CommitsConfig>("profile = \"clever\"").unwrap_err();
    let said = refused.message();
    for name in ["clever", "sentry", "strict", "smart"] {
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn a_declared_grammar_is_used() {
    let grammar = configured(
        "name = \"ours\"\nids = [\"sentry\"]\n\n[[keywords]]\naction = \"resolve\"\nwords = [\"mends\"]\n\n[statement]\nkind = \"list\"\njoiners = [\",\"]\n",
    );
    let grammar = grammar.unwrap();
    assert_eq!(
        found(&grammar, "Mends ROCKET-1A, ROCKET-2B"),
        ["ROCKET-1A", "ROCKET-2B"]
    );
    assert_eq!(found(&grammar, "Fixes ROCKET-1A"), [""; 0]);
}

#[test]
fn projects_have_policies_of_their_own() {
    let config: CommitsConfig = toml::from_str(
        "resolve = [\"main\"]\n[projects]\nrocket = \"at_once\"\nbooster = \"on_release\"\n",
    )
    .unwrap();
    let policy = config.policy().unwrap();
    let message = "Fixes ROCKET-1A, BOOSTER-1 and GAUGE-1";
    let commits = [PlanCommit {
        sha: "0123abc",
        message,
    }];
    let changed = |branch| {
        let push = Occasion::Push { branch };
        let effects = plan(&commits, push, &policy, &Known::default()).effects;
        let changes = effects
            .into_iter()
            .filter(|effect| effect.action == Action::Resolve);
        changes
            .map(|effect| effect.target.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(changed("feature"), ["ROCKET-1A"]);
    assert_eq!(changed("main"), ["ROCKET-1A", "GAUGE-1"]);
}

#[test]
fn what_is_wrong_with_a_declared_grammar_is_said_with_its_file() {
    let misspelled = configured("nome = \"ours\"\n").unwrap_err();
    assert!(
        matches!(&misspelled, ProfileFileError::Malformed { reason, .. } if reason.contains("line 1")),
        "{misspelled}"
    );
    let empty = configured("name = \"ours\"\nids = [\"sentry\"]\nkeywords = []\n[statement]\nkind = \"list\"\njoiners = []\n").unwrap_err();
    assert!(
        matches!(
            empty,
            ProfileFileError::Invalid {
                problem: ProfileError::NoKeyword,
                ..
            }
        ),
        "{empty}"
    );
    let missing = CommitsConfig {
        profile_file: Some(PathBuf::from("/nowhere/profile.toml")),
        ..CommitsConfig::default()
    };
    assert!(
        missing
            .grammar()
            .unwrap_err()
            .to_string()
            .starts_with("can't read `profile_file` in [commits], /nowhere/profile.toml")
    );
}
