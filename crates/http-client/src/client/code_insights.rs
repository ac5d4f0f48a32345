//! Code Insights: reports on commits and their annotations.

use async_trait::async_trait;
use bitbucket_api_paths::{AnnotationId, CommitSha, Query, RepoRef, ReportId, reports};

use super::{BitbucketClient, ENTRIES_PER_PAGE, misuse};
use crate::api::CodeInsights;
use crate::error::{ApiError, Misuse};
use crate::model::{Annotation, Listing, NewAnnotation, NewReport, Report};
use crate::policy::Repeat;

/// The most figures of a report.
pub const MAX_REPORT_FACTS: usize = 10;
/// The most annotations of a report.
pub const MAX_ANNOTATIONS: usize = 1_000;
/// The most annotations that Bitbucket takes with one request.
const ANNOTATIONS_PER_REQUEST: usize = 100;

#[async_trait]
impl CodeInsights for BitbucketClient {
    async fn reports(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        limit: usize,
    ) -> Result<Listing<Report>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        self.trimmed_pages(&reports::list(repository, commit).with_query(query))
            .collect_up_to(limit)
            .await
    }

    async fn report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
    ) -> Result<Report, ApiError> {
        self.trimmed(&reports::read(repository, commit, report))
            .await
    }

    async fn write_report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        id: &ReportId,
        report: &NewReport,
    ) -> Result<Report, ApiError> {
        let endpoint = reports::write(repository, commit, id);
        if report.data.len() > MAX_REPORT_FACTS {
            return Err(misuse(&endpoint, Misuse::ReportFacts));
        }
        self.write(&endpoint, report, &[]).await
    }

    async fn delete_report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
    ) -> Result<(), ApiError> {
        self.remove(&reports::delete(repository, commit, report))
            .await
    }

    async fn annotations(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        limit: usize,
    ) -> Result<Listing<Annotation>, ApiError> {
        let query = Query::new().pagelen(ENTRIES_PER_PAGE);
        let endpoint = reports::annotations(repository, commit, report).with_query(query);
        self.trimmed_pages(&endpoint).collect_up_to(limit).await
    }

    async fn write_annotations(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        annotations: &[NewAnnotation],
    ) -> Result<Vec<Annotation>, ApiError> {
        let endpoint = reports::write_annotations(repository, commit, report);
        if annotations.len() > MAX_ANNOTATIONS {
            return Err(misuse(&endpoint, Misuse::Annotations));
        }
        let mut written = Vec::with_capacity(annotations.len());
        for part in annotations.chunks(ANNOTATIONS_PER_REQUEST) {
            // The same ids overwrite, so a second POST changes nothing.
            let answer: Vec<Annotation> = self
                .write_repeated(&endpoint, &part, &[], Repeat::Safe)
                .await?;
            written.extend(answer);
        }
        Ok(written)
    }

    async fn delete_annotation(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        annotation: &AnnotationId,
    ) -> Result<(), ApiError> {
        let endpoint = reports::delete_annotation(repository, commit, report, annotation);
        self.remove(&endpoint).await
    }
}
