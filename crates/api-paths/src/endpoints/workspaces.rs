//! Workspaces.

use core::iter;

use crate::endpoint::Part;
use crate::{Endpoint, Operation, Workspace};

static ONE: Operation = Operation::get("getAWorkspace", "/2.0/workspaces/{workspace}");

/// `GET /2.0/workspaces/{workspace}`: one workspace.
#[must_use]
pub fn one(workspace: &Workspace) -> Endpoint {
    Endpoint::spell(&ONE, iter::once(Part::Text(workspace.as_str())))
}
