//! The forms by which a person creates or links an issue at Bitbucket, as data that any front end can show.

use super::{IssueError, IssueKind, IssuePriority};
use crate::ids::InstallationId;
use crate::integration::Integration;
use crate::ports::{RepositoryState, TrackedRepository, TrackerIssue};

/// Which form is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueForm {
    /// For an issue that is to be created.
    Create,
    /// For an issue that is there.
    Link,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One of the choices, or one that a search gives.
    Select,
    /// One line.
    Text,
    /// Several lines.
    TextArea,
}

impl FieldKind {
    /// A stable name for clients.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Text => "string",
            Self::TextArea => "textarea",
        }
    }
}

/// A field of a form. It has the name of the member of the request that it fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Its name.
    pub name: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// How it is filled in.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    pub required: bool,
    /// What stands in it at first.
    pub default: Option<String>,
    /// What can be chosen: the value and what a person reads.
    pub choices: Vec<(String, String)>,
    /// Whether more choices are found by a search for this field.
    pub searched: bool,
    /// What a person reads below it.
    pub help: Option<&'static str>,
}

impl FormField {
    const fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            label,
            kind,
            required: false,
            default: None,
            choices: Vec::new(),
            searched: false,
            help: None,
        }
    }
}

impl Integration {
    /// The fields of a form for an issue of the error tracker, in the order in which they are shown.
    ///
    /// # Errors
    /// [`IssueError`].
    pub async fn issue_form(
        &self,
        installation: InstallationId,
        short_id: &str,
        form: IssueForm,
    ) -> Result<Vec<FormField>, IssueError> {
        let installation = self.active_workspace(installation).await?;
        let issue = self.tracked_issue(&installation, short_id).await?;
        let mut repositories = self.ports.repositories.list(installation.id).await?;
        repositories.retain(|one| takes(one, &issue));
        let links = &self.ports.issue_links;
        let usual = links
            .usual_repository(installation.id, &issue.project)
            .await?;
        // What was chosen last comes first.
        repositories.sort_by_key(|one| Some(one.id) != usual);
        let mut fields = vec![repository(&repositories)];
        match form {
            IssueForm::Create => fields.extend(to_create(&issue)),
            IssueForm::Link => fields.extend(to_link()),
        }
        Ok(fields)
    }
}

fn takes(repository: &TrackedRepository, issue: &TrackerIssue) -> bool {
    let projects = &repository.projects;
    repository.state == RepositoryState::Active
        && (projects.is_empty() || projects.contains(&issue.project))
}

fn repository(repositories: &[TrackedRepository]) -> FormField {
    let name = |one: &TrackedRepository| one.full_name.to_string();
    FormField {
        required: true,
        default: repositories.first().map(name),
        choices: repositories
            .iter()
            .map(|one| (name(one), name(one)))
            .collect(),
        searched: true,
        ..FormField::new("repository", "Bitbucket Repository", FieldKind::Select)
    }
}

fn to_create(issue: &TrackerIssue) -> [FormField; 4] {
    [
        FormField {
            required: true,
            default: Some(issue.title.clone()),
            ..FormField::new("title", "Title", FieldKind::Text)
        },
        FormField {
            default: Some(named(issue)),
            ..FormField::new("description", "Description", FieldKind::TextArea)
        },
        FormField {
            default: Some(IssueKind::default().to_string()),
            choices: IssueKind::ALL
                .iter()
                .map(|one| shown(one.as_str()))
                .collect(),
            ..FormField::new("kind", "Issue type", FieldKind::Select)
        },
        FormField {
            default: Some(IssuePriority::default().to_string()),
            choices: IssuePriority::ALL
                .iter()
                .map(|one| shown(one.as_str()))
                .collect(),
            ..FormField::new("priority", "Priority", FieldKind::Select)
        },
    ]
}

fn to_link() -> [FormField; 2] {
    [
        FormField {
            required: true,
            searched: true,
            ..FormField::new("number", "Issue", FieldKind::Select)
        },
        FormField {
            help: Some("Leave blank if you don't want to add a comment to the Bitbucket issue."),
            ..FormField::new("comment", "Comment", FieldKind::TextArea)
        },
    ]
}

/// A word, and the same with a capital letter.
fn shown(word: &str) -> (String, String) {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let label = first.into_iter().chain(characters).collect();
    (word.to_owned(), label)
}

/// The line that leads to the error tracker's issue.
pub(super) fn named(issue: &TrackerIssue) -> String {
    match &issue.web_url {
        Some(url) => format!("Tracked as [{}]({url})", issue.short_id),
        None => format!("Tracked as {}", issue.short_id),
    }
}
