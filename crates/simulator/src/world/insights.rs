//! What builds and analysers say about a commit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A build status; unique by commit and key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildStatus {
    /// Full hash of the commit.
    pub commit: String,
    /// What it is replaced by.
    pub key: String,
    /// `SUCCESSFUL`, `FAILED`, `INPROGRESS` or `STOPPED`.
    pub state: String,
    /// Name for people.
    #[serde(default)]
    pub name: Option<String>,
    /// Where a click leads.
    #[serde(default)]
    pub url: Option<String>,
    /// Text for people.
    #[serde(default)]
    pub description: Option<String>,
    /// The branch or tag that was built.
    #[serde(default)]
    pub refname: Option<String>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}

/// A Code Insights report; unique by commit and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Full hash of the commit.
    pub commit: String,
    /// The id that its maker chose.
    pub id: String,
    /// Bitbucket's own.
    pub uuid: String,
    /// `title`, `details`, `report_type` and the rest as they were sent.
    pub fields: Map<String, Value>,
    /// Annotations.
    #[serde(default)]
    pub annotations: Vec<Annotation>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}

/// What a report says about one place; unique by id within the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// The id that its maker chose.
    pub id: String,
    /// Bitbucket's own.
    pub uuid: String,
    /// `annotation_type`, `summary` and the rest as they were sent.
    pub fields: Map<String, Value>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it last changed.
    pub updated_on: Timestamp,
}
