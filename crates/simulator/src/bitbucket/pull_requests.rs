//! Pull requests: listed, opened, read, changed.

use serde_json::{Map, Value};

use super::{error, hook_fields, page, pull_request_shape as shaped};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{PullRequest, PullRequestState, Repository},
};

const READ: Access = Access::Scopes(&["pullrequest"]);
const WRITE: Access = Access::Scopes(&["pullrequest:write"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}";
const OF_USER: &str = "/2.0/workspaces/{workspace}/pullrequests/{selected_user}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, READ, list),
    Route::new("POST", ALL, WRITE, create),
    Route::new("GET", ONE, READ, one),
    Route::new("PUT", ONE, WRITE, update),
    Route::new("GET", OF_USER, READ, of_user),
];

fn list(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    let states = states(call)?;
    let wanted = own
        .pull_requests
        .iter()
        .filter(|one| states.contains(&one.state.as_str().to_owned()));
    let shapes = wanted.map(|one| shaped::in_list(call, own, one));
    page::listed(call, page::PULL_REQUESTS, shapes.collect())
}

/// Every `state` of the query; open ones without.
fn states(call: &Call<'_>) -> Result<Vec<String>, Answer> {
    let pairs = call.asked.query_pairs().into_iter();
    let named = pairs.filter(|(name, _)| name == "state");
    let mut states: Vec<String> = named.map(|(_, state)| state.to_uppercase()).collect();
    if states.is_empty() {
        states.push("OPEN".to_owned());
    }
    let known = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"];
    match states.iter().all(|state| known.contains(&state.as_str())) {
        true => Ok(states),
        false => Err(error::field("state", "invalid state")),
    }
}

fn of_user(call: &mut Call<'_>) -> Handled {
    let home = call.home()?.slug.clone();
    let states = states(call)?;
    let wanted = call.param("selected_user");
    let world = &call.world.bitbucket;
    let mut users = world.users.iter();
    let user = users.find(|one| one.uuid == wanted || one.account_id == wanted);
    let user = user.ok_or_else(|| error::simple(404, &format!("No such user: {wanted}")))?;
    let mut shapes = Vec::new();
    for own in &world.repositories {
        if own.workspace != home || !call.may_see(own) {
            continue;
        }
        let theirs = own.pull_requests.iter().filter(|one| {
            one.author == user.uuid && states.contains(&one.state.as_str().to_owned())
        });
        shapes.extend(theirs.map(|one| shaped::in_list(call, own, one)));
    }
    page::listed(call, page::PULL_REQUESTS, shapes)
}

fn one(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    Ok(Answer::ok(&shaped::whole(call, own, one)))
}

fn create(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let own = &call.world.bitbucket.repositories[place];
    let fields = Fields(hook_fields::read(call)?);
    let title = fields.text("title").filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| error::field("title", "required key not provided"))?;
    let source = fields.branch("source");
    let source = source.ok_or_else(|| error::field("source", "branch.name is required"))?;
    let destination = fields.branch("destination").or(own.main_branch.clone());
    let destination = destination.unwrap_or_default();
    fields.must_be_here(own)?;
    let made = PullRequest::between(own, &call.actor(), title, (&source, &destination), call.now);
    let mut made = made.ok_or_else(|| error::field("source", "branch not found"))?;
    if made.source.commit == made.destination.commit {
        return Err(error::simple(400, "There are no changes to be pulled"));
    }
    fields.apply(&mut made);
    let id = made.id;
    call.world.bitbucket.repositories[place]
        .pull_requests
        .push(made);
    call.params.insert("id", id.to_string());
    let (own, made) = call.pull_request_here()?;
    let location = format!("{}{}/{id}", call.base, call.asked.path);
    let body = shaped::whole(call, own, made);
    Ok(Answer::json(201, &body).with_header("location", &location))
}

fn update(call: &mut Call<'_>) -> Handled {
    let (place, number) = call.pull_request()?;
    let fields = Fields(hook_fields::read(call)?);
    let own = &call.world.bitbucket.repositories[place];
    let mut changed = own.pull_requests[number].clone();
    if changed.state != PullRequestState::Open {
        return Err(error::simple(400, "This pull request is already closed."));
    }
    if let Some(branch) = fields.branch("destination") {
        let commit = own.branches.get(&branch);
        let commit = commit.ok_or_else(|| error::field("destination", "branch not found"))?;
        changed.destination.commit.clone_from(commit);
        changed.destination.branch = branch;
    }
    if let Some(title) = fields.text("title") {
        title.clone_into(&mut changed.title);
    }
    fields.apply(&mut changed);
    changed.updated_on = call.now;
    call.world.bitbucket.repositories[place].pull_requests[number] = changed;
    one(call)
}

/// The body of a request that writes a pull request.
struct Fields(Map<String, Value>);

impl Fields {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn branch(&self, end: &str) -> Option<String> {
        let name = self.0.get(end)?.get("branch")?.get("name")?;
        name.as_str().map(str::to_owned)
    }

    /// There are no forks here.
    fn must_be_here(&self, own: &Repository) -> Result<(), Answer> {
        let source = self.0.get("source").and_then(|end| end.get("repository"));
        let named = source.and_then(|repository| repository.get("full_name"));
        match named.and_then(Value::as_str) {
            Some(name) if name != own.full_name() => {
                Err(error::field("source", "repository not found"))
            }
            _ => Ok(()),
        }
    }

    /// What may be given when it is opened and changed later.
    fn apply(&self, one: &mut PullRequest) {
        if let Some(description) = self.text("description") {
            description.clone_into(&mut one.description);
        }
        if let Some(close) = self.0.get("close_source_branch").and_then(Value::as_bool) {
            one.close_source_branch = close;
        }
        if let Some(draft) = self.0.get("draft").and_then(Value::as_bool) {
            one.draft = draft;
        }
        if let Some(reviewers) = self.0.get("reviewers").and_then(Value::as_array) {
            let uuids = reviewers.iter().filter_map(|one| one.get("uuid")?.as_str());
            one.reviewers = uuids.map(str::to_owned).collect();
        }
    }
}

impl Call<'_> {
    /// The places of the repository and the pull request in the path.
    pub(super) fn pull_request(&self) -> Result<(usize, usize), Answer> {
        let place = self.repository()?;
        let id: Option<u64> = self.param("id").parse().ok();
        let mut all = self.world.bitbucket.repositories[place]
            .pull_requests
            .iter();
        let number = all.position(|one| Some(one.id) == id);
        number
            .map(|number| (place, number))
            .ok_or_else(|| error::simple(404, "Pull request not found"))
    }

    /// The same for reading.
    pub(super) fn pull_request_here(&self) -> Result<(&Repository, &PullRequest), Answer> {
        let (place, number) = self.pull_request()?;
        let own = &self.world.bitbucket.repositories[place];
        Ok((own, &own.pull_requests[number]))
    }

    /// The same for changing it.
    pub(super) fn pull_request_mut(&mut self) -> Result<&mut PullRequest, Answer> {
        let (place, number) = self.pull_request()?;
        Ok(&mut self.world.bitbucket.repositories[place].pull_requests[number])
    }
}
