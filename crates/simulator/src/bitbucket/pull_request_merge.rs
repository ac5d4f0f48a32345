//! Merging a pull request: a commit is made, the destination moves.

use serde_json::json;

use super::{diff, error, pull_request_shape as shaped};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
    },
    world::{Commit, FileChange, PullRequestState, Repository, content, history, sha},
};

/// Merges at once; with `async=true` it only says where to look.
pub(super) fn merge(call: &mut Call<'_>) -> Handled {
    call.open_pull_request()?;
    let body = call.asked.json().unwrap_or_default();
    let (own, one) = call.pull_request_here()?;
    let (source, destination) = one.heads(own);
    if !diff::conflicts(own, &source, &destination).is_empty() {
        return Err(error::simple(409, "There are conflicts."));
    }
    let text = body["message"].as_str().map_or_else(
        || {
            let branch = &one.source.branch;
            let (id, title) = (one.id, &one.title);
            format!("Merged in {branch} (pull request #{id})\n\n{title}\n")
        },
        str::to_owned,
    );
    let strategy = body["merge_strategy"].as_str().unwrap_or("merge_commit");
    let made = Merging {
        call,
        own,
        source: &source,
        destination: &destination,
    };
    let made = made.commit(strategy, text)?;
    let closes = body["close_source_branch"].as_bool();
    let closes = closes.unwrap_or(one.close_source_branch);
    finish(call, made, closes, (source, destination))?;
    let (own, one) = call.pull_request_here()?;
    if call.asked.query_value("async").as_deref() == Some("true") {
        let location = format!(
            "{}/merge/task-status/{}",
            shaped::root(call, own, one),
            one.id
        );
        return Ok(Answer::empty(202).with_header("location", &location));
    }
    Ok(Answer::ok(&shaped::whole(call, own, one)))
}

/// How the merge that was asked for stands; its task has the pull request's number.
pub(super) fn status(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    let known = call.param("task_id") == one.id.to_string();
    if !known || one.state != PullRequestState::Merged {
        return Err(error::simple(404, "No such task"));
    }
    let root = shaped::root(call, own, one);
    Ok(Answer::ok(&json!({
        "task_status": "SUCCESS",
        "links": {"self": {"href": format!("{root}/merge/task-status/{}", one.id)}},
        "merge_result": shaped::whole(call, own, one),
    })))
}

struct Merging<'a> {
    call: &'a Call<'a>,
    own: &'a Repository,
    source: &'a String,
    destination: &'a String,
}

/// What a merge leads to: a new commit, or one that is there.
enum Made {
    New(Commit),
    Known(String),
}

impl Merging<'_> {
    fn commit(&self, strategy: &str, message: String) -> Result<Made, Answer> {
        let (source, destination) = (self.source, self.destination);
        let parents = match strategy {
            "merge_commit" => vec![destination.clone(), source.clone()],
            "squash" => vec![destination.clone()],
            "fast_forward" if history::contains(self.own, source, destination) => {
                return Ok(Made::Known(source.clone()));
            }
            "fast_forward" => return Err(error::simple(400, "Fast forward is not possible.")),
            _ => return Err(error::field("merge_strategy", "invalid strategy")),
        };
        let actor = self.call.account(&self.call.actor());
        let name = actor["display_name"].as_str().unwrap_or_default();
        let mail = self.call.person().and_then(|user| user.emails.first());
        let mail = mail.map_or_else(String::new, |mail| format!(" <{mail}>"));
        Ok(Made::New(Commit {
            sha: sha(&format!(
                "merge of {source} into {destination} by {strategy}"
            )),
            message,
            author: format!("{name}{mail}"),
            date: self.call.now.to_string().replace('Z', "+00:00"),
            parents,
            files: self.files(),
        }))
    }

    /// What the source side changed, with its content.
    fn files(&self) -> Vec<FileChange> {
        let base = history::merge_base(self.own, self.source, self.destination);
        let base = base.as_ref().unwrap_or(self.destination);
        let differences = content::between(self.own, base, self.source);
        let changes = differences.into_iter().map(|one| FileChange {
            content: one.new,
            ..one.change
        });
        changes.collect()
    }
}

fn finish(
    call: &mut Call<'_>,
    made: Made,
    closes: bool,
    (source, destination): (String, String),
) -> Result<(), Answer> {
    let (actor, now) = (call.actor(), call.now);
    let (place, number) = call.pull_request()?;
    let own = &mut call.world.bitbucket.repositories[place];
    let sha = match made {
        Made::New(commit) => {
            let sha = commit.sha.clone();
            own.commits.push(commit);
            sha
        }
        Made::Known(sha) => sha,
    };
    let one = &mut own.pull_requests[number];
    one.state = PullRequestState::Merged;
    one.merge_commit = Some(sha.clone());
    one.closed_by = Some(actor);
    one.updated_on = now;
    (one.source.commit, one.destination.commit) = (source, destination);
    own.branches.insert(one.destination.branch.clone(), sha);
    if closes {
        own.branches.remove(&one.source.branch);
    }
    Ok(())
}
