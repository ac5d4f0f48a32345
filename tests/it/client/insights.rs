//! Build statuses and Code Insights.

use std::time::Duration;

use bitbucket_api_paths::{AnnotationId, FilePath, ReportId, StatusKey};
use bitbucket_http_client::{
    AnnotationKind, AnnotationSeverity, ApiErrorCause, CodeInsights as _, CommitStatuses as _,
    FactValue, NewAnnotation, NewCommitStatus, NewReport, ReportFact, ReportKind, ReportResult,
    StatusState,
};

use super::peer::{Peer, in_pages_of_every_length, rocket, sha};

fn status(key: &str, state: StatusState) -> NewCommitStatus {
    NewCommitStatus {
        key: StatusKey::parse(key).unwrap(),
        state,
        name: "CI".to_owned(),
        url: "https://ci.acme.example/7".to_owned(),
        description: "seven".to_owned(),
        refname: Some("main".to_owned()),
    }
}

#[tokio::test]
async fn every_state_of_a_build_is_reported_and_read_back() {
    let peer = Peer::start().await;
    let client = peer.client();
    let states = [
        ("ci/a", StatusState::Successful),
        ("ci/b", StatusState::Failed),
        ("ci/c", StatusState::InProgress),
        ("ci/d", StatusState::Stopped),
    ];
    for (key, state) in states {
        // The first report is replaced by the second.
        let begun = status(key, StatusState::InProgress);
        client
            .report_status(&rocket(), &sha("r3"), &begun)
            .await
            .unwrap();
        let done = client
            .report_status(&rocket(), &sha("r3"), &status(key, state))
            .await;
        assert_eq!(done.unwrap().state, state);
    }
    let requests = in_pages_of_every_length(&peer, async || {
        let all = client.statuses(&rocket(), &sha("r3"), 100).await.unwrap();
        let told: Vec<_> = all
            .values
            .iter()
            .map(|one| (one.key.as_str(), one.state))
            .collect();
        assert_eq!(told, states);
    })
    .await;
    assert_eq!(requests, [4, 2, 1]);
    let key = StatusKey::parse("ci/b").unwrap();
    let one = client.status(&rocket(), &sha("r3"), &key).await.unwrap();
    assert_eq!(
        (one.name.as_deref(), one.url.as_deref()),
        (Some("CI"), Some("https://ci.acme.example/7"))
    );
    let other = client
        .status(&rocket(), &sha("r2"), &key)
        .await
        .unwrap_err();
    assert_eq!(*other.cause(), ApiErrorCause::NotFound);
}

fn report() -> NewReport {
    let fact = |title: &str, value| ReportFact {
        title: title.to_owned(),
        value,
    };
    NewReport {
        title: "Errors".to_owned(),
        details: "Errors of this commit".to_owned(),
        kind: ReportKind::Bug,
        result: Some(ReportResult::Failed),
        reporter: Some("tracker".to_owned()),
        link: Some("https://errors.acme.example/".to_owned()),
        logo_url: None,
        data: vec![
            fact("safe", FactValue::Boolean(false)),
            fact("count", FactValue::Number(3.into())),
            fact("took", FactValue::Duration(Duration::from_millis(1_500))),
            fact(
                "seen",
                FactValue::Date("2026-11-20T10:00:00Z".parse().unwrap()),
            ),
            fact("share", FactValue::Percentage(40.into())),
            fact("note", FactValue::Text("none".to_owned())),
            fact(
                "more",
                FactValue::Link {
                    text: "here".to_owned(),
                    href: "https://errors.acme.example/7".to_owned(),
                },
            ),
        ],
    }
}

#[tokio::test]
async fn a_report_comes_back_with_every_kind_of_value() {
    let peer = Peer::start().await;
    let client = peer.client();
    let ours = ReportId::parse("ours-1").unwrap();
    let written = client
        .write_report(&rocket(), &sha("r3"), &ours, &report())
        .await
        .unwrap();
    assert_eq!(written.data, report().data);
    let read = client.report(&rocket(), &sha("r3"), &ours).await.unwrap();
    assert_eq!(
        (read.id.as_ref(), read.kind, read.result),
        (
            Some(&ours),
            Some(ReportKind::Bug),
            Some(ReportResult::Failed)
        )
    );
    for number in 2..=4 {
        let id = ReportId::parse(&format!("ours-{number}")).unwrap();
        client
            .write_report(&rocket(), &sha("r3"), &id, &report())
            .await
            .unwrap();
    }
    let requests = in_pages_of_every_length(&peer, async || {
        let all = client.reports(&rocket(), &sha("r3"), 100).await.unwrap();
        assert_eq!(all.values.len(), 4);
        assert_eq!(all.values[0].id.as_ref(), Some(&ours));
    })
    .await;
    assert_eq!(requests, [4, 2, 1]);
    client
        .delete_report(&rocket(), &sha("r3"), &ours)
        .await
        .unwrap();
    let gone = client
        .report(&rocket(), &sha("r3"), &ours)
        .await
        .unwrap_err();
    assert_eq!(*gone.cause(), ApiErrorCause::NotFound);
}

#[tokio::test]
async fn a_thousand_annotations_are_written_in_ten_requests() {
    let peer = Peer::start().await;
    let client = peer.client();
    let ours = ReportId::parse("ours-1").unwrap();
    client
        .write_report(&rocket(), &sha("r3"), &ours, &report())
        .await
        .unwrap();
    let annotations: Vec<NewAnnotation> = (1..=1_000)
        .map(|line| NewAnnotation {
            path: Some(FilePath::parse("src/engine.rs").unwrap()),
            line: Some(line),
            severity: Some(AnnotationSeverity::High),
            ..NewAnnotation::new(
                AnnotationId::parse(&format!("a{line}")).unwrap(),
                AnnotationKind::Bug,
                format!("line {line}"),
            )
        })
        .collect();
    peer.asked();
    let written = client
        .write_annotations(&rocket(), &sha("r3"), &ours, &annotations)
        .await;
    assert_eq!(written.unwrap().len(), 1_000);
    assert_eq!(peer.asked().len(), 10);
    let all = client
        .annotations(&rocket(), &sha("r3"), &ours, 1_000)
        .await
        .unwrap();
    let last = all.values.last().unwrap();
    assert_eq!(
        (all.values.len(), last.line, last.severity.clone()),
        (1_000, Some(1_000), Some(AnnotationSeverity::High))
    );
    assert_eq!(peer.asked().len(), 10);
    let first = annotations[0].id.clone();
    client
        .delete_annotation(&rocket(), &sha("r3"), &ours, &first)
        .await
        .unwrap();
    let left = client
        .annotations(&rocket(), &sha("r3"), &ours, 2_000)
        .await
        .unwrap();
    assert_eq!((left.values.len(), left.values[0].line), (999, Some(2)));
}
