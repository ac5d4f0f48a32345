//! Pull requests, their comments and tasks as JSON.

use serde_json::{Value, json};

use super::shape;
use crate::{
    wire::call::Call,
    world::{Comment, PullRequest, Repository, Task, Verdict},
};

/// Digits of the hashes in a pull request.
const SHORT: usize = 12;

/// `pullrequest` as a list has it: without reviewers and participants.
pub(super) fn in_list(call: &Call<'_>, own: &Repository, one: &PullRequest) -> Value {
    let root = root(call, own, one);
    let site = format!(
        "{}/{}/pull-requests/{}",
        shape::SITE,
        own.full_name(),
        one.id
    );
    let (source, destination) = one.heads(own);
    let end = |repository: Option<Value>, branch: &str, commit: &str| json!({"repository": repository, "branch": {"name": branch}, "commit": short(commit)});
    let here = shape::repository_brief(call.base, own);
    let from_here = one.source.repository.as_ref().map(|_| here.clone());
    json!({
        "type": "pullrequest",
        "id": one.id,
        "title": one.title,
        "description": one.description,
        "summary": text(&one.description),
        "state": one.state.as_str(),
        "draft": one.draft,
        "queued": false,
        "author": call.account(&one.author),
        "source": end(from_here, &one.source.branch, &source),
        "destination": end(Some(here), &one.destination.branch, &destination),
        "merge_commit": one.merge_commit.as_deref().map(short),
        "closed_by": one.closed_by.as_ref().map(|actor| call.account(actor)),
        "reason": one.reason,
        "close_source_branch": one.close_source_branch,
        "comment_count": one.comments.iter().filter(|comment| !comment.deleted).count(),
        "task_count": one.tasks.iter().filter(|task| !task.resolved).count(),
        "created_on": one.created_on,
        "updated_on": one.updated_on,
        "links": {
            "self": {"href": root},
            "html": {"href": site},
            "commits": {"href": format!("{root}/commits")},
            "diff": {"href": format!("{root}/diff")},
            "diffstat": {"href": format!("{root}/diffstat")},
            "comments": {"href": format!("{root}/comments")},
        },
    })
}

/// `pullrequest` with everything.
pub(super) fn whole(call: &Call<'_>, own: &Repository, one: &PullRequest) -> Value {
    let mut shape = in_list(call, own, one);
    let reviewers = one.reviewers.iter().map(|uuid| call.account(uuid));
    shape["reviewers"] = reviewers.collect();
    let participants = one
        .verdicts
        .iter()
        .map(|verdict| participant(call, one, verdict));
    shape["participants"] = participants.collect();
    shape
}

/// `participant`.
pub(super) fn participant(call: &Call<'_>, one: &PullRequest, verdict: &Verdict) -> Value {
    let role = match one.reviewers.contains(&verdict.user) {
        true => "REVIEWER",
        false => "PARTICIPANT",
    };
    json!({
        "type": "participant",
        "user": call.account(&verdict.user),
        "role": role,
        "approved": verdict.state == "approved",
        "state": verdict.state,
        "participated_on": verdict.at,
    })
}

/// `pullrequest_comment` or `issue_comment`; one that was deleted has lost its text. `root` is the address of what it stands on.
pub(super) fn comment(call: &Call<'_>, kind: &str, root: &str, one: &Comment) -> Value {
    let raw = match one.deleted {
        true => "",
        false => &one.raw,
    };
    let mut shape = json!({
        "type": kind,
        "id": one.id,
        "content": text(raw),
        "user": call.account(&one.author),
        "deleted": one.deleted,
        "pending": false,
        "created_on": one.created_on,
        "updated_on": one.updated_on,
        "links": {
            "self": {"href": format!("{root}/comments/{}", one.id)},
            "html": {"href": format!("{root}/_/diff#comment-{}", one.id).replace(call.base, shape::SITE)},
        },
    });
    if let Some(parent) = one.parent {
        shape["parent"] = json!({"id": parent});
    }
    if let Some(inline) = &one.inline {
        shape["inline"] = json!({"path": inline.path, "from": inline.from, "to": inline.to});
    }
    if one.resolved {
        shape["resolution"] = json!({"type": "comment_resolution"});
    }
    shape
}

/// `pullrequest_comment_task`.
pub(super) fn task(call: &Call<'_>, one: &Task) -> Value {
    let mut shape = json!({
        "id": one.id,
        "content": text(&one.raw),
        "creator": call.account(&one.creator),
        "state": if one.resolved { "RESOLVED" } else { "UNRESOLVED" },
        "pending": false,
        "created_on": one.created_on,
        "updated_on": one.updated_on,
    });
    if let Some(comment) = one.comment {
        shape["comment"] = json!({"id": comment});
    }
    shape
}

/// Where a pull request is.
pub(super) fn root(call: &Call<'_>, own: &Repository, one: &PullRequest) -> String {
    let (base, name) = (call.base, own.full_name());
    format!("{base}/2.0/repositories/{name}/pullrequests/{}", one.id)
}

fn short(commit: &str) -> Value {
    json!({"type": "commit", "hash": commit[..SHORT.min(commit.len())]})
}

fn text(raw: &str) -> Value {
    json!({"type": "rendered", "raw": raw, "markup": "markdown", "html": ""})
}
