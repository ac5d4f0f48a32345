//! In which repositories the file of a frame may be, and where there.

use bitbucket_api_paths::FilePath;

use super::SourceError;
use super::link::Frame;
use super::mapping::places;
use crate::ids::RepositoryId;
use crate::integration::Integration;
use crate::ports::{CodeMapping, TrackedRepository};

/// In how many repositories a file is looked for at most: each costs requests of the hourly allowance.
pub const MOST_REPOSITORIES_TRIED: usize = 10;

/// A repository, and the paths that the file may have in it, the likeliest first; at least one.
pub(super) type Candidate = (TrackedRepository, Vec<FilePath>);

impl Integration {
    /// The repository that the frame names. Without one: those with a path rule that fits, the longest beginning first; if there are none, the few
    /// that report to the project and have no rule for it. Where there are many of these, a rule must say which one is meant.
    ///
    /// Projects of two trackers may have the same name, so a frame that fits repositories of several workspaces says too little.
    pub(super) async fn candidates(&self, frame: &Frame) -> Result<Vec<Candidate>, SourceError> {
        let mut fitting = self.fitting(frame).await?;
        fitting.retain(|(repository, _)| is_of(frame, repository));
        let mut workspaces = fitting
            .iter()
            .map(|(repository, _)| repository.installation);
        let first = workspaces.next();
        if workspaces.any(|other| Some(other) != first) {
            return Err(SourceError::WhichInstallation);
        }
        Ok(fitting)
    }

    async fn fitting(&self, frame: &Frame) -> Result<Vec<Candidate>, SourceError> {
        if let Some(name) = &frame.repository {
            let found = self.ports.repositories.by_full_name(name).await?;
            let repository = found.ok_or(SourceError::UnknownRepository)?;
            let asked = frame.project.as_ref();
            let projects = &repository.projects;
            if asked.is_some_and(|asked| !projects.is_empty() && !projects.contains(asked)) {
                return Ok(Vec::new());
            }
            let rules = self.ports.mappings.list(repository.id).await?;
            let paths = paths(&rules, frame);
            return Ok(Vec::from_iter(
                (!paths.is_empty()).then_some((repository, paths)),
            ));
        }
        let rules = self
            .ports
            .mappings
            .of_project(frame.project.clone())
            .await?;
        let ruled = self.ruled(&rules, frame).await?;
        if !ruled.is_empty() {
            return Ok(ruled);
        }
        let paths = paths(&[], frame);
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let unruled = self.unruled(&rules, frame).await?;
        Ok(unruled
            .into_iter()
            .map(|repository| (repository, paths.clone()))
            .collect())
    }

    async fn ruled(
        &self,
        rules: &[CodeMapping],
        frame: &Frame,
    ) -> Result<Vec<Candidate>, SourceError> {
        let mut fitting: Vec<(usize, RepositoryId)> = rules
            .iter()
            .filter(|rule| !paths(std::slice::from_ref(rule), frame).is_empty())
            .map(|rule| (rule.stack_root.len(), rule.repository))
            .collect();
        fitting.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        let mut ids: Vec<RepositoryId> = Vec::new();
        for (_, id) in fitting {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let mut candidates = Vec::new();
        for id in ids.into_iter().take(MOST_REPOSITORIES_TRIED) {
            let own: Vec<CodeMapping> = rules
                .iter()
                .filter(|rule| rule.repository == id)
                .cloned()
                .collect();
            let found = self.ports.repositories.find(id).await?;
            candidates.extend(found.map(|repository| (repository, paths(&own, frame))));
        }
        Ok(candidates)
    }

    /// Those that name the project come before those that take any.
    async fn unruled(
        &self,
        rules: &[CodeMapping],
        frame: &Frame,
    ) -> Result<Vec<TrackedRepository>, SourceError> {
        let (mut naming, mut taking_any) = (Vec::new(), Vec::new());
        for installation in self.ports.installations.list().await? {
            for repository in self.ports.repositories.list(installation.id).await? {
                let names = |asked| repository.projects.contains(asked);
                if !is_of(frame, &repository) {
                    continue;
                }
                if rules.iter().any(|rule| rule.repository == repository.id) {
                    continue;
                } else if frame.project.as_ref().is_some_and(names) {
                    naming.push(repository);
                } else if frame.project.is_none() || repository.projects.is_empty() {
                    taking_any.push(repository);
                }
            }
        }
        let meant = if naming.is_empty() {
            taking_any
        } else {
            naming
        };
        Ok(if meant.len() > MOST_REPOSITORIES_TRIED {
            Vec::new()
        } else {
            meant
        })
    }
}

/// Whether a repository belongs to the workspace that the frame names, if it names one.
fn is_of(frame: &Frame, repository: &TrackedRepository) -> bool {
    let asked = frame.installation;
    asked.is_none_or(|asked| asked == repository.installation)
}

/// What leads out of the repository is no path in it.
fn paths(rules: &[CodeMapping], frame: &Frame) -> Vec<FilePath> {
    places(rules, frame.project.as_ref(), &frame.path)
        .iter()
        .filter_map(|path| FilePath::parse(path).ok())
        .collect()
}

#[cfg(test)]
mod tests;
