//! Code search, deprecated from 2026-11-01 without a successor.

use crate::operation::operations;
use crate::{Access, Endpoint, Lifecycle, Paging, Workspace};

operations! {
    CODE = get("searchWorkspace", "/2.0/workspaces/{workspace}/search/code")
        .needs(Access::REPOSITORY).paged(Paging::USUAL)
        .fate(Lifecycle::CODE_SEARCH)
        .takes(&["search_query"]);
}

/// `GET /2.0/workspaces/{workspace}/search/code`:
/// files of a workspace by content or path, in pages; `search_query` is needed. 404 when search is off.
#[must_use]
pub fn code(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&CODE, &[workspace.into()])
}
