//! Who may deliver at all, where networks of senders are configured.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::answer::Refusal;
use super::state::App;
use crate::server::Remote;

/// The code of the refusal.
const CODE: &str = "sender_not_allowed";

/// Lets only requests from the configured networks pass. It comes before anything is looked up, so it tells nothing of hooks.
pub(super) async fn require(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(senders) = app.senders() else {
        return next.run(request).await;
    };
    let remote = request.extensions().get::<Remote>().copied();
    if remote.is_some_and(|Remote(from)| senders.allow(from.ip(), request.headers())) {
        return next.run(request).await;
    }
    tracing::warn!(sender = ?remote.map(|Remote(from)| from.ip()), "a delivery from a network that is not configured was refused");
    app.refused("", CODE);
    Refusal::new(
        StatusCode::FORBIDDEN,
        CODE,
        "deliveries are taken from the configured networks only",
    )
    .into_response()
}
