//! The workspace, the first level of every address.

use crate::WorkspaceUuid;
use crate::identifiers::{checks, text_identifier};

text_identifier!(
    /// A workspace, by slug (`acme`) or by UUID in braces (`{7c1a…}`), as the REST introduction allows for `{workspace}`.
    ///
    /// A slug is 1 to 1024 of `A-Z a-z 0-9 - _ .` and neither `.` nor `..`; its case is kept. A UUID is kept in lower case.
    Workspace,
    "workspace",
    checks::slug_or_uuid
);

impl Workspace {
    /// Whether this is the UUID, which survives a renaming of the workspace.
    #[must_use]
    pub fn is_uuid(&self) -> bool {
        self.as_str().starts_with('{')
    }
}

impl From<WorkspaceUuid> for Workspace {
    fn from(uuid: WorkspaceUuid) -> Self {
        Self(uuid.into())
    }
}
