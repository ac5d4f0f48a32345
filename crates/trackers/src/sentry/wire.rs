//! The JSON of the calls: what we send in full, of what comes only what is used.

use bitbucket_integration_provider::ports::TrackerDeploy;
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// `POST /organizations/{org}/releases/`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewRelease<'a> {
    pub(super) version: &'a str,
    pub(super) projects: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_released: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) commits: Vec<NewCommit<'a>>,
}

/// One commit of a release. Its fields are spelled with `_`, unlike those around it.
#[derive(Debug, Serialize)]
pub(super) struct NewCommit<'a> {
    pub(super) id: &'a str,
    pub(super) repository: &'a str,
    /// Never null: Sentry looks inside it.
    pub(super) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author_email: Option<&'a str>,
    /// On every commit: Sentry sorts by it and fails when only some have it.
    pub(super) timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) patch_set: Option<Vec<Patch<'a>>>,
}

/// One changed file.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Patch<'a> {
    pub(super) path: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: PatchKind,
}

/// What happened to a file. Sentry knows no renames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum PatchKind {
    #[serde(rename = "A")]
    Added,
    #[serde(rename = "M")]
    Modified,
    #[serde(rename = "D")]
    Deleted,
}

/// `POST /organizations/{org}/releases/{version}/deploys/`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewDeploy<'a> {
    pub(super) environment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) date_finished: Timestamp,
}

/// An item of `GET /organizations/{org}/releases/{version}/deploys/`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KnownDeploy {
    environment: Option<String>,
    /// Not everything that speaks like Sentry has this member.
    #[serde(default, deserialize_with = "there")]
    name: Option<Option<String>>,
    date_finished: Option<Timestamp>,
}

/// What is read is there, though it may be null.
fn there<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What a deploy is called: nothing the first time, so that a rollback within the same second is told from it.
pub(super) fn name(deploy: &TrackerDeploy) -> Option<String> {
    (deploy.number > 1).then(|| format!("deploy {}", deploy.number))
}

impl KnownDeploy {
    /// Whether it is this one: Sentry may keep its time less exactly.
    pub(super) fn is(&self, deploy: &TrackerDeploy) -> bool {
        let second = |time: Timestamp| time.as_second();
        self.name.as_ref().is_none_or(|own| *own == name(deploy))
            && self.environment.as_ref() == Some(&deploy.environment)
            && self.date_finished.map(second) == Some(second(deploy.deployed_at))
    }
}

/// `POST /organizations/{org}/issues/{id}/notes/`.
#[derive(Debug, Serialize)]
pub(super) struct NewNote<'a> {
    pub(super) text: &'a str,
}

/// An item of `GET /organizations/{org}/issues/{id}/notes/`.
#[derive(Debug, Deserialize)]
pub(super) struct Note {
    data: Option<NoteData>,
}

#[derive(Debug, Deserialize)]
struct NoteData {
    text: Option<String>,
}

impl Note {
    pub(super) fn text(&self) -> Option<&str> {
        self.data.as_ref()?.text.as_deref()
    }
}

/// `PUT /organizations/{org}/issues/{id}/` with a status alone.
#[derive(Debug, Serialize)]
pub(super) struct NewStatus {
    pub(super) status: &'static str,
}

/// `PUT /organizations/{org}/issues/{id}/` with an assignee alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assignment<'a> {
    pub(super) assigned_to: &'a str,
}

/// `PUT /organizations/{org}/issues/{id}/`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resolution<'a> {
    status: &'static str,
    status_details: InRelease<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InRelease<'a> {
    in_release: &'a str,
}

impl<'a> Resolution<'a> {
    pub(super) const fn in_release(version: &'a str) -> Self {
        Self {
            status: "resolved",
            status_details: InRelease {
                in_release: version,
            },
        }
    }
}

/// `GET /organizations/{org}/shortids/{short_id}/`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundIssue {
    pub(super) short_id: String,
    pub(super) project_slug: String,
    pub(super) group: Issue,
}

/// An issue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Issue {
    pub(super) id: Id,
    pub(super) title: Option<String>,
    pub(super) status: String,
    pub(super) status_details: Option<StatusDetails>,
    pub(super) assigned_to: Option<IgnoredAny>,
    pub(super) permalink: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusDetails {
    pub(super) in_release: Option<String>,
}

/// Sentry writes ids of issues as texts and those of releases as numbers; either is taken.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Id {
    Text(String),
    Number(u64),
}

impl Id {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// `GET /organizations/{org}/`.
#[derive(Debug, Deserialize)]
pub(super) struct Organization {
    pub(super) links: Option<OrganizationLinks>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrganizationLinks {
    pub(super) region_url: Option<String>,
}
