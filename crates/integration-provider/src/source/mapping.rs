//! Rules that lead from the paths of stack traces to those of repositories.

use super::SourceError;
use crate::ids::{MappingId, RepositoryId};
use crate::integration::Integration;
use crate::ports::{CodeMapping, ProjectSlug};

/// Longest beginning of a path in a rule, in bytes.
pub const LONGEST_ROOT: usize = 1024;

/// A rule that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMapping {
    /// The repository.
    pub repository: RepositoryId,
    /// The tracker's project whose stack traces it is for; `None`: any.
    pub project: Option<ProjectSlug>,
    /// How the paths in stack traces begin; may be empty.
    pub stack_root: String,
    /// What stands there in the repository; may be empty.
    pub source_root: String,
}

impl Integration {
    /// Makes a rule for the stack traces of a project.
    ///
    /// # Errors
    /// [`SourceError`]; nothing was stored then.
    pub async fn add_mapping(&self, request: AddMapping) -> Result<CodeMapping, SourceError> {
        let repository = self.known_repository(request.repository).await?;
        for (name, root) in [
            ("stack_root", &request.stack_root),
            ("source_root", &request.source_root),
        ] {
            check_root(name, root)?;
        }
        let mapping = CodeMapping {
            id: MappingId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref()),
            repository: repository.id,
            project: request.project,
            stack_root: request.stack_root,
            source_root: request.source_root.trim_start_matches('/').to_owned(),
            created_at: self.ports.clock.now(),
        };
        self.ports.mappings.add(&mapping).await?;
        Ok(mapping)
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// [`SourceError`].
    pub async fn remove_mapping(&self, id: MappingId) -> Result<(), SourceError> {
        if self.ports.mappings.remove(id).await? {
            Ok(())
        } else {
            Err(SourceError::UnknownMapping)
        }
    }

    /// The rules of a repository.
    ///
    /// # Errors
    /// [`SourceError`].
    pub async fn mappings(&self, id: RepositoryId) -> Result<Vec<CodeMapping>, SourceError> {
        let repository = self.known_repository(id).await?;
        Ok(self.ports.mappings.list(repository.id).await?)
    }
}

fn check_root(name: &str, root: &str) -> Result<(), SourceError> {
    let wrong = if root.len() > LONGEST_ROOT {
        "is longer than 1024 bytes"
    } else if root.chars().any(char::is_control) {
        "holds a control character"
    } else if root.split(['/', '\\']).any(|part| part == "..") {
        "leads out of the folder with `..`"
    } else {
        return Ok(());
    };
    Err(SourceError::Invalid {
        what: format!("field `{name}` {wrong}"),
    })
}

/// The paths that a stack trace's path may have in a repository, the most specific rule first. Without a rule for its project a path
/// stands where it says.
pub(super) fn places(
    rules: &[CodeMapping],
    project: Option<&ProjectSlug>,
    path: &str,
) -> Vec<String> {
    let meant = |rule: &&CodeMapping| match (&rule.project, project) {
        (Some(own), Some(asked)) => own == asked,
        (Some(_), None) | (None, _) => true,
    };
    let path = path.replace('\\', "/");
    let mut rules: Vec<&CodeMapping> = rules.iter().filter(meant).collect();
    if rules.is_empty() {
        return vec![within(&path)];
    }
    rules.sort_by_key(|rule| std::cmp::Reverse((rule.stack_root.len(), rule.project.is_some())));
    let fitting = rules.into_iter().filter_map(|rule| {
        let root = rule.stack_root.replace('\\', "/");
        let mut rest = path.strip_prefix(&root)?;
        if rule.source_root.ends_with('/') {
            rest = rest.trim_start_matches('/');
        }
        Some(within(&format!("{}{rest}", rule.source_root)))
    });
    let mut places: Vec<String> = Vec::new();
    for place in fitting {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A path from the root of the repository.
fn within(path: &str) -> String {
    let path = path.trim_start_matches('/');
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
