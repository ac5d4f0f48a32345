//! Code Insights: what a report says about single places.

use bitbucket_api_paths::{AnnotationId, FilePath};
use serde::{Deserialize, Serialize};

use super::open_enum::open_enum;
use super::{Fields, lenient};

open_enum! {
    /// What was found at a place.
    AnnotationKind {
        /// A weakness that others could use.
        Vulnerability = "VULNERABILITY",
        /// Code that is hard to keep.
        CodeSmell = "CODE_SMELL",
        /// A mistake.
        Bug = "BUG",
    }
}

open_enum! {
    /// How much it matters.
    AnnotationSeverity {
        /// At once.
        Critical = "CRITICAL",
        /// Much.
        High = "HIGH",
        /// Some.
        Medium = "MEDIUM",
        /// Little.
        Low = "LOW",
    }
}

open_enum! {
    /// What became of the check at this place.
    AnnotationResult {
        /// It passed.
        Passed = "PASSED",
        /// It failed.
        Failed = "FAILED",
        /// It was left out.
        Skipped = "SKIPPED",
        /// Its outcome is not to count.
        Ignored = "IGNORED",
    }
}

/// An annotation to create, or to put in place of the one with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAnnotation {
    /// The id within its report, chosen by whoever makes it.
    #[serde(rename = "external_id", serialize_with = "as_text")]
    pub id: AnnotationId,
    /// What was found.
    #[serde(rename = "annotation_type")]
    pub kind: AnnotationKind,
    /// One line about it; at most 450 characters.
    pub summary: String,
    /// More about it; at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// The file, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    pub path: Option<FilePath>,
    /// The line in that file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// How much it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<AnnotationSeverity>,
    /// What became of the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<AnnotationResult>,
    /// Where more is said about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl NewAnnotation {
    /// An annotation that says no more than what it must.
    #[must_use]
    pub fn new(id: AnnotationId, kind: AnnotationKind, summary: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            summary: summary.into(),
            details: None,
            path: None,
            line: None,
            severity: None,
            result: None,
            link: None,
        }
    }
}

/// An annotation as Bitbucket keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "WireAnnotation")]
#[non_exhaustive]
pub struct Annotation {
    /// The id that its maker chose, else Bitbucket's own; `None` when neither was sent.
    pub id: Option<AnnotationId>,
    /// What was found.
    pub kind: Option<AnnotationKind>,
    /// One line about it.
    pub summary: String,
    /// More about it.
    pub details: Option<String>,
    /// The file, where it is about one.
    pub path: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// How much it matters.
    pub severity: Option<AnnotationSeverity>,
    /// What became of the check.
    pub result: Option<AnnotationResult>,
    /// Where more is said about it.
    pub link: Option<String>,
}

impl Fields for Annotation {
    const FIELDS: &'static [&'static str] = &[
        "uuid",
        "external_id",
        "annotation_type",
        "summary",
        "details",
        "path",
        "line",
        "severity",
        "result",
        "link",
    ];
}

#[derive(Deserialize)]
struct WireAnnotation {
    #[serde(default, deserialize_with = "lenient")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    annotation_type: Option<AnnotationKind>,
    #[serde(default, deserialize_with = "lenient")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    details: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    path: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    line: Option<u32>,
    #[serde(default, deserialize_with = "lenient")]
    severity: Option<AnnotationSeverity>,
    #[serde(default, deserialize_with = "lenient")]
    result: Option<AnnotationResult>,
    #[serde(default, deserialize_with = "lenient")]
    link: Option<String>,
}

impl From<WireAnnotation> for Annotation {
    fn from(wire: WireAnnotation) -> Self {
        let id = wire.external_id.or(wire.uuid);
        Self {
            id: id.and_then(|id| AnnotationId::parse(&id).ok()),
            kind: wire.annotation_type,
            summary: wire.summary.unwrap_or_default(),
            details: wire.details,
            path: wire.path,
            line: wire.line,
            severity: wire.severity,
            result: wire.result,
            link: wire.link,
        }
    }
}

fn as_text<S: serde::Serializer>(id: &AnnotationId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

fn path_text<S: serde::Serializer>(
    path: &Option<FilePath>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => serializer.serialize_str(path.as_str()),
        None => serializer.serialize_none(),
    }
}
