//! Error answers in Bitbucket's JSON forms.

use serde_json::{Value, json};

use crate::wire::answer::Answer;

/// Only a message.
pub(crate) fn simple(status: u16, message: &str) -> Answer {
    let body = json!({"type": "error", "error": {"message": message}});
    Answer::json(status, &body)
}

/// 400 with one field and what is wrong with it.
pub(crate) fn field(name: &str, message: &str) -> Answer {
    let body = json!({
        "type": "error",
        "error": {"message": format!("{name}: {message}"), "fields": {name: [message]}},
    });
    Answer::json(400, &body)
}

/// 401: no credential, or a wrong one.
pub(crate) fn unauthorized(reason: &str) -> Answer {
    simple(
        401,
        &format!("Token is invalid, expired, or not supported for this endpoint. ({reason})"),
    )
}

/// 403: the credential lacks scopes.
pub(crate) fn missing_scope(required: &[String], granted: &[String]) -> Answer {
    let body = json!({
        "type": "error",
        "error": {
            "message": "Your credentials lack one or more required privilege scopes.",
            "detail": {"required": required, "granted": granted},
        },
    });
    Answer::json(403, &body)
}

/// 404 for a repository that is not there or that the caller may not see: Bitbucket does not say which.
pub(crate) fn no_repository() -> Answer {
    simple(
        404,
        "You may not have access to this repository or it no longer exists in this workspace. \
         If you think this repository exists and you have access, make sure you are authenticated.",
    )
}

/// 404 for a workspace that is not there or that the caller may not see.
pub(crate) fn no_workspace(slug: &str) -> Answer {
    simple(404, &format!("No workspace with identifier '{slug}'."))
}

/// 404 for revisions that lead to no commit.
pub(crate) fn no_commit(revision: &str) -> Answer {
    let data = json!({"shas": [revision]});
    let body = json!({
        "type": "error",
        "error": {"message": "Commit not found", "data": data},
        "data": data,
    });
    Answer::json(404, &body)
}

/// 410 for what Bitbucket removed; the announcement stands in the error and again beside it.
pub(crate) fn removed(change: &str) -> Answer {
    let data: Value = json!({
        "announcement_url": format!("https://developer.atlassian.com/cloud/bitbucket/changelog/#{change}"),
    });
    let body = json!({
        "type": "error",
        "error": {
            "message": format!("{change} - Functionality has been deprecated"),
            "detail": "This functionality has been removed from Bitbucket Cloud.",
            "data": data,
        },
        "data": data,
    });
    Answer::json(410, &body)
}
