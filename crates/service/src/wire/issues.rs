//! Issues of Bitbucket's own tracker and their links to those of the error tracker.

use bitbucket_integration_provider::{InstallationId, LinkId, RepositoryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/issues`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateIssueBody {
    /// The short id of the error tracker's issue.
    pub issue: String,
    /// `workspace/slug` of the repository whose tracker gets the issue.
    pub repository: String,
    /// Its title; left out: that of the error tracker's issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its text; left out: one that leads to the error tracker's issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `bug`, `enhancement`, `proposal` or `task`; left out: `bug`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `trivial`, `minor`, `major`, `critical` or `blocker`; left out: `major`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

/// `POST /api/v1/issues/link`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkIssueBody {
    /// The short id of the error tracker's issue.
    pub issue: String,
    /// `workspace/slug` of the repository whose tracker has the issue.
    pub repository: String,
    /// The number of the issue there.
    pub number: u64,
    /// What is said on it; left out or empty: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An issue of the error tracker and the issue at Bitbucket that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueLinkView {
    /// Our identifier.
    #[schema(value_type = String, format = Uuid)]
    pub id: LinkId,
    /// The installation it belongs to.
    #[schema(value_type = String, format = Uuid)]
    pub installation: InstallationId,
    /// The repository whose tracker has the issue.
    #[schema(value_type = String, format = Uuid)]
    pub repository: RepositoryId,
    /// The short id of the error tracker's issue.
    pub issue: String,
    /// The project of that issue.
    pub project: String,
    /// The number of the issue at Bitbucket.
    pub number: u64,
    /// Its title when it was linked.
    pub title: String,
    /// Where a person sees it.
    pub web_url: Option<String>,
    /// When the two were linked.
    #[schema(value_type = String, format = DateTime)]
    pub linked_at: Timestamp,
}

/// `GET /api/v1/issues`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueLinkList {
    /// The newest first.
    pub issues: Vec<IssueLinkView>,
    /// What to give as `after` for the next page; none on the last one.
    pub next: Option<String>,
}

/// `DELETE /api/v1/issues/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnlinkedIssue {
    /// Which.
    #[schema(value_type = String, format = Uuid)]
    pub id: LinkId,
}

/// `GET /api/v1/installations/{id}/issue-forms/{form}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssueFormView {
    /// In the order in which they are shown.
    pub fields: Vec<FormFieldView>,
}

/// A field of a form. It has the name of the member of the request that it fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FormFieldView {
    /// Its name.
    pub name: String,
    /// What a person reads.
    pub label: String,
    /// `select`, `string` or `textarea`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands in it at first.
    pub default: Option<String>,
    /// What can be chosen.
    pub choices: Vec<ChoiceView>,
    /// Where more choices are searched.
    pub url: Option<String>,
    /// What a person reads below it.
    pub help: Option<String>,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceView {
    /// What a person reads.
    pub label: String,
    /// What is sent.
    pub value: String,
}

/// `GET /api/v1/installations/{id}/issue-search`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceList {
    /// Exact ones first.
    pub choices: Vec<ChoiceView>,
    /// Whether these are all of them.
    pub complete: bool,
}
