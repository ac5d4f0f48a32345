//! Listings by page.

use bitbucket_commit_resolver::Action;
use bitbucket_integration_provider::ports::{
    IssueEffect, Listed, Position, Reference, ReferencesOf,
};
use bitbucket_integration_provider::{InstallationId, RepositoryId};
use serde_json::json as value;
use uuid::Uuid;

use super::*;
use crate::testing::{installation, tracked};

pub(super) fn nothing<T>() -> Listed<T> {
    Listed {
        entries: Vec::new(),
        next: None,
    }
}

async fn get(mocks: Mocks, path: &str) -> (StatusCode, serde_json::Value) {
    let asked = with_key("GET", path).body(Body::empty()).unwrap();
    answer(routes(mocks), asked).await
}

#[tokio::test]
async fn a_page_of_repositories_ends_with_the_id_of_its_last_entry() {
    let mut mocks = Mocks::new();
    let ids: Vec<RepositoryId> = (1..=3)
        .map(|n| RepositoryId::from_uuid(Uuid::from_u128(n)))
        .collect();
    let stored: Vec<_> = ids.iter().map(|id| tracked(*id)).collect();
    let after = ids[0];
    mocks
        .listings
        .expect_repositories()
        .withf(move |from, limit| *from == Some(after) && *limit == 3)
        .return_once(|_, _| Ok(stored));
    let path = format!("/api/v1/repositories?limit=2&after={after}");
    let (status, shown) = get(mocks, &path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(shown["repositories"].as_array().unwrap().len(), 2);
    assert_eq!(shown["next"], value!(ids[1].to_string()));
}

#[tokio::test]
async fn the_last_page_has_no_next_one() {
    let mut mocks = Mocks::new();
    let id = InstallationId::from_uuid(Uuid::from_u128(7));
    mocks
        .listings
        .expect_installations()
        .returning(move |_, _| Ok(vec![installation(id)]));
    let (_, shown) = get(mocks, "/api/v1/installations?limit=1").await;
    assert_eq!(shown["installations"][0]["id"], value!(id.to_string()));
    assert_eq!(shown.get("next"), None);
}

#[tokio::test]
async fn references_are_shown_by_repository_and_issue() {
    let mut mocks = Mocks::new();
    let repository = RepositoryId::from_uuid(Uuid::from_u128(9));
    let sha = "a".repeat(40);
    let one = Reference {
        repository,
        effect: IssueEffect {
            short_id: "ROCKET-1A".to_owned(),
            action: Action::Resolve,
            commit: sha.parse().unwrap(),
        },
        done_at: "2026-11-24T10:00:00Z".parse().unwrap(),
    };
    let wanted = ReferencesOf {
        repository: Some(repository),
        short_id: Some("ROCKET-1A".to_owned()),
    };
    mocks
        .listings
        .expect_references()
        .withf(move |of, page| *of == wanted && page.after.is_none() && page.limit == 50)
        .returning(move |_, _| {
            Ok(Listed {
                entries: vec![one.clone()],
                next: Some(Position::new(41)),
            })
        });
    let path = format!("/api/v1/references?repository={repository}&issue=ROCKET-1A");
    let shown = get(mocks, &path).await;
    let reference = value!({
        "repository": repository.to_string(), "commit": sha, "issue": "ROCKET-1A",
        "action": "resolve", "done_at": "2026-11-24T10:00:00Z"
    });
    assert_eq!(
        shown,
        (
            StatusCode::OK,
            value!({ "references": [reference], "next": "41" })
        )
    );
}

#[tokio::test]
async fn a_cursor_that_no_page_gave_is_refused() {
    for path in ["deliveries", "repositories", "installations", "references"] {
        let path = format!("/api/v1/{path}?after=x'%20OR%201=1");
        let asked = with_key("GET", &path).body(Body::empty()).unwrap();
        let refused = refusal(routes(Mocks::new()), asked).await;
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (StatusCode::BAD_REQUEST, "invalid_query"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_job_is_shown_by_its_id_or_not_at_all() {
    let mut mocks = Mocks::new();
    mocks.listings.expect_job().returning(|_| Ok(None));
    let routes = routes(mocks);
    for id in ["0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11", "x"] {
        let asked = with_key("GET", &format!("/api/v1/jobs/{id}"))
            .body(Body::empty())
            .unwrap();
        let refused = refusal(routes.clone(), asked).await;
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (StatusCode::NOT_FOUND, "not_found"),
            "{id}"
        );
    }
}
