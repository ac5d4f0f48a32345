//! Keys and ids that are opaque texts: chosen by clients, or given by Bitbucket without a form.

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

text_identifier!(
    /// A merge that runs in the background, as its 202 answer names it.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    MergeTaskId,
    "merge_task_id",
    checks::token
);

text_identifier!(
    /// The key of a Connect app, as its descriptor gives it.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    AppKey,
    "app_key",
    checks::token
);

text_identifier!(
    /// The key of a Connect app's linker, as the descriptor gives it.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    LinkerKey,
    "linker_key",
    checks::token
);

text_identifier!(
    /// A value of a Connect app's linker.
    ///
    /// Any printable text of 1 to 1024 bytes but `.` and `..`.
    LinkerValueId,
    "linker_value_id",
    checks::token
);
