//! A peer in trouble, seen by the client over HTTP.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_api_paths::StatusKey;
use bitbucket_http_client::{
    AccessToken, ApiError, ApiErrorCause, CommitRange, CommitStatuses as _, Commits as _,
    Hooks as _, HyperTransport, NewCommitStatus, NewHook, PageError, Repositories as _,
    StatusState, TransportError, commits_with_changes,
};
use bitbucket_simulator::{Effect, Fault, FaultBody, Half, acme, sha as hash};
use secrecy::SecretString;

use super::peer::{Peer, revision, rocket, sha};

fn hook() -> NewHook {
    NewHook {
        description: String::new(),
        url: "https://hooks.acme.example/x".to_owned(),
        active: true,
        events: vec!["repo:push".to_owned()],
        secret: SecretString::from("s3cret"),
    }
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for status in [500, 502, 503, 504, 555] {
        let peer = Peer::start().await;
        peer.fail(Fault::status(Half::Bitbucket, status).html().times(2));
        let repository = peer.client().repository(&rocket()).await;
        assert_eq!(repository.unwrap().name, "Rocket", "{status}");
        assert_eq!((peer.waits().len(), peer.asked().len()), (2, 3), "{status}");
    }
}

#[tokio::test]
async fn what_stays_is_given_up_with_what_was_seen() {
    let peer = Peer::start().await;
    peer.fail(Fault::status(Half::Bitbucket, 503).html());
    let error = peer.client().repository(&rocket()).await.unwrap_err();
    assert_eq!(
        *error.cause(),
        ApiErrorCause::Unavailable { retry_after: None }
    );
    assert!(error.is_retryable());
    assert_eq!(error.attempts() as usize, peer.asked().len());
    assert!(error.attempts() > 1);
    let excerpt = error.excerpt().unwrap();
    assert!(excerpt.contains("503"), "{excerpt}");
}

#[tokio::test]
async fn bodies_of_refusals_may_be_anything() {
    for body in [
        FaultBody::Html,
        FaultBody::Empty,
        FaultBody::Text("{\"error\":".to_owned()),
    ] {
        let peer = Peer::start().await;
        let effect = Effect::Status {
            status: 403,
            body,
            retry_after: None,
        };
        peer.fail(Fault::on(Half::Bitbucket, effect));
        let error = peer.client().repository(&rocket()).await.unwrap_err();
        assert_eq!(
            (error.cause(), error.attempts()),
            (&ApiErrorCause::Forbidden, 1)
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_only_where_that_is_harmless() {
    let peer = Peer::start().await;
    let client = peer.client();
    peer.fail(Fault::on(Half::Bitbucket, Effect::CloseAfter).once());
    let error = client.create_hook(&rocket(), &hook()).await.unwrap_err();
    assert_eq!(
        *error.cause(),
        ApiErrorCause::Transport(TransportError::ClosedBeforeAnswer)
    );
    let made = client.hooks(&rocket()).await.unwrap();
    assert_eq!(made.len(), 1, "it was made although its answer was lost");
    peer.fail(Fault::on(Half::Bitbucket, Effect::CloseAfter).once());
    client.delete_hook(&rocket(), &made[0].uuid).await.unwrap();
    assert_eq!(client.hooks(&rocket()).await, Ok(Vec::new()));
    peer.fail(Fault::on(Half::Bitbucket, Effect::CloseAfter).once());
    let status = NewCommitStatus {
        key: StatusKey::parse("ci").unwrap(),
        state: StatusState::Failed,
        name: "CI".to_owned(),
        url: "https://ci.acme.example".to_owned(),
        description: String::new(),
        refname: None,
    };
    client
        .report_status(&rocket(), &sha("r3"), &status)
        .await
        .unwrap();
    assert_eq!(
        client
            .statuses(&rocket(), &sha("r3"), 9)
            .await
            .unwrap()
            .values
            .len(),
        1
    );
}

#[tokio::test]
async fn half_an_answer_and_no_answer_are_asked_for_again() {
    for effect in [Effect::Truncate, Effect::Close] {
        let peer = Peer::start().await;
        peer.fail(Fault::on(Half::Bitbucket, effect.clone()).once());
        let repository = peer.client().repository(&rocket()).await;
        assert_eq!(repository.unwrap().name, "Rocket", "{effect:?}");
    }
}

#[tokio::test]
async fn garbage_is_no_answer_and_not_asked_for_again() {
    let peer = Peer::start().await;
    peer.fail(Fault::on(Half::Bitbucket, Effect::Garbage).once());
    let error = peer.client().repository(&rocket()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), ("unreadable_answer", 1));
    peer.fail(Fault::on(Half::Bitbucket, Effect::NotHttp));
    let error = peer.client().repository(&rocket()).await.unwrap_err();
    assert!(
        matches!(error.cause(), ApiErrorCause::Transport(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_peer_that_hangs_or_dawdles_is_left_in_time() {
    for effect in [
        Effect::Hang,
        Effect::Delay {
            milliseconds: 60_000,
        },
    ] {
        let peer = Peer::start().await;
        peer.fail(Fault::on(Half::Bitbucket, effect));
        let limit = Duration::from_millis(200);
        let transport = HyperTransport::builder().timeout(limit).build().unwrap();
        let auth = Arc::new(AccessToken::new(&acme::ACCESS_TOKEN.into()));
        let error = peer
            .client_over(transport, auth)
            .repository(&rocket())
            .await
            .unwrap_err();
        assert_eq!(
            *error.cause(),
            ApiErrorCause::Transport(TransportError::TimedOut { limit })
        );
    }
}

#[tokio::test]
async fn a_next_link_to_another_host_is_not_followed() {
    let peer = Peer::start().await;
    let origin = "http://127.0.0.1:1".to_owned();
    peer.fail(Fault::on(Half::Bitbucket, Effect::ForeignNext { origin }));
    let range = CommitRange::between(None, revision("main"), 100);
    let error = peer.client().commits(&rocket(), &range).await.unwrap_err();
    assert!(
        matches!(error.cause(), ApiErrorCause::Page(PageError::Foreign(_))),
        "{error:?}"
    );
    assert_eq!(peer.asked().len(), 1);
}

#[tokio::test]
async fn one_commit_whose_files_cannot_be_told_spoils_no_other() {
    let peer = Peer::start().await;
    let place = format!("/2.0/repositories/acme/rocket/diffstat/{}", hash("r2"));
    peer.fail(Fault::status(Half::Bitbucket, 400).at(place));
    let range = CommitRange::between(None, revision("main"), 100);
    let told = commits_with_changes(&peer.client(), &rocket(), &range, 3)
        .await
        .unwrap();
    let outcomes: Vec<_> = told
        .commits
        .iter()
        .map(|one| one.changes.as_ref().map(Vec::len).map_err(ApiError::code))
        .collect();
    assert_eq!(outcomes, [Ok(1), Err("rejected"), Ok(1)]);
}

#[tokio::test]
async fn a_page_that_fails_in_the_middle_is_asked_for_again_and_nothing_is_lost() {
    let peer = Peer::start().await;
    peer.change(|world| world.bitbucket.page_cap = Some(1));
    let client = peer.client();
    let range = CommitRange::between(None, revision("main"), 100);
    // The first page comes at once, the second only at the third attempt.
    let mut fault = Fault::status(Half::Bitbucket, 502).times(2);
    fault.path_prefix = "/2.0/repositories/acme/rocket/commits".to_owned();
    peer.fail(fault);
    let listing = client.commits(&rocket(), &range).await.unwrap();
    let hashes: Vec<_> = listing
        .commits
        .into_iter()
        .map(|commit| commit.sha)
        .collect();
    assert_eq!(hashes, [sha("r3"), sha("r2"), sha("r1")]);
    assert_eq!(peer.asked().len(), 5);
}
