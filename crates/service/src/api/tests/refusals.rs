//! The status of every error, variant by variant.

use bitbucket_http_client::{ApiError, ApiErrorCause, Evidence};
use bitbucket_integration_provider::ports::{ConnectorError, StoreError};
use bitbucket_integration_provider::{
    AddRepositoryError, ConnectWorkspaceError, OpenReleaseError, RefusedDelivery,
};

use super::StatusCode;
use crate::api::Refusal;
use crate::testing::store_away;

fn status(refusal: impl Into<Refusal>) -> (u16, &'static str) {
    let refusal = refusal.into();
    (refusal.status().as_u16(), refusal.code())
}

fn bitbucket(cause: ApiErrorCause, status: Option<u16>) -> ApiError {
    let mut evidence = Evidence::new("GET", "/2.0/workspaces/{workspace}");
    evidence.status = status;
    ApiError::new(cause, evidence)
}

#[test]
fn deliveries() {
    assert_eq!(status(&RefusedDelivery::UnknownHook), (404, "unknown_hook"));
    assert_eq!(status(&RefusedDelivery::Disabled), (404, "unknown_hook"));
    assert_eq!(status(&RefusedDelivery::Unsigned), (401, "unsigned"));
    assert_eq!(
        status(&RefusedDelivery::BadSignature { reason: "mismatch" }),
        (401, "bad_signature")
    );
    assert_eq!(
        status(&RefusedDelivery::Malformed {
            what: "no event key".to_owned()
        }),
        (400, "malformed")
    );
    assert_eq!(
        status(&RefusedDelivery::Store(store_away())),
        (503, "store_unavailable")
    );
    assert_eq!(
        Refusal::from(&RefusedDelivery::Disabled),
        Refusal::from(&RefusedDelivery::UnknownHook)
    );
}

#[test]
fn connecting_a_workspace() {
    let of_bitbucket = |cause, status| ConnectWorkspaceError::Bitbucket {
        workspace: "acme".parse().unwrap(),
        error: bitbucket(cause, status),
    };
    assert_eq!(
        status(&ConnectWorkspaceError::NoTracker),
        (400, "no_tracker")
    );
    assert_eq!(
        status(&ConnectWorkspaceError::WhichTracker { known: Vec::new() }),
        (400, "which_tracker")
    );
    let unknown = ConnectWorkspaceError::UnknownTracker {
        name: "x".parse().unwrap(),
        known: Vec::new(),
    };
    assert_eq!(status(&unknown), (400, "unknown_tracker"));
    let unusable = ConnectWorkspaceError::Credential(ConnectorError {
        reason: "empty".to_owned(),
    });
    assert_eq!(status(&unusable), (400, "credential_unusable"));
    assert_eq!(
        status(&of_bitbucket(ApiErrorCause::Unauthorized, Some(401))),
        (400, "unauthorized")
    );
    assert_eq!(
        status(&of_bitbucket(ApiErrorCause::Forbidden, Some(403))),
        (400, "forbidden")
    );
    assert_eq!(
        status(&of_bitbucket(ApiErrorCause::NotFound, Some(404))),
        (400, "not_found")
    );
    assert_eq!(
        status(&of_bitbucket(
            ApiErrorCause::RateLimited { retry_after: None },
            Some(429)
        )),
        (502, "rate_limited")
    );
    assert_eq!(
        status(&of_bitbucket(
            ApiErrorCause::Unavailable { retry_after: None },
            Some(503)
        )),
        (502, "unavailable")
    );
    assert_eq!(
        status(&ConnectWorkspaceError::Store(store_away())),
        (503, "store_unavailable")
    );
}

#[test]
fn adding_a_repository() {
    let repository = || "acme/rocket".parse().unwrap();
    let not_connected = AddRepositoryError::NotConnected {
        workspace: "acme".to_owned(),
    };
    assert_eq!(status(&not_connected), (404, "workspace_not_connected"));
    assert_eq!(
        status(&AddRepositoryError::Credential(None)),
        (400, "credential_unusable")
    );
    let hidden = AddRepositoryError::Bitbucket {
        repository: repository(),
        error: bitbucket(ApiErrorCause::NotFound, Some(404)),
    };
    assert_eq!(status(&hidden), (400, "not_found"));
    let no_right = AddRepositoryError::Hook {
        repository: repository(),
        error: bitbucket(ApiErrorCause::Forbidden, Some(403)),
    };
    assert_eq!(status(&no_right), (400, "forbidden"));
    let down = AddRepositoryError::Hook {
        repository: repository(),
        error: bitbucket(ApiErrorCause::Unavailable { retry_after: None }, Some(500)),
    };
    assert_eq!(status(&down), (502, "unavailable"));
    assert_eq!(
        status(&AddRepositoryError::Store(store_away())),
        (503, "store_unavailable")
    );
}

#[test]
fn opening_a_release() {
    let sha = || "0123456789abcdef0123456789abcdef01234567".parse().unwrap();
    assert_eq!(
        status(&OpenReleaseError::Version { reason: "is empty" }),
        (400, "invalid_version")
    );
    assert_eq!(
        status(&OpenReleaseError::UnknownRepository {
            name: "a/b".parse().unwrap()
        }),
        (404, "unknown_repository")
    );
    assert_eq!(
        status(&OpenReleaseError::AbbreviatedCommit {
            repository: "a/b".parse().unwrap(),
            sha: sha()
        }),
        (400, "abbreviated_commit")
    );
    assert_eq!(status(&OpenReleaseError::NoProject), (400, "no_project"));
    let differs = OpenReleaseError::Differs {
        version: "v".to_owned(),
        commit: sha(),
    };
    assert_eq!(status(&differs), (409, "release_differs"));
    assert_eq!(
        status(&OpenReleaseError::Store(store_away())),
        (503, "store_unavailable")
    );
}

#[test]
fn the_store() {
    let unreadable = StoreError::Unreadable {
        what: "a row".to_owned(),
    };
    for (error, code) in [
        (store_away(), "store_unavailable"),
        (unreadable, "store_unreadable"),
        (StoreError::LeaseLost, "lease_lost"),
    ] {
        assert_eq!(
            status(&error),
            (StatusCode::SERVICE_UNAVAILABLE.as_u16(), code)
        );
    }
}
