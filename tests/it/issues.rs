//! Issues of Bitbucket's own tracker beside those of the error tracker, as long as there is one.

use bitbucket_simulator::control::Seed;
use serde_json::{Value, json};

use crate::world::{World, scenario, scenario_with_clock};

const ISSUES: &str = "/api/v1/issues";
const BITBUCKETS: &str = "/2.0/repositories/";

async fn connected(w: &World) -> String {
    w.bitbucket.has_issue_trackers().await;
    let installation = w.connect("acme").await;
    w.follow("acme/rocket").await;
    installation
}

fn asked(title: &str) -> Value {
    json!({"issue": "ROCKET-1A", "repository": "acme/rocket", "title": title, "kind": "task", "priority": "minor"})
}

async fn listed(w: &World, query: &str) -> Vec<Value> {
    let listed = w.api().get(&format!("{ISSUES}?{query}")).await.good();
    listed["issues"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_issue_is_created_once_and_each_side_leads_to_the_other() {
    scenario(async |w| {
        connected(w).await;
        let made = w.api().post(ISSUES, &asked("Gauge")).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.good();
        assert_eq!(
            (&made["number"], &made["issue"], &made["project"]),
            (&json!(1), &json!("ROCKET-1A"), &json!("rocket"))
        );
        let one = format!("{ISSUES}/{}", made["id"].as_str().unwrap());
        let made = w.api().get(&one).await.good();
        let again = w.api().post(ISSUES, &asked("Gauge")).await;
        assert_eq!((again.status, again.good()), (200, made.clone()));

        let issues = w.bitbucket.issues("acme/rocket").await;
        let [issue] = &issues[..] else {
            panic!("{issues:?}")
        };
        assert_eq!(
            (
                issue.title.as_str(),
                issue.kind.as_str(),
                issue.priority.as_str()
            ),
            ("Gauge", "task", "minor")
        );
        assert!(issue.content.contains("[ROCKET-1A]("), "{}", issue.content);
        w.settles().await;
        let tracked = w.tracker.issue("ROCKET-1A").await;
        tracked.has_notes(1);
        tracked.has_note_with(
            "Linked to [acme/rocket#1](https://bitbucket.org/acme/rocket/issues/1): Gauge",
        );

        let repository = made["repository"].as_str().unwrap();
        for query in [
            "issue=ROCKET-1A".to_owned(),
            format!("repository={repository}&number=1"),
            format!("repository={repository}"),
            String::new(),
        ] {
            assert_eq!(listed(w, &query).await, vec![made.clone()], "{query}");
        }
        assert_eq!(listed(w, "issue=ROCKET-2B").await, Vec::<Value>::new());
        w.api().delete(&one).await.good();
        let gone = w.api().get(&one).await;
        assert_eq!((gone.status, gone.code().as_str()), (404, "unknown_link"));
    })
    .await;
}

#[tokio::test]
async fn who_lost_the_answer_asks_again_and_gets_the_same_issue() {
    scenario(async |w| {
        connected(w).await;
        w.bitbucket.loses_the_answer_to("POST", BITBUCKETS).await;
        let lost = w.api().post(ISSUES, &asked("Gauge")).await;
        assert_eq!(
            (lost.status, lost.code().as_str()),
            (502, "creation_unfinished")
        );
        assert_eq!(w.bitbucket.issues("acme/rocket").await.len(), 1);
        assert_eq!(listed(w, "").await, Vec::<Value>::new());
        let made = w.api().post(ISSUES, &asked("Gauge")).await;
        assert_eq!((made.status, &made.good()["number"]), (201, &json!(1)));
        assert_eq!(w.bitbucket.issues("acme/rocket").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_asks_for_again_is_linked_by_itself() {
    scenario_with_clock("", async |w| {
        connected(w).await;
        w.bitbucket.loses_the_answer_to("POST", BITBUCKETS).await;
        let lost = w.api().post(ISSUES, &asked("Gauge")).await;
        assert_eq!(lost.code(), "creation_unfinished");
        w.passes_the_longest_wait().await;
        w.settles().await;
        let found = listed(w, "issue=ROCKET-1A").await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["number"], 1);
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}

#[tokio::test]
async fn an_issue_that_is_there_is_found_linked_and_commented() {
    scenario(async |w| {
        let installation = connected(w).await;
        for title in ["Boom", "Boom \"again\"", "Else 2"] {
            let made = w.api().post(ISSUES, &asked(title)).await;
            assert_eq!(made.status, 201);
        }
        w.bitbucket.seed(Seed::PageCap(Some(1))).await;
        let search = async |field: &str, text: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs([
                ("field", field),
                ("query", text),
                ("repository", "acme/rocket"),
            ]);
            let path = format!(
                "/api/v1/installations/{installation}/issue-search?{}",
                query.finish()
            );
            let found = w.api().get(&path).await.good();
            assert_eq!(found["complete"], true);
            let choices = found["choices"].as_array().unwrap().iter();
            let labels = choices.map(|one| one["label"].as_str().unwrap().to_owned());
            labels.collect::<Vec<_>>()
        };
        assert_eq!(
            search("number", "boom").await,
            ["#2 Boom \"again\"", "#1 Boom"]
        );
        assert_eq!(search("number", "\"again\"").await, ["#2 Boom \"again\""]);
        assert_eq!(
            search("number", "#2").await,
            ["#2 Boom \"again\""],
            "the number alone"
        );
        assert_eq!(
            search("number", "2").await,
            ["#2 Boom \"again\"", "#3 Else 2"]
        );
        assert_eq!(search("repository", "rock").await, ["acme/rocket"]);
        assert_eq!(search("repository", "launch").await, Vec::<String>::new());

        let link = json!({"issue": "ROCKET-2B", "repository": "acme/rocket", "number": 2, "comment": "Seen there"});
        let path = format!("{ISSUES}/link");
        let linked = w.api().post(&path, &link).await;
        assert_eq!(linked.status, 201, "{}", linked.text());
        assert_eq!(w.api().post(&path, &link).await.status, 200);
        w.settles().await;
        let comments = &w.bitbucket.issues("acme/rocket").await[1].comments;
        let texts: Vec<&str> = comments.iter().map(|one| one.raw.as_str()).collect();
        assert_eq!(texts, ["Seen there"]);
        w.tracker.issue("ROCKET-2B").await.has_notes(1);
        let unknown = json!({"issue": "ROCKET-2B", "repository": "acme/rocket", "number": 99});
        let unknown = w.api().post(&path, &unknown).await;
        assert_eq!(
            (unknown.status, unknown.code().as_str()),
            (404, "unknown_bitbucket_issue")
        );
    })
    .await;
}

#[tokio::test]
async fn the_form_remembers_where_the_issues_of_a_project_went() {
    scenario(async |w| {
        let installation = connected(w).await;
        w.follow("acme/launchpad").await;
        let form = async |name: &str| {
            let path = format!("/api/v1/installations/{installation}/issue-forms/{name}");
            let form = w.api().get(&format!("{path}?issue=ROCKET-1A")).await;
            form.good()["fields"].clone()
        };
        let fields = form("create").await;
        let names: Vec<&str> = fields
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            ["repository", "title", "description", "kind", "priority"]
        );
        assert_eq!(fields[0]["default"], "acme/launchpad");
        assert_eq!(fields[3]["default"], "bug");
        assert_eq!(fields[4]["default"], "major");
        w.api().post(ISSUES, &asked("Gauge")).await.good();
        assert_eq!(form("create").await[0]["default"], "acme/rocket");
        let fields = form("link").await;
        assert_eq!(fields[0]["default"], "acme/rocket");
        assert_eq!(
            (&fields[1]["name"], &fields[2]["name"]),
            (&json!("number"), &json!("comment"))
        );
        let path = format!("/api/v1/installations/{installation}/issue-search");
        assert_eq!(fields[1]["url"], path);
    })
    .await;
}

#[tokio::test]
async fn a_tracker_that_bitbucket_took_away_says_so() {
    scenario(async |w| {
        let installation = w.connect("acme").await;
        w.follow("acme/rocket").await;
        let link = json!({"issue": "ROCKET-1A", "repository": "acme/rocket", "number": 1});
        let search = format!(
            "/api/v1/installations/{installation}/issue-search?field=number&query=x&repository=acme/rocket"
        );
        for answer in [
            w.api().post(ISSUES, &asked("Gauge")).await,
            w.api().post(&format!("{ISSUES}/link"), &link).await,
            w.api().get(&search).await,
        ] {
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (410, "issue_tracker_gone")
            );
            assert!(answer.message().contains("CHANGE-3071"));
        }
        assert_eq!(listed(w, "").await, Vec::<Value>::new());
    })
    .await;
}
