//! Profiles as data: what is refused, and what a declared one reads.

use bitbucket_commit_resolver::{
    Action, Grammar, IdForm, KeywordGroup, ListRules, Profile, ProfileError, Statement,
};

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn error(change: impl FnOnce(&mut Profile)) -> Option<ProfileError> {
    let mut profile = Profile::strict();
    change(&mut profile);
    profile.grammar().err()
}

fn list_error(change: impl FnOnce(&mut ListRules)) -> Option<ProfileError> {
    let mut rules = ListRules::default();
    change(&mut rules);
    error(|profile| profile.statement = Statement::List(rules))
}

fn found(grammar: &Grammar, message: &str) -> Vec<String> {
    grammar
        .references(message)
        .iter()
        .map(|found| format!("{} {}", found.action(), found.short_id()))
        .collect()
}

#[test]
fn each_defect_of_a_profile_is_named() {
    let group = |action, word: &str| KeywordGroup {
        action,
        words: words(&[word]),
    };
    assert_eq!(error(|_| ()), None);
    assert_eq!(
        error(|profile| profile.keywords.clear()),
        Some(ProfileError::NoKeyword)
    );
    assert_eq!(
        error(|profile| profile.keywords = vec![KeywordGroup {
            action: Action::Resolve,
            words: vec![]
        }]),
        Some(ProfileError::NoKeyword)
    );
    for word in ["", "x", "won't", "behoben!", "löst", "abcdefghijklmnopq"] {
        let expected = ProfileError::Keyword {
            word: word.to_owned(),
        };
        assert_eq!(
            error(|profile| profile.keywords = vec![group(Action::Resolve, word)]),
            Some(expected),
            "{word}"
        );
    }
    let twice = ProfileError::KeywordTwice {
        word: "fixes".to_owned(),
        first: Action::Resolve,
        second: Action::Hold,
    };
    assert_eq!(
        error(|profile| profile.keywords.push(group(Action::Hold, "FIXES"))),
        Some(twice)
    );
    assert_eq!(
        error(|profile| profile.ids.clear()),
        Some(ProfileError::NoIds)
    );
    assert_eq!(
        error(|profile| profile.skip_markers.push(String::new())),
        Some(ProfileError::EmptySkipMarker)
    );
    let run_of_numbers = |profile: &mut Profile| {
        profile.statement = Statement::Run;
        profile.ids.push(IdForm::Number);
    };
    assert_eq!(error(run_of_numbers), Some(ProfileError::NumberInRun));
}

#[test]
fn each_defect_of_list_rules_is_named() {
    let owned = |word: &str| word.to_owned();
    assert_eq!(list_error(|_| ()), None);
    assert_eq!(
        list_error(|rules| rules.fillers = words(&["issue", "the bug"])),
        Some(ProfileError::Filler {
            word: owned("the bug")
        })
    );
    assert_eq!(
        list_error(|rules| rules.joiners = words(&[",", "and", "."])),
        Some(ProfileError::Joiner { joiner: owned(".") })
    );
    assert_eq!(
        list_error(|rules| rules.joiners = words(&["Fixes"])),
        Some(ProfileError::Ambiguous {
            word: owned("Fixes")
        })
    );
    assert_eq!(
        list_error(|rules| rules.fillers = words(&["see"])),
        Some(ProfileError::Ambiguous { word: owned("see") })
    );
    assert_eq!(
        list_error(|rules| rules.negations = words(&["not yet"])),
        Some(ProfileError::Negation {
            word: owned("not yet")
        })
    );
    assert_eq!(
        list_error(|rules| rules.negations = words(&[""])),
        Some(ProfileError::Negation { word: owned("") })
    );
}

#[test]
fn errors_have_codes_and_tell_the_word() {
    let defect = ProfileError::Keyword {
        word: "löst".to_owned(),
    };
    assert_eq!(defect.code(), "profile_keyword");
    assert_eq!(
        defect.to_string(),
        "the keyword \"löst\" is not 2 to 16 ASCII letters"
    );
}

#[test]
fn a_profile_reads_the_ids_of_its_trackers() {
    let of = |ids: &[IdForm]| {
        Profile {
            ids: ids.to_vec(),
            ..Profile::strict()
        }
        .grammar()
    };
    let message = "Fixes WEB-J, WEB-18, #7, CORE-V1 and my-app-2";
    let read = |ids: &[IdForm]| of(ids).map(|grammar| found(&grammar, message));
    let texts = |ids: &[&str]| Ok(ids.iter().map(|id| format!("resolve {id}")).collect());
    assert_eq!(read(&[IdForm::GlitchTip]), texts(&["WEB-J", "WEB-18"]));
    assert_eq!(
        read(&[IdForm::GlitchTip, IdForm::Number]),
        texts(&["WEB-J", "WEB-18", "#7", "CORE-V1", "MY-APP-2"])
    );
    assert_eq!(read(&[IdForm::Bugsink]), texts(&[]));
    assert_eq!(
        found(
            &of(&[IdForm::Bugsink]).unwrap_or_else(|_| Grammar::sentry()),
            "Fixes my-app-18 and web-3"
        ),
        ["resolve MY-APP-18", "resolve WEB-3"]
    );
    assert_eq!(
        found(
            &of(&[IdForm::Key]).unwrap_or_else(|_| Grammar::sentry()),
            "Fixes proj-123, my-app-1"
        ),
        ["resolve PROJ-123"]
    );
}

#[test]
fn without_joiners_a_keyword_takes_one_id() {
    let profile = Profile {
        statement: Statement::List(ListRules::default()),
        ..Profile::strict()
    };
    let read = profile
        .grammar()
        .map(|grammar| found(&grammar, "Fixes #A-1 #A-2 (A-3), A-4"));
    assert_eq!(read, Ok(vec!["resolve A-1".to_owned()]));
}

#[test]
fn only_known_projects_count() {
    let message = "Fix UTF-8 and SHA-1 handling, closes Rocket-1 and my-app-2, see CVE-2024-1234";
    let known = Grammar::sentry().with_projects(["ROCKET", "my-app"]);
    assert_eq!(
        found(&known, message),
        ["resolve ROCKET-1", "resolve MY-APP-2"]
    );
    assert_eq!(found(&Grammar::sentry(), message).len(), 5);
    let strict = Grammar::strict().with_projects(["rocket"]);
    assert_eq!(
        found(&strict, "Fixes UTF-8, ROCKET-1"),
        ["resolve ROCKET-1"]
    );
    assert_eq!(
        found(&Grammar::smart().with_projects(["rocket"]), "Fixes #1"),
        ["resolve #1"]
    );
}

#[test]
fn a_marker_skips_a_message() {
    assert!(Grammar::sentry().is_skipped("Fixes A-1\n\nx#skipsentry!"));
    assert!(!Grammar::sentry().is_skipped("Fixes A-1 # skipsentry #SkipSentry"));
    let quiet = Profile {
        skip_markers: words(&["[skip tracker]"]),
        ..Profile::sentry()
    };
    assert_eq!(
        quiet.grammar().map(|grammar| (
            grammar.is_skipped("#skipsentry"),
            grammar.is_skipped("x [skip tracker]")
        )),
        Ok((false, true))
    );
}

#[test]
fn a_strict_address_follows_the_same_guards() {
    let host = bitbucket_commit_resolver::IssueHost::parse("s.example").ok();
    let grammar = Grammar::strict().with_issue_hosts(host);
    let issues = |message: &str| {
        grammar
            .issue_links(message)
            .iter()
            .map(bitbucket_commit_resolver::IssueLink::issue)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        issues("Fixes https://s.example/issues/1, does not fix https://s.example/issues/2"),
        [1]
    );
    assert_eq!(issues("> fixes https://s.example/issues/3"), [] as [u64; 0]);
}

#[cfg(feature = "serde")]
mod declared {
    use super::*;

    /// The example of the documentation.
    fn example() -> &'static str {
        let readme = include_str!("../../README.md");
        readme
            .split("```toml\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next())
            .unwrap_or_default()
    }

    #[test]
    fn the_documented_file_is_a_profile() {
        let profile: Profile = toml::from_str(example()).expect("the example is a profile");
        let grammar = profile.grammar().expect("the example is valid");
        assert_eq!(
            found(&grammar, "Fixes web-18 and web-19, see ops-1"),
            ["resolve WEB-18", "resolve WEB-19", "reference OPS-1"]
        );
        assert_eq!(found(&grammar, "Does not fix web-18"), [] as [&str; 0]);
        assert!(grammar.is_skipped("#skip"));
        assert_eq!(
            grammar
                .issue_links("Fixes https://bugs.example.com/issues/3")
                .len(),
            1
        );
    }

    #[test]
    fn every_profile_survives_a_file() {
        for profile in [Profile::sentry(), Profile::strict(), Profile::smart()] {
            let text = toml::to_string(&profile).expect("a profile can be written");
            assert_eq!(
                toml::from_str::<Profile>(&text).as_ref(),
                Ok(&profile),
                "{text}"
            );
        }
    }

    #[test]
    fn unknown_and_missing_keys_are_named() {
        let told = |text: &str| {
            toml::from_str::<Profile>(text)
                .map(|_| ())
                .map_err(|error| error.message().to_owned())
        };
        let misspelt = example().replace("negations", "negatives");
        assert!(
            told(&misspelt).is_err_and(|message| message.starts_with("unknown field `negatives`"))
        );
        let unknown = example().replace("\"resolve\"", "\"resolved\"");
        assert!(
            told(&unknown).is_err_and(|message| message.starts_with("unknown variant `resolved`"))
        );
        let host = example().replace("bugs.example.com", "https://bugs.example.com");
        assert!(told(&host).is_err_and(|message| message.starts_with("expected a host")));
        assert_eq!(
            told("name = \"x\""),
            Err("missing field `keywords`".to_owned())
        );
    }
}
