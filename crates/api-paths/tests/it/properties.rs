//! What must hold for every identifier that is accepted, and for every text that may be offered.
//!
//! The environment variable `PROPTEST_CASES` sets the number of cases of each property, for runs as long as a fuzzer's.

use bitbucket_api_paths::*;
use proptest::prelude::*;
use proptest::test_runner::Config;
use url::Url;

use crate::world::{Ids, every_endpoint, sample};

const ORIGIN: &str = "https://api.example:8443";

fn config() -> Config {
    Config {
        failure_persistence: None,
        ..Config::default()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client that joins an address to its base must stay on the host, too"
)]
fn joined(path_and_query: &str) -> Url {
    Url::parse(ORIGIN).unwrap().join(path_and_query).unwrap()
}

/// Texts that look like trouble, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("."),
        Just(".."),
        Just("/"),
        Just("\\"),
        Just("%2e"),
        Just("%2F"),
        Just("%"),
        Just("?"),
        Just("#"),
        Just("@"),
        Just("{"),
        Just("}"),
        Just(":"),
        Just("//"),
        Just(";"),
        Just("&"),
        Just("="),
        Just("+"),
        Just(" "),
        Just("\0"),
        Just("\t"),
        Just("\n"),
        Just("a"),
        Just("0"),
        Just("-"),
        Just("_"),
        Just("~"),
        Just("ü"),
        Just("日"),
        Just("\u{200b}"),
        Just("．"),
        Just("http:"),
        Just(".lock"),
        Just("api"),
        Just("2.0"),
        Just("|"),
        Just("^"),
        Just("'"),
        Just("\""),
        Just("<"),
        Just("$"),
        Just(","),
    ];
    prop_oneof![
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

/// Identifiers of one kind out of hostile texts; the sample where a text is refused.
fn accepted<T: Clone + std::fmt::Debug + 'static>(
    parse: fn(&str) -> Result<T, ParseError>,
    otherwise: T,
) -> impl Strategy<Value = T> {
    hostile().prop_map(move |text| parse(&text).unwrap_or_else(|_| otherwise.clone()))
}

fn uuid() -> impl Strategy<Value = String> {
    "\\{[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\\}"
}

fn slug() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_.-]{1,20}".prop_filter("dots", |text| text != "." && text != ".."),
        uuid()
    ]
}

fn repository() -> impl Strategy<Value = RepoRef> {
    prop_oneof![
        (slug(), slug())
            .prop_map(|(workspace, slug)| RepoRef::parse(&format!("{workspace}/{slug}")).unwrap()),
        uuid().prop_map(|uuid| RepoRef::parse(&uuid).unwrap()),
    ]
}

prop_compose! {
    fn names()(
        repository in repository(),
        workspace in slug().prop_map(|text| Workspace::parse(&text).unwrap()),
        slug in slug().prop_map(|text| RepoSlug::parse(&text).unwrap()),
        hook in uuid().prop_map(|text| HookUuid::parse(&text).unwrap()),
        commit in "[0-9a-fA-F]{7,40}".prop_map(|text| CommitSha::parse(&text).unwrap()),
        user in prop_oneof![uuid(), "[A-Za-z0-9:_-]{1,64}"].prop_map(|text| UserRef::parse(&text).unwrap()),
        numbers in prop::array::uniform4(1..=i64::MAX.unsigned_abs()),
        repository_subject in any::<bool>(),
    ) -> Ids {
        let subject = if repository_subject { HookSubject::Repository } else { HookSubject::Workspace };
        Ids {
            repository, workspace, slug, hook, commit, user, subject,
            issue: IssueId::new(numbers[0]).unwrap(),
            pull_request: PullRequestId::new(numbers[1]).unwrap(),
            comment: CommentId::new(numbers[2]).unwrap(),
            task: TaskId::new(numbers[3]).unwrap(),
            ..sample()
        }
    }
}

prop_compose! {
    fn ids()(
        names in names(),
        revision in accepted(Revision::parse, sample().revision),
        old in accepted(Revision::parse, sample().revision),
        path in accepted(FilePath::parse, sample().path),
        key in accepted(StatusKey::parse, sample().key),
        report in accepted(ReportId::parse, sample().report),
        annotation in accepted(AnnotationId::parse, sample().annotation),
        merge_task in accepted(MergeTaskId::parse, sample().merge_task),
        app in accepted(AppKey::parse, sample().app),
        linker in accepted(LinkerKey::parse, sample().linker),
        linker_value in accepted(LinkerValueId::parse, sample().linker_value),
        ranged in any::<bool>(),
    ) -> Ids {
        let range = RevisionRange::new(old, revision.clone());
        let spec = if ranged { DiffSpec::Range(range.clone()) } else { DiffSpec::Revision(revision.clone()) };
        Ids { revision, range, spec, path, key, report, annotation, merge_task, app, linker, linker_value, ..names }
    }
}

/// Segments of a path that its template foretells; a file path brings its own.
fn foretold(endpoint: &Endpoint, path: &FilePath) -> usize {
    let own = if endpoint.template().contains("{path}") {
        path.segments().count() - 1
    } else {
        0
    };
    endpoint.template().split('/').count() + own
}

/// Every eighth endpoint, beginning anywhere: over the cases of a property each comes up often.
fn some_endpoints(ids: &Ids, begin: usize) -> impl Iterator<Item = Endpoint> {
    every_endpoint(ids).into_iter().skip(begin % 8).step_by(8)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_url_parser_leaves_host_path_and_segments_alone(ids in ids(), begin in 0..8usize) {
        for endpoint in some_endpoints(&ids, begin) {
            let url = Url::parse(&format!("{ORIGIN}{}", endpoint.path_and_query())).unwrap();
            prop_assert_eq!(url.path(), endpoint.path());
            prop_assert_eq!(url.path().split('/').count(), foretold(&endpoint, &ids.path), "{}", endpoint);
            prop_assert_eq!(url.origin().ascii_serialization(), ORIGIN);
            prop_assert_eq!((url.query(), url.fragment(), url.username()), (None, None, ""));
            prop_assert_eq!(joined(endpoint.path_and_query()), url);
        }
    }

    #[test]
    fn an_endpoint_is_recognised_as_itself_whatever_its_identifiers(ids in ids(), begin in 0..8usize, name in hostile(), value in hostile()) {
        let query = Query::new().param(&name, &value).pagelen(7);
        for endpoint in some_endpoints(&ids, begin) {
            let endpoint = endpoint.with_query(query.clone());
            let read = Endpoint::parse(endpoint.method(), endpoint.path_and_query());
            prop_assert_eq!(read, Ok(endpoint));
        }
    }

    #[test]
    fn a_query_stays_a_query_and_keeps_its_pairs(pairs in prop::collection::vec((hostile(), hostile()), 0..6)) {
        let query = pairs.iter().fold(Query::new(), |query, (name, value)| query.repeat(name, value));
        let endpoint = users::current().with_query(query);
        let url = Url::parse(&format!("{ORIGIN}{}", endpoint.path_and_query())).unwrap();
        prop_assert_eq!((url.path(), url.query(), url.fragment()), ("/2.0/user", endpoint.query(), None));
        let read: Vec<_> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        prop_assert_eq!(read, pairs);
    }

    #[test]
    fn an_accepted_text_round_trips(text in hostile()) {
        fn round<T: PartialEq + std::fmt::Debug + ToString>(parse: fn(&str) -> Result<T, ParseError>, text: &str) {
            if let Ok(identifier) = parse(text) {
                assert_eq!(parse(&identifier.to_string()), Ok(identifier));
            }
        }
        round(Workspace::parse, &text);
        round(RepoSlug::parse, &text);
        round(RepoFullName::parse, &text);
        round(RepoRef::parse, &text);
        round(HookUuid::parse, &text);
        round(AccountId::parse, &text);
        round(UserRef::parse, &text);
        round(CommitSha::parse, &text);
        round(Revision::parse, &text);
        round(RevisionRange::parse, &text);
        round(DiffSpec::parse, &text);
        round(FilePath::parse, &text);
        round(IssueId::parse, &text);
        round(StatusKey::parse, &text);
        round(Field::parse, &text);
        round(FilterText::parse, &text);
        round(FilterTime::parse, &text);
    }

    #[test]
    fn any_target_is_recognised_or_refused_and_what_is_recognised_stays(text in hostile(), cut in any::<prop::sample::Index>()) {
        let all = every_endpoint(&sample());
        let base = all[cut.index(all.len())].path_and_query();
        let cut = (0..=base.len()).rev().find(|at| *at <= cut.index(base.len() + 1) && base.is_char_boundary(*at)).unwrap();
        for target in [text.clone(), format!("{}{text}", &base[..cut]),
            format!("{}{text}{}", &base[..cut], &base[cut..])] {
            for method in [Method::Get, Method::Post, Method::Put, Method::Delete, Method::Head] {
                if let Ok(endpoint) = Endpoint::parse(method, &target) {
                    prop_assert_eq!(Endpoint::parse(method, endpoint.path_and_query()), Ok(endpoint.clone()));
                    let url = Url::parse(&format!("{ORIGIN}{}", endpoint.path_and_query())).unwrap();
                    prop_assert_eq!(url.path(), endpoint.path());
                }
            }
        }
    }
}
