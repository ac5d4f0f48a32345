//! What becomes of a pull request: approved, changes requested, merged, declined; and the log of all that.

use serde_json::{Value, json};

use super::{error, page, pull_request_merge, pull_request_shape as shaped};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{PullRequest, PullRequestState, Repository, Verdict},
};

const READ: Access = Access::Scopes(&["pullrequest"]);
const WRITE: Access = Access::Scopes(&["pullrequest:write"]);
const APPROVE: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/approve";
const REQUEST: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/request-changes";
const DECLINE: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/decline";
const MERGE: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/merge";
const MERGE_STATUS: &str =
    "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/merge/task-status/{task_id}";
const ACTIVITY: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/activity";
const ACTIVITY_OF_ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/activity";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ACTIVITY_OF_ALL, READ, activity_of_all),
    Route::new("GET", ACTIVITY, READ, activity),
    Route::new("POST", APPROVE, WRITE, |call| say(call, "approved")),
    Route::new("DELETE", APPROVE, WRITE, |call| take_back(call, "approved")),
    Route::new("POST", REQUEST, WRITE, |call| {
        say(call, "changes_requested")
    }),
    Route::new("DELETE", REQUEST, WRITE, |call| {
        take_back(call, "changes_requested")
    }),
    Route::new("POST", DECLINE, WRITE, decline),
    Route::new("POST", MERGE, WRITE, pull_request_merge::merge),
    Route::new("GET", MERGE_STATUS, READ, pull_request_merge::status),
];

fn say(call: &mut Call<'_>, state: &str) -> Handled {
    let verdict = Verdict {
        user: call.actor(),
        state: state.to_owned(),
        at: call.now,
    };
    let one = call.open_pull_request()?;
    if one
        .verdicts
        .iter()
        .any(|own| own.user == verdict.user && own.state == state)
    {
        return Err(error::simple(409, "You said so already."));
    }
    one.verdicts.retain(|own| own.user != verdict.user);
    one.verdicts.push(verdict.clone());
    let (_, one) = call.pull_request_here()?;
    Ok(Answer::ok(&shaped::participant(call, one, &verdict)))
}

fn take_back(call: &mut Call<'_>, state: &str) -> Handled {
    let actor = call.actor();
    let one = call.open_pull_request()?;
    let before = one.verdicts.len();
    one.verdicts
        .retain(|own| own.user != actor || own.state != state);
    match one.verdicts.len() == before {
        true => Err(error::simple(404, "You did not say so.")),
        false => Ok(Answer::empty(204)),
    }
}

fn decline(call: &mut Call<'_>) -> Handled {
    let (actor, now) = (call.actor(), call.now);
    let (own, one) = call.pull_request_here()?;
    let (source, destination) = one.heads(own);
    let one = call.open_pull_request()?;
    one.state = PullRequestState::Declined;
    one.closed_by = Some(actor);
    one.source.commit = source;
    one.destination.commit = destination;
    one.updated_on = now;
    let (own, one) = call.pull_request_here()?;
    Ok(Answer::ok(&shaped::whole(call, own, one)))
}

fn activity(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    page::numbered(
        call,
        page::PULL_REQUESTS,
        &log(call, own, one),
        Clone::clone,
    )
}

fn activity_of_all(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let entries = own.pull_requests.iter().flat_map(|one| log(call, own, one));
    let entries: Vec<Value> = entries.collect();
    page::numbered(call, page::PULL_REQUESTS, &entries, Clone::clone)
}

/// What happened to one, newest first within its kind: its state, then what was said, then that it was opened.
fn log(call: &Call<'_>, own: &Repository, one: &PullRequest) -> Vec<Value> {
    let subject = json!({"type": "pullrequest", "id": one.id, "title": one.title});
    let root = shaped::root(call, own, one);
    let mut entries = Vec::new();
    if one.state != PullRequestState::Open {
        let author = one.closed_by.as_ref().map(|actor| call.account(actor));
        let update = json!({"state": one.state.as_str(), "date": one.updated_on, "author": author});
        entries.push(json!({"pull_request": subject, "update": update}));
    }
    for comment in one.comments.iter().rev() {
        let comment = shaped::comment(call, "pullrequest_comment", &root, comment);
        entries.push(json!({"pull_request": subject, "comment": comment}));
    }
    for verdict in one.verdicts.iter().rev() {
        let said = json!({"date": verdict.at, "user": call.account(&verdict.user)});
        let name = match verdict.state.as_str() {
            "approved" => "approval",
            _ => "changes_requested",
        };
        entries.push(json!({"pull_request": subject, name: said}));
    }
    let author = call.account(&one.author);
    let opened = json!({"state": "OPEN", "date": one.created_on, "author": author});
    entries.push(json!({"pull_request": subject, "update": opened}));
    entries
}

impl Call<'_> {
    /// The pull request in the path; 400 unless it is open.
    pub(super) fn open_pull_request(&mut self) -> Result<&mut PullRequest, Answer> {
        let one = self.pull_request_mut()?;
        match one.state {
            PullRequestState::Open => Ok(one),
            _ => Err(error::simple(400, "This pull request is already closed.")),
        }
    }
}
