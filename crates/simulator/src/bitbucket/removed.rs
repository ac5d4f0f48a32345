//! Endpoints that Bitbucket removed: 410 with the change's number, whoever asks.

use super::error;
use crate::wire::{
    call::{Call, Handled},
    route::{Access, Route},
};

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/repositories", Access::Anyone, cross_workspace),
    Route::new("GET", "/2.0/workspaces", Access::Anyone, cross_workspace),
    Route::new(
        "GET",
        "/2.0/user/permissions/workspaces",
        Access::Anyone,
        cross_workspace,
    ),
    Route::new(
        "GET",
        "/2.0/user/permissions/repositories",
        Access::Anyone,
        cross_workspace,
    ),
    Route::new(
        "GET",
        "/2.0/pullrequests/{selected_user}",
        Access::Anyone,
        cross_workspace,
    ),
    Route::new("GET", "/2.0/snippets", Access::Anyone, cross_workspace),
    // What else the tracker had.
    Route::new(
        "GET",
        "/2.0/repositories/{workspace}/{repo_slug}/components",
        Access::Anyone,
        tracker,
    ),
    Route::new(
        "GET",
        "/2.0/repositories/{workspace}/{repo_slug}/milestones",
        Access::Anyone,
        tracker,
    ),
    Route::new(
        "GET",
        "/2.0/repositories/{workspace}/{repo_slug}/versions",
        Access::Anyone,
        tracker,
    ),
];

fn cross_workspace(_: &mut Call<'_>) -> Handled {
    Err(error::removed("CHANGE-2770"))
}

fn tracker(_: &mut Call<'_>) -> Handled {
    Err(error::removed("CHANGE-3071"))
}
