//! Every address of the API, asked with what belongs to two companies. The addresses come from the service's own description of itself: one
//! without a case fails here.

use std::collections::BTreeMap;

use bitbucket_simulator::{acme, sha};
use serde_json::{Value, json};

use super::{GLOBEX, REACTOR, two};
use crate::world::{World, commit, scenario_with};

/// What a request must lead to.
enum Must {
    /// It mixes both companies, so it is refused.
    BeRefused(u16, &'static str),
    /// It is about Acme, and tells nothing of Globex.
    TellNothing,
    /// The same, and tells this of Acme.
    Tell(&'static str),
}

/// A request and what it must lead to.
type Try = (String, Value, Must);

/// The tries of one address.
enum Case {
    Tries(Vec<Try>),
    /// It names one thing, or is about the whole service: there is nothing to mix.
    Nothing,
}

/// What there is of both companies.
struct Both {
    acme: String,
    globex: String,
    rocket: String,
    release: String,
    link: String,
}

fn get(path: impl Into<String>, must: Must) -> Try {
    (path.into(), Value::Null, must)
}

fn cases(both: &Both) -> BTreeMap<&'static str, Case> {
    let mut cases = BTreeMap::from(about_issues(both));
    cases.extend(about_history(both));
    cases.extend(about_source(both));
    for alone in [
        "GET /installations",
        "POST /installations/consent",
        "DELETE /installations/{id}",
        "POST /installations/{id}/sync",
        "GET /providers",
        "GET /keys",
        "POST /keys",
        "DELETE /keys/{id}",
        "GET /deliveries",
        "GET /repositories",
        "POST /repositories",
        "DELETE /repositories/{id}",
        "POST /repositories/{id}/rotate",
        "POST /repositories/{id}/mappings",
        "DELETE /mappings/{id}",
        "GET /releases",
        "POST /releases/{id}/deploys",
        "GET /jobs",
        "POST /jobs/purge",
        "GET /jobs/{id}",
        "POST /jobs/{id}/replay",
        "GET /status",
        "DELETE /issues/{id}",
        "GET /source/parse",
    ] {
        cases.insert(alone, Case::Nothing);
    }
    cases
}

fn about_issues(both: &Both) -> [(&'static str, Case); 6] {
    let Both { acme, globex, .. } = both;
    let crossed = |path: &str| {
        let unknown = || Must::BeRefused(404, "unknown_issue");
        Case::Tries(vec![
            (
                path.to_owned(),
                json!({"issue": "REACTOR-1A", "repository": acme::REPOSITORY, "number": 1}),
                unknown(),
            ),
            (
                path.to_owned(),
                json!({"issue": "ROCKET-1A", "repository": REACTOR, "number": 1}),
                unknown(),
            ),
        ])
    };
    let mut creating = crossed("/issues");
    if let Case::Tries(tries) = &mut creating {
        for (_, body, _) in tries {
            body.as_object_mut().unwrap().remove("number");
        }
    }
    let search = format!("/installations/{acme}/issue-search?query=rea");
    [
        ("POST /issues", creating),
        ("POST /issues/link", crossed("/issues/link")),
        (
            "GET /issues",
            Case::Tries(vec![
                get("/issues?issue=ROCKET-1A", Must::Tell("ROCKET-1A")),
                get("/issues?issue=REACTOR-1A", Must::Tell("\"issues\":[]")),
            ]),
        ),
        (
            "GET /issues/{id}",
            Case::Tries(vec![get(
                format!("/issues/{}", both.link),
                Must::Tell("ROCKET-1A"),
            )]),
        ),
        (
            "GET /installations/{id}/issue-forms/{form}",
            Case::Tries(vec![
                get(
                    format!("/installations/{globex}/issue-forms/create?issue=ROCKET-1A"),
                    Must::BeRefused(404, "unknown_issue"),
                ),
                get(
                    format!("/installations/{acme}/issue-forms/link?issue=ROCKET-1A"),
                    Must::Tell(acme::REPOSITORY),
                ),
            ]),
        ),
        (
            "GET /installations/{id}/issue-search",
            Case::Tries(vec![
                get(
                    format!("{search}&field=number&repository={REACTOR}"),
                    Must::BeRefused(404, "unknown_repository"),
                ),
                get(
                    format!("{search}&field=repository"),
                    Must::Tell("\"choices\":[]"),
                ),
            ]),
        ),
    ]
}

fn about_history(both: &Both) -> [(&'static str, Case); 9] {
    let Both { acme, rocket, .. } = both;
    let of_rocket =
        |what: &str, must| Case::Tries(vec![get(format!("/repositories/{rocket}/{what}"), must)]);
    let connect = json!({
        "workspace": "globex", "tracker": "sentry",
        "credential": {"kind": "access_token", "token": acme::ACCESS_TOKEN}
    });
    let release = json!({
        "version": "both@1",
        "refs": [
            {"repository": acme::REPOSITORY, "commit": sha("a1")},
            {"repository": REACTOR, "commit": sha("g3")}
        ]
    });
    [
        (
            "POST /installations",
            Case::Tries(vec![(
                "/installations".to_owned(),
                connect,
                Must::BeRefused(400, "not_found"),
            )]),
        ),
        (
            "POST /releases",
            Case::Tries(vec![(
                "/releases".to_owned(),
                release,
                Must::BeRefused(400, "other_installation"),
            )]),
        ),
        (
            "GET /installations/{id}/repositories",
            Case::Tries(vec![
                get(
                    format!("/installations/{acme}/repositories"),
                    Must::Tell(acme::REPOSITORY),
                ),
                get(
                    format!("/installations/{acme}/repositories?q=rea"),
                    Must::Tell("\"repositories\":[]"),
                ),
            ]),
        ),
        (
            "GET /references",
            Case::Tries(vec![
                get(
                    format!("/references?repository={rocket}"),
                    Must::Tell("ROCKET-1A"),
                ),
                get(
                    format!("/references?repository={rocket}&issue=REACTOR-1A"),
                    Must::Tell("\"references\":[]"),
                ),
            ]),
        ),
        (
            "GET /releases/{id}",
            Case::Tries(vec![get(
                format!("/releases/{}", both.release),
                Must::Tell("one@1.0.0"),
            )]),
        ),
        (
            "GET /repositories/{id}/commits",
            of_rocket("commits", Must::Tell("Fixes ROCKET-1A")),
        ),
        (
            "GET /repositories/{id}/pull-requests",
            of_rocket("pull-requests", Must::TellNothing),
        ),
        (
            "GET /repositories/{id}/mappings",
            of_rocket("mappings", Must::TellNothing),
        ),
        (
            "GET /repositories/{id}/codeowners",
            of_rocket("codeowners", Must::BeRefused(404, "unknown_file")),
        ),
    ]
}

fn about_source(both: &Both) -> [(&'static str, Case); 2] {
    let acme = &both.acme;
    let tries = |what: &str, otherwise: (u16, &'static str)| {
        let path = format!("/source/{what}?path=src/engine.rs");
        let other_project = match otherwise {
            (200, said) => Must::Tell(said),
            (status, code) => Must::BeRefused(status, code),
        };
        Case::Tries(vec![
            // Both have such a file, so to say: whose is meant must be told.
            get(path.clone(), Must::BeRefused(400, "which_installation")),
            get(
                format!("{path}&installation={acme}"),
                Must::Tell(acme::REPOSITORY),
            ),
            get(
                format!("{path}&project=reactor&repository={}", acme::REPOSITORY),
                other_project,
            ),
        ])
    };
    [
        (
            "GET /source/link",
            tries("link", (200, "stack_root_mismatch")),
        ),
        (
            "GET /source/suspects",
            tries("suspects", (404, "unknown_file")),
        ),
    ]
}

/// Words that no answer about Acme may hold.
fn of_globex(globex: &str, reactor: &str) -> Vec<String> {
    let mut words = vec![globex.to_owned(), reactor.to_owned()];
    words.extend(["globex", "reactor/", "CoreMeltdown"].map(str::to_owned));
    words.extend(["g1", "g2", "g3"].map(sha));
    words
}

async fn both(w: &World) -> (Both, Vec<String>) {
    w.bitbucket.has_issue_trackers().await;
    let [[acme, globex], [rocket_id, reactor_id]] = two(w).await;
    let (rocket, reactor) = (w.repository(acme::REPOSITORY), w.repository(REACTOR));
    rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
    reactor.push([commit("g3", "Fixes REACTOR-1A")]).await;
    w.settles().await;
    rocket.releases("one@1.0.0").at("a1").since("r3").await;
    reactor.releases("one@1.0.0").at("g3").since("g2").await;
    let listed = w.api().get("/api/v1/releases").await.good();
    let mut releases = listed["releases"].as_array().unwrap().iter();
    let own = releases.find(|one| one["repository"] == acme::REPOSITORY);
    let issue = json!({"issue": "ROCKET-1A", "repository": acme::REPOSITORY});
    let link = w.api().post("/api/v1/issues", &issue).await.good();
    let words = of_globex(&globex, &reactor_id);
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let both = Both {
        acme,
        globex,
        rocket: rocket_id,
        release: id(&own.unwrap()["id"]),
        link: id(&link["id"]),
    };
    (both, words)
}

async fn written_at_globex(w: &World) -> usize {
    let mut written = 0;
    for method in ["POST", "PUT", "DELETE"] {
        let path = "/api/0/organizations/globex/";
        written += w.tracker.asked(method, path).await;
    }
    written
}

#[tokio::test]
async fn no_address_leads_from_one_company_to_the_other() {
    scenario_with(GLOBEX, async |w| {
        let (both, words) = both(w).await;
        w.settles().await;
        let before = written_at_globex(w).await;
        let mut cases = cases(&both);
        let document = w.api().get("/api/v1/openapi.json").await.good();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let name = format!("{} {path}", method.to_uppercase());
                let case = cases.remove(name.as_str());
                match case.unwrap_or_else(|| panic!("{name} has no case here")) {
                    Case::Nothing => {}
                    Case::Tries(tries) => {
                        for (path, body, must) in tries {
                            tried(w, method, (&path, &body), &must, &words).await;
                        }
                    }
                }
            }
        }
        let left: Vec<_> = cases.into_keys().collect();
        assert!(left.is_empty(), "there is no such address: {left:?}");
        w.settles().await;
        assert_eq!(written_at_globex(w).await, before);
    })
    .await;
}

async fn tried(
    w: &World,
    method: &str,
    (path, body): (&str, &Value),
    must: &Must,
    words: &[String],
) {
    let path = format!("/api/v1{path}");
    let answer = match method {
        "get" => w.api().get(&path).await,
        _ => w.api().post(&path, body).await,
    };
    let text = answer.text();
    if let Must::BeRefused(status, code) = must {
        let refused = (answer.status, answer.code());
        assert_eq!(refused, (*status, (*code).to_owned()), "{path} {body}");
        return;
    }
    assert_eq!(answer.status, 200, "{path}: {text}");
    if let Must::Tell(word) = must {
        assert!(text.contains(word), "{path} tells no `{word}`: {text}");
    }
    for word in words {
        assert!(
            !text.contains(word.as_str()),
            "{path} tells `{word}`: {text}"
        );
    }
}
