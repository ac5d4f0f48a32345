//! Rules that lead from stack traces to repositories.

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{CodeMapping, CodeMappings, ProjectSlug, StoreError};
use bitbucket_integration_provider::{MappingId, RepositoryId};

use crate::Store;
use crate::columns::{Columns, Row};
use crate::statement::Statement;

const ADD: &str = "
    INSERT INTO code_mappings (id, repository, project, stack_root, source_root, created_at) VALUES (?, ?, ?, ?, ?, ?)";
const REMOVE: &str = "DELETE FROM code_mappings WHERE id = ?";
const ALL: &str = "SELECT * FROM code_mappings ORDER BY seq";
const OF_PROJECT: &str = "SELECT * FROM code_mappings WHERE project IN ('', ?) ORDER BY seq";
pub(crate) const LIST: &str = "SELECT * FROM code_mappings WHERE repository = ? ORDER BY seq";

#[async_trait]
impl CodeMappings for Store {
    async fn add(&self, mapping: &CodeMapping) -> Result<(), StoreError> {
        let project = mapping.project.as_ref().map(ProjectSlug::as_str);
        let add = Statement::new(ADD)
            .with(mapping.id.as_uuid())
            .with(mapping.repository.as_uuid())
            .with(project.unwrap_or_default().to_owned())
            .with(&mapping.stack_root)
            .with(&mapping.source_root)
            .with(mapping.created_at.as_millisecond());
        self.change(add).await.map(drop)
    }

    async fn remove(&self, id: MappingId) -> Result<bool, StoreError> {
        let removed = self.change(Statement::new(REMOVE).with(id.as_uuid()));
        Ok(removed.await? > 0)
    }

    async fn list(&self, repository: RepositoryId) -> Result<Vec<CodeMapping>, StoreError> {
        self.all(Statement::new(LIST).with(repository.as_uuid()), read)
            .await
    }

    async fn of_project(
        &self,
        project: Option<ProjectSlug>,
    ) -> Result<Vec<CodeMapping>, StoreError> {
        let asked = match project {
            Some(project) => Statement::new(OF_PROJECT).with(project.as_str().to_owned()),
            None => Statement::new(ALL),
        };
        self.all(asked, read).await
    }
}

fn read(row: &Row) -> Result<CodeMapping, StoreError> {
    let columns = Columns::new("code_mappings", row);
    let project = match columns.text("project")? {
        "" => None,
        _ => Some(columns.parsed("project")?),
    };
    Ok(CodeMapping {
        id: columns.id("id", MappingId::from_uuid)?,
        repository: columns.id("repository", RepositoryId::from_uuid)?,
        project,
        stack_root: columns.text("stack_root")?.to_owned(),
        source_root: columns.text("source_root")?.to_owned(),
        created_at: columns.time("created_at")?,
    })
}
