//! Code Insights: exact request, typed answer, and the limits that Bitbucket sets.

use std::time::Duration;

use bitbucket_api_paths::{AnnotationId, CommitSha, FilePath, ReportId};
use bitbucket_http_client::{
    AnnotationKind, AnnotationResult, AnnotationSeverity, ApiErrorCause, CodeInsights, FactValue,
    MAX_ANNOTATIONS, MAX_REPORT_FACTS, Misuse, NewAnnotation, NewReport, ReportFact, ReportKind,
    ReportResult,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;
use wiremock::matchers::any;

use crate::peer::{Peer, SHA_A, json, rocket};
use crate::sent::{ANNOTATION, REPORT, Sent, exchange, sent};

fn at(rest: &str) -> String {
    format!("/2.0/repositories/acme/rocket/commit/{SHA_A}/reports{rest}")
}

fn sha() -> CommitSha {
    CommitSha::parse(SHA_A).unwrap()
}

fn scan() -> ReportId {
    ReportId::parse("scan 1").unwrap()
}

fn fact(title: &str, value: FactValue) -> ReportFact {
    ReportFact {
        title: title.to_owned(),
        value,
    }
}

/// One figure of every kind, and as it travels.
fn facts() -> (Vec<ReportFact>, Value) {
    let link = FactValue::Link {
        text: "all".to_owned(),
        href: "https://scan.example/1".to_owned(),
    };
    let typed = vec![
        fact("Safe", FactValue::Boolean(false)),
        fact(
            "At",
            FactValue::Date("2026-11-22T10:00:00.5Z".parse().unwrap()),
        ),
        fact("Took", FactValue::Duration(Duration::from_millis(1_500))),
        fact("See", link),
        fact("Found", FactValue::Number(3.into())),
        fact(
            "Covered",
            FactValue::Percentage(serde_json::Number::from_f64(87.5).unwrap()),
        ),
        fact("Worst", FactValue::Text("high".to_owned())),
    ];
    let wire = json!([
        {"title": "Safe", "type": "BOOLEAN", "value": false},
        {"title": "At", "type": "DATE", "value": 1_795_341_600_500_i64},
        {"title": "Took", "type": "DURATION", "value": 1_500},
        {"title": "See", "type": "LINK", "value": {"text": "all", "href": "https://scan.example/1"}},
        {"title": "Found", "type": "NUMBER", "value": 3},
        {"title": "Covered", "type": "PERCENTAGE", "value": 87.5},
        {"title": "Worst", "type": "TEXT", "value": "high"},
    ]);
    (typed, wire)
}

fn new_report(data: Vec<ReportFact>) -> NewReport {
    NewReport {
        title: "Scan".to_owned(),
        details: "Three findings".to_owned(),
        kind: ReportKind::Security,
        result: Some(ReportResult::Failed),
        reporter: Some("scanner".to_owned()),
        link: None,
        logo_url: None,
        data,
    }
}

fn report(data: &Value) -> Value {
    json!({
        "type": "report", "uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}", "external_id": "scan 1",
        "title": "Scan", "details": "Three findings", "report_type": "SECURITY", "result": "FAILED",
        "reporter": "scanner", "remote_link_enabled": false, "data": data,
    })
}

#[tokio::test]
async fn a_report_is_written_with_figures_of_every_kind() {
    let (data, wire) = facts();
    let new = new_report(data.clone());

    let (sent, written) = exchange(json(report(&wire)), async |client| {
        client.write_report(&rocket(), &sha(), &scan(), &new).await
    })
    .await;

    let body = json!({
        "title": "Scan", "details": "Three findings", "report_type": "SECURITY", "result": "FAILED",
        "reporter": "scanner", "data": wire,
    });
    assert_eq!(sent, [Sent::json(format!("PUT {}", at("/scan%201")), body)]);
    assert_eq!(
        (written.id, written.title.as_str(), written.details.as_str()),
        (Some(scan()), "Scan", "Three findings")
    );
    assert_eq!(
        (written.kind, written.result),
        (Some(ReportKind::Security), Some(ReportResult::Failed))
    );
    assert_eq!((written.data, written.link), (data, None));
}

#[tokio::test]
async fn reports_are_listed_read_and_removed() {
    let odd = json!({
        "uuid": "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}", "report_type": "LICENCES", "result": null,
        "data": [{"title": "Mood", "type": "COLOUR", "value": "red"}, {"type": "NUMBER", "value": "many"}],
    });
    let (sent, listing) = exchange(json(json!({"values": [odd]})), async |client| {
        client.reports(&rocket(), &sha(), 10).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {}?pagelen=100&{}",
            at(""),
            crate::sent::page(REPORT)
        ))]
    );
    let found = &listing.values[0];
    assert_eq!(
        found.id.as_ref().unwrap().as_str(),
        "{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}"
    );
    assert_eq!(
        (found.kind.clone(), found.result.clone()),
        (Some(ReportKind::Other("LICENCES".to_owned())), None)
    );
    let other = |kind: &str, value: &str| FactValue::Other {
        kind: Some(kind.to_owned()),
        value: json!(value),
    };
    assert_eq!(
        found.data,
        [
            fact("Mood", other("COLOUR", "red")),
            fact("", other("NUMBER", "many"))
        ]
    );

    let (sent, read) = exchange(json(report(&json!([]))), async |client| {
        client.report(&rocket(), &sha(), &scan()).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {}?{}",
            at("/scan%201"),
            crate::sent::one(REPORT)
        ))]
    );
    assert_eq!(read.reporter.as_deref(), Some("scanner"));

    let (sent, ()) = exchange(ResponseTemplate::new(204), async |client| {
        client.delete_report(&rocket(), &sha(), &scan()).await
    })
    .await;
    assert_eq!(sent, [Sent::bare(format!("DELETE {}", at("/scan%201")))]);
}

#[tokio::test]
async fn a_report_with_too_many_figures_is_not_sent() {
    let peer = Peer::start().await;
    let data = vec![fact("x", FactValue::Boolean(true)); MAX_REPORT_FACTS + 1];

    let error = peer
        .client()
        .write_report(&rocket(), &sha(), &scan(), &new_report(data))
        .await
        .unwrap_err();

    assert_eq!(error.cause(), &ApiErrorCause::Misuse(Misuse::ReportFacts));
    assert_eq!(peer.asked().await, [""; 0]);
}

fn found(number: usize) -> NewAnnotation {
    let id = AnnotationId::parse(&format!("find-{number}")).unwrap();
    NewAnnotation::new(id, AnnotationKind::Bug, "Boom")
}

#[tokio::test]
async fn an_annotation_says_all_that_there_is_to_say() {
    let mut new = found(1);
    new.details = Some("It goes off.".to_owned());
    new.path = Some(FilePath::parse("src/a b.rs").unwrap());
    new.line = Some(7);
    new.severity = Some(AnnotationSeverity::Critical);
    new.result = Some(AnnotationResult::Failed);
    new.link = Some("https://scan.example/1#1".to_owned());
    let wire = json!({
        "external_id": "find-1", "annotation_type": "BUG", "summary": "Boom", "details": "It goes off.",
        "path": "src/a b.rs", "line": 7, "severity": "CRITICAL", "result": "FAILED",
        "link": "https://scan.example/1#1",
    });

    let (sent, written) = exchange(json(json!([wire])), async |client| {
        client
            .write_annotations(&rocket(), &sha(), &scan(), &[new])
            .await
    })
    .await;

    let line = format!("POST {}", at("/scan%201/annotations"));
    assert_eq!(sent, [Sent::json(line, json!([wire]))]);
    let one = &written[0];
    assert_eq!(
        (
            one.id.as_ref().unwrap().as_str(),
            one.kind.clone(),
            one.summary.as_str()
        ),
        ("find-1", Some(AnnotationKind::Bug), "Boom")
    );
    assert_eq!(
        (
            one.path.as_deref(),
            one.line,
            one.severity.clone(),
            one.result.clone()
        ),
        (
            Some("src/a b.rs"),
            Some(7),
            Some(AnnotationSeverity::Critical),
            Some(AnnotationResult::Failed)
        )
    );
}

#[tokio::test]
async fn annotations_go_a_hundred_at_a_time_and_again_where_one_request_fails() {
    let peer = Peer::start().await;
    let at = at("/scan%201/annotations");
    peer.once("POST", &at, json(json!([{"external_id": "x"}])))
        .await;
    peer.once("POST", &at, ResponseTemplate::new(503)).await;
    peer.on("POST", &at, json(json!([{"external_id": "y"}])))
        .await;
    let all: Vec<_> = (0..250).map(found).collect();

    let written = peer
        .client()
        .write_annotations(&rocket(), &sha(), &scan(), &all)
        .await
        .unwrap();

    let part = |from: usize, to: usize| {
        let wire = |number| json!({"external_id": format!("find-{number}"), "annotation_type": "BUG", "summary": "Boom"});
        Sent::json(format!("POST {at}"), (from..to).map(wire).collect())
    };
    assert_eq!(
        sent(&peer).await,
        [part(0, 100), part(100, 200), part(100, 200), part(200, 250)]
    );
    assert_eq!(written.len(), 3);
}

#[tokio::test]
async fn more_annotations_than_a_report_holds_are_not_sent_and_none_need_no_request() {
    let peer = Peer::start().await;
    wiremock::Mock::given(any())
        .respond_with(ResponseTemplate::new(500))
        .mount(&peer.server)
        .await;
    let all: Vec<_> = (0..=MAX_ANNOTATIONS).map(found).collect();
    let client = peer.client();

    let error = client
        .write_annotations(&rocket(), &sha(), &scan(), &all)
        .await
        .unwrap_err();
    let none = client
        .write_annotations(&rocket(), &sha(), &scan(), &[])
        .await;

    assert_eq!(error.cause(), &ApiErrorCause::Misuse(Misuse::Annotations));
    assert_eq!(none, Ok(Vec::new()));
    assert_eq!(peer.asked().await, [""; 0]);
}

#[tokio::test]
async fn annotations_are_listed_and_removed() {
    let odd = json!({"uuid": "{u}", "annotation_type": "SMELL", "severity": 3, "line": null, "summary": null});
    let (sent, listing) = exchange(json(json!({"values": [odd]})), async |client| {
        client.annotations(&rocket(), &sha(), &scan(), 10).await
    })
    .await;
    let line = format!(
        "GET {}?pagelen=100&{}",
        at("/scan%201/annotations"),
        crate::sent::page(ANNOTATION)
    );
    assert_eq!(sent, [Sent::bare(line)]);
    let one = &listing.values[0];
    assert_eq!(
        (
            one.kind.clone(),
            one.severity.clone(),
            one.line,
            one.summary.as_str()
        ),
        (
            Some(AnnotationKind::Other("SMELL".to_owned())),
            None,
            None,
            ""
        )
    );

    let (sent, ()) = exchange(ResponseTemplate::new(204), async |client| {
        let id = AnnotationId::parse("find/1").unwrap();
        client
            .delete_annotation(&rocket(), &sha(), &scan(), &id)
            .await
    })
    .await;
    let line = format!("DELETE {}", at("/scan%201/annotations/find%2F1"));
    assert_eq!(sent, [Sent::bare(line)]);
}
