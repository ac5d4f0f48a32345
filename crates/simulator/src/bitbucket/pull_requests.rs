//! Pull requests: there are none yet, but who may ask for them is checked.

use super::error;
use crate::wire::{
    call::{Call, Handled},
    route::{Access, Route},
};

const READ: Access = Access::Scopes(&["pullrequest"]);

pub(super) const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/2.0/repositories/{workspace}/{repo_slug}/pullrequests/{id}",
    READ,
    one,
)];

fn one(call: &mut Call<'_>) -> Handled {
    call.repository()?;
    Err(error::simple(404, "Pull request not found"))
}
