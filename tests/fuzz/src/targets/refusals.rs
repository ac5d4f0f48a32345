//! The body of a refusal: whatever it is, the error is bounded, says the status, and shows no credential that the peer echoes.
//!
//! The first byte chooses the status, the rest is the body; the credential is put somewhere into it.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::{ApiErrorCause, Call};
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::input::somewhere;
use crate::peer::{Heard, TOKEN, at_once, client};

const STATUSES: [u16; 16] = [
    300, 304, 400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 502, 503, 504, 555,
];
/// The longest text of the peer's that an error keeps, in bytes.
const MOST: usize = 512;

pub(crate) fn check(data: &[u8]) {
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    holds(status, body.to_vec());
    let mut echoing = body.to_vec();
    let at = somewhere(data, body.len() + 1);
    echoing.splice(at..at, TOKEN.bytes());
    holds(status, echoing);
}

fn holds(status: u16, body: Vec<u8>) {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    let client = client(answer, &Arc::<Heard>::default());
    let call = Call::new("GET", "/2.0/{x}", "/2.0/x");
    let error = at_once(client.execute(&call)).unwrap_err();

    assert_eq!((error.status(), error.attempts()), (Some(status), 1));
    assert!(error.excerpt().is_none() || error.peer_message().is_none());
    let kept = [error.excerpt(), error.peer_message()];
    for text in kept.into_iter().flatten() {
        assert!(text.len() <= MOST, "{} bytes are kept", text.len());
    }
    if let Some(peer) = &error.evidence().peer {
        let texts = peer.fields.values().flatten().chain(&peer.detail);
        assert!(
            texts
                .chain(&peer.announcement_url)
                .all(|text| text.len() <= MOST)
        );
        assert!(peer.fields.len() <= 32);
    }
    if let ApiErrorCause::Removed(removal) = error.cause() {
        assert_eq!(status, 410);
        assert!(removal.change.starts_with("CHANGE-"));
    }
    assert!(error.retry_after() <= Some(Duration::from_secs(24 * 3_600)));
    let shown = format!("{error} {error:?} {:?}", error.cause());
    assert!(!shown.contains(TOKEN), "{shown}");
}
