//! Keys that clients choose for what they attach to a commit.

use crate::identifiers::{checks, text_identifier};

text_identifier!(
    /// The `key` of a build status, unique per commit: the same key overwrites.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    StatusKey,
    "status_key",
    checks::token
);

text_identifier!(
    /// A Code Insights report: the external id that its creator chose, or its UUID in braces.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    ReportId,
    "report_id",
    checks::token
);

text_identifier!(
    /// An annotation of a Code Insights report: the external id that its creator chose, or its UUID in braces.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    AnnotationId,
    "annotation_id",
    checks::token
);
