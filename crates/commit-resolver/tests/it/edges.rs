//! Edges of the grammar where a small mistake would show nowhere else.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use bitbucket_commit_resolver::{
    Action, Grammar, IdForm, IssueHost, ListRules, Profile, Reference, Rule, ShortId, ShortIdError,
    Statement,
};

fn found(grammar: &Grammar, message: &str) -> Vec<String> {
    let references = grammar.references(message).into_iter();
    references
        .map(|found| match found.action() {
            Action::Resolve => found.short_id().to_string(),
            action => format!("{action} {}", found.short_id()),
        })
        .collect()
}

#[test]
fn a_negation_may_be_the_first_word_of_any_line() {
    let strict = Grammar::strict();
    for message in [
        "Never fixes A-1",
        "Count\nNever fixes A-1",
        "\nNever fixes A-1",
    ] {
        assert_eq!(found(&strict, message), [""; 0], "{message:?}");
    }
    assert_eq!(found(&strict, "Count, never\nFixes A-1"), ["A-1"]);
}

#[test]
fn a_keyword_beside_a_link_is_shown_as_it_stands() {
    for grammar in [Grammar::sentry(), Grammar::strict()] {
        let message = "[x](y) Fixes A-1";
        let keywords: Vec<&str> = grammar
            .references(message)
            .iter()
            .map(|found| &message[found.keyword()])
            .collect();
        assert_eq!(keywords, ["Fixes"]);
    }
}

#[test]
fn a_link_may_have_parentheses_in_its_text() {
    let sentry = Grammar::sentry();
    assert_eq!(found(&sentry, "Fixes [A-1)](x)"), ["A-1"]);
    assert_eq!(found(&sentry, "[a)](x) [(fi](y)xes A-1"), ["A-1"]);
}

#[test]
fn an_opened_bracket_joins_whatever_kind_the_joiners_are() {
    let joined = |joiners: &[&str]| {
        let rules = ListRules {
            joiners: joiners.iter().map(|&joiner| joiner.to_owned()).collect(),
            ..ListRules::default()
        };
        let profile = Profile {
            statement: Statement::List(rules),
            ..Profile::strict()
        };
        found(&profile.grammar().unwrap(), "Fixes A-1 (A-2)")
    };
    assert_eq!(joined(&[","]), ["A-1", "A-2"]);
    assert_eq!(joined(&["and"]), ["A-1", "A-2"]);
    assert_eq!(joined(&[]), ["A-1"]);
}

#[test]
fn a_scope_ends_at_its_colon_and_is_read_once() {
    let strict = Grammar::strict();
    let rules = |message: &str| -> Vec<Rule> {
        let references = strict.references(message);
        references.iter().map(Reference::rule).collect()
    };
    assert_eq!(rules("fix(api):A-1"), [Rule::List]);
    assert_eq!(rules("fix(A-1):A-2"), [Rule::Scope, Rule::List]);
    assert_eq!(found(&strict, "fix(A-1, see A-2): count"), ["A-1", "A-2"]);
}

#[test]
fn a_keyword_is_found_wherever_a_long_statement_ends() {
    let sentry = Grammar::sentry();
    for length in 0..200 {
        let message = format!("Fixes A-1 {}. Fixes A-2", "x".repeat(length));
        assert_eq!(found(&sentry, &message), ["A-1", "A-2"], "{length}");
    }
}

#[test]
fn repetitions_are_found_among_few_and_many() {
    let sentry = Grammar::sentry();
    for count in 1..40 {
        let ids: Vec<String> = (1..=count).map(|number| format!("A-{number}")).collect();
        let message = format!("Fixes {0} {0}", ids.join(" "));
        assert_eq!(found(&sentry, &message), ids);
    }
}

#[test]
fn what_only_begins_like_an_address_is_none() {
    let host = IssueHost::parse("sentry.example.com").unwrap();
    let grammar = Grammar::sentry().with_issue_hosts([host]);
    for prose in [
        "httpd",
        "https",
        "http:/",
        "http://",
        "https:// x",
        "http:x",
    ] {
        let told = grammar.explain(&format!("Fixes {prose}"));
        assert_eq!(told.misses(), [], "{prose}");
    }
}

#[test]
fn a_text_alone_is_read_in_the_first_form_that_fits() {
    let grammar = Grammar::strict().with_projects(["rocket"]);
    let read = |text| grammar.short_id(text).map(|id| id.to_string());
    assert_eq!(read("rocket-o1").as_deref(), Some("ROCKET-1"));
    assert_eq!(read("UTF-8"), None);
    assert_eq!(read("rocket"), None);
    let by_number = Grammar::smart().short_id("#7").map(|id| id.form());
    assert_eq!(by_number, Some(IdForm::Number));
}

#[test]
fn equal_ids_hash_alike_and_others_do_not() {
    let hash = |form, text| {
        let id = ShortId::parse_as(form, text).unwrap();
        BuildHasherDefault::<DefaultHasher>::new().hash_one(id)
    };
    let one = hash(IdForm::Sentry, "A-1");
    assert_eq!(hash(IdForm::Sentry, "a-l"), one);
    for (form, other) in [
        (IdForm::Sentry, "A-2"),
        (IdForm::Sentry, "B-1"),
        (IdForm::Bugsink, "A-1"),
    ] {
        assert_ne!(hash(form, other), one, "{other}");
    }
}

#[test]
fn forms_and_defects_have_stable_names() {
    let forms = IdForm::ALL.map(IdForm::name);
    assert_eq!(forms, ["sentry", "glitchtip", "bugsink", "key", "number"]);
    let code = |text: &str| ShortId::parse(text).unwrap_err().code();
    let codes = ["A", "-1", "é-1", "A-", "A-u", "A-ZZZZZZZ"].map(code);
    let expected = [
        "short_id_no_separator",
        "short_id_no_project",
        "short_id_project_character",
        "short_id_no_number",
        "short_id_not_a_digit",
        "short_id_too_large",
    ];
    assert_eq!(codes, expected);
    assert_eq!(ShortIdError::TooLong.code(), "short_id_too_long");
}
