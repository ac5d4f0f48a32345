//! Where the files of stack traces stand in repositories.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{ProjectSlug, StoreError};
use crate::ids::{MappingId, RepositoryId};

/// A rule that leads from the paths of a stack trace to those of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMapping {
    /// Our identifier.
    pub id: MappingId,
    /// The repository.
    pub repository: RepositoryId,
    /// The tracker's project whose stack traces it is for; `None`: any.
    pub project: Option<ProjectSlug>,
    /// How the paths in stack traces begin, such as `/app/`; may be empty.
    pub stack_root: String,
    /// What stands there in the repository, such as `src/`; may be empty.
    pub source_root: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Keeps rules that lead from stack traces to repositories.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CodeMappings: Send + Sync {
    /// Adds a rule.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the repository has one for the same project and the same beginning.
    async fn add(&self, mapping: &CodeMapping) -> Result<(), StoreError>;

    /// Removes a rule; says whether it was there.
    async fn remove(&self, id: MappingId) -> Result<bool, StoreError>;

    /// The rules of a repository, in the order in which they were made.
    async fn list(&self, repository: RepositoryId) -> Result<Vec<CodeMapping>, StoreError>;

    /// The rules for a project and those for any, of all repositories, in the order in which they were made; without a project all rules.
    async fn of_project(
        &self,
        project: Option<ProjectSlug>,
    ) -> Result<Vec<CodeMapping>, StoreError>;
}
