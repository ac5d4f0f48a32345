//! What a pull request brings: its commits, and by redirect its diff, diffstat and patch.

use serde_json::Value;

use super::{diff, error, page, pull_request_shape as shaped, shape, statuses};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{CommitLinks, history},
};

const READ: Access = Access::Scopes(&["pullrequest"]);
const COMMITS: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/commits";
const DIFF: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/diff";
const DIFFSTAT: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/diffstat";
const PATCH: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/patch";
const CONFLICTS: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/conflicts";
const STATUSES: &str = "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}/statuses";
const OF_COMMIT: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/pullrequests";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", COMMITS, READ, commits),
    Route::new("GET", DIFF, READ, |call| redirect(call, "diff")),
    Route::new("GET", DIFFSTAT, READ, |call| redirect(call, "diffstat")),
    Route::new("GET", PATCH, READ, |call| redirect(call, "patch")),
    Route::new("GET", CONFLICTS, READ, conflicts),
    Route::new("GET", STATUSES, READ, statuses_of),
    Route::new("GET", OF_COMMIT, READ, of_commit),
];

const OF_COMMIT_PAGES: page::Cut = page::Cut {
    default: 30,
    max: 50,
};

fn commits(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    let shapes = one
        .commits(own)
        .into_iter()
        .map(|commit| shape::commit(call.base, &call.world.bitbucket, own, commit));
    page::listed(call, page::GENERAL, shapes.collect())
}

/// To the repository's own endpoint. The spec names the repository and has a carriage return between the ends; the query that
/// was asked comes along.
fn redirect(call: &mut Call<'_>, what: &str) -> Handled {
    let (own, one) = call.pull_request_here()?;
    let (source, destination) = one.heads(own);
    let name = own.full_name();
    let short = |sha: &str| sha[..12.min(sha.len())].to_owned();
    let mut pairs = call.asked.query_pairs();
    pairs.push(("from_pullrequest_id".to_owned(), one.id.to_string()));
    pairs.push(("topic".to_owned(), "true".to_owned()));
    let location = format!(
        "{}/2.0/repositories/{name}/{what}/{name}:{}%0D{}?{}",
        call.base,
        short(&source),
        short(&destination),
        page::query(&pairs),
    );
    Ok(Answer::empty(302).with_header("location", &location))
}

fn conflicts(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    let (source, destination) = one.heads(own);
    page::listed(
        call,
        page::GENERAL,
        diff::conflicts(own, &source, &destination),
    )
}

fn statuses_of(call: &mut Call<'_>) -> Handled {
    let (own, one) = call.pull_request_here()?;
    let commits = one.commits(own);
    let of_these = own
        .statuses
        .iter()
        .filter(|status| commits.iter().any(|commit| commit.sha == status.commit));
    let shapes = of_these.map(|status| statuses::shape(call, own, status));
    page::listed(call, page::GENERAL, shapes.collect())
}

/// 404 until the app that links commits is enabled in the repository, 202 while it indexes.
fn of_commit(call: &mut Call<'_>) -> Handled {
    let own = call.repository_here()?;
    match own.commit_links {
        CommitLinks::Off => {
            return Err(error::simple(
                404,
                "Pull Request Commit Links app is not enabled for this repository",
            ));
        }
        CommitLinks::Indexing => return Ok(Answer::empty(202)),
        CommitLinks::On => {}
    }
    let revision = call.param("commit");
    let sha = history::resolve(own, revision).ok_or_else(|| error::no_commit(revision))?;
    let bring = own.pull_requests.iter().filter(|one| {
        let merged = one.merge_commit.as_ref() == Some(&sha);
        merged || one.commits(own).iter().any(|commit| commit.sha == sha)
    });
    let shapes: Vec<Value> = bring.map(|one| shaped::in_list(call, own, one)).collect();
    page::numbered(call, OF_COMMIT_PAGES, &shapes, Clone::clone)
}
