//! Parameters read back from a path, each by the rule of its name.

use alloc::string::String;

use crate::encoding::{Escape, decoded};
use crate::endpoint::Part;
use crate::{
    AnnotationId, AppKey, CommentId, CommitSha, DiffSpec, FilePath, HookSubject, HookUuid, IssueId,
    LinkerKey, LinkerValueId, MergeTaskId, ParseError, PullRequestId, RepoRef, RepoSlug, RepoUuid,
    ReportId, Revision, RevisionRange, StatusKey, TaskId, UserRef, Workspace,
};

/// A parameter that was parsed as what its name says.
#[derive(Debug)]
pub(super) enum Value {
    /// `{}` for a workspace: the repository must be a UUID.
    AnyWorkspace,
    Text(String),
    Path(FilePath),
    Spec(DiffSpec),
    Number(u64),
}

/// Why a parameter could not be read.
#[derive(Debug)]
pub(super) enum Fault<'p> {
    /// The encoding is broken within this text.
    Escape(&'p str, Escape),
    /// The decoded text is not what the parameter's name says.
    Refused(ParseError),
}

impl From<ParseError> for Fault<'_> {
    fn from(error: ParseError) -> Self {
        Self::Refused(error)
    }
}

impl Value {
    /// Reads the parameter `name` of `template` from `text` as it stands in the path.
    pub(super) fn read<'p>(template: &str, name: &str, text: &'p str) -> Result<Self, Fault<'p>> {
        if name == "path" {
            return path(text);
        }
        let decoded = decoded(text).map_err(|escape| Fault::Escape(text, escape))?;
        Ok(typed(template, name, &decoded)?)
    }

    pub(super) fn part(&self) -> Part<'_> {
        match self {
            Self::AnyWorkspace => Part::Text(RepoRef::ANY_WORKSPACE),
            Self::Text(text) => Part::Text(text),
            Self::Path(path) => Part::Path(path),
            Self::Spec(spec) => spec.into(),
            Self::Number(number) => Part::Number(*number),
        }
    }
}

/// Each segment is decoded by itself, so that an encoded `/` cannot become a step.
fn path(text: &str) -> Result<Value, Fault<'_>> {
    let mut whole = String::with_capacity(text.len());
    for (index, segment) in text.split('/').enumerate() {
        let segment = decoded(segment).map_err(|escape| Fault::Escape(segment, escape))?;
        if index > 0 {
            whole.push('/');
        }
        if let Some(position) = segment.find('/') {
            return Err(FilePath::refused(whole.len() + position, '/').into());
        }
        whole.push_str(&segment);
    }
    Ok(Value::Path(FilePath::parse(&whole)?))
}

fn typed(template: &str, name: &str, text: &str) -> Result<Value, ParseError> {
    let value = match name {
        "workspace" if text == RepoRef::ANY_WORKSPACE && template.contains("/{repo_slug}") => {
            Value::AnyWorkspace
        }
        "workspace" => Workspace::parse(text)?.into(),
        "repo_slug" => RepoSlug::parse(text)?.into(),
        "revision" | "name" => Revision::parse(text)?.into(),
        "commit" => CommitSha::parse(text)?.into(),
        "spec" => Value::Spec(DiffSpec::parse(text)?),
        "revspec" => Value::Spec(DiffSpec::Range(RevisionRange::parse(text)?)),
        "uid" => HookUuid::parse(text)?.into(),
        "subject_type" => HookSubject::parse(text)?.into(),
        "member" | "selected_user" | "target_username" => UserRef::parse(text)?.into(),
        "key" => StatusKey::parse(text)?.into(),
        "reportId" => ReportId::parse(text)?.into(),
        "annotationId" => AnnotationId::parse(text)?.into(),
        "addon_key" => AppKey::parse(text)?.into(),
        "linker_key" => LinkerKey::parse(text)?.into(),
        "value_id" => LinkerValueId::parse(text)?.into(),
        "task_id" if template.contains("/task-status/") => MergeTaskId::parse(text)?.into(),
        "task_id" => Value::Number(TaskId::parse(text)?.value()),
        "issue_id" => Value::Number(IssueId::parse(text)?.value()),
        "comment_id" => Value::Number(CommentId::parse(text)?.value()),
        // The one name left; a test holds every template to the names above.
        _ => Value::Number(PullRequestId::parse(text)?.value()),
    };
    Ok(value)
}

/// Empty braces for the workspace go with a repository known by UUID, and with nothing else.
pub(super) fn settle(values: &mut [Value]) -> Result<(), ParseError> {
    if let [Value::AnyWorkspace, Value::Text(slug), ..] = values {
        *slug = RepoUuid::parse(slug)?.as_str().into();
    }
    Ok(())
}

/// The text of an identifier, for [`Value::Text`].
macro_rules! texts {
    ($($name:ident)*) => {
        $(
            impl From<$name> for Value {
                fn from(identifier: $name) -> Self {
                    Self::Text(identifier.as_str().into())
                }
            }
        )*
    };
}

texts! {
    AnnotationId AppKey CommitSha HookSubject HookUuid LinkerKey LinkerValueId MergeTaskId RepoSlug ReportId Revision StatusKey
    UserRef Workspace
}
