//! Code Insights: what tools report on a commit.

use async_trait::async_trait;
use bitbucket_api_paths::{AnnotationId, CommitSha, RepoRef, ReportId};

use crate::error::ApiError;
use crate::model::{Annotation, Listing, NewAnnotation, NewReport, Report};

/// Reports on commits and their annotations. Needs the scope `repository`, also for writing.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait CodeInsights: Send + Sync {
    /// The reports on a commit, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn reports(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        limit: usize,
    ) -> Result<Listing<Report>, ApiError>;

    /// One report.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
    ) -> Result<Report, ApiError>;

    /// Creates a report, or puts it in place of the one with the same id.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Misuse`](crate::ApiErrorCause::Misuse) with more than
    /// [`MAX_REPORT_FACTS`](crate::MAX_REPORT_FACTS) figures.
    async fn write_report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        id: &ReportId,
        report: &NewReport,
    ) -> Result<Report, ApiError>;

    /// Removes a report with its annotations.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn delete_report(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
    ) -> Result<(), ApiError>;

    /// The annotations of a report, at most `limit`.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn annotations(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        limit: usize,
    ) -> Result<Listing<Annotation>, ApiError>;

    /// Creates annotations, or puts them in place of those with the same ids: a hundred with each request, as
    /// Bitbucket takes them. When one of several requests fails, those before it are done; writing them all again does
    /// no harm.
    ///
    /// # Errors
    ///
    /// An [`ApiError`]; [`Misuse`](crate::ApiErrorCause::Misuse) for more than
    /// [`MAX_ANNOTATIONS`](crate::MAX_ANNOTATIONS), which is all that a report holds.
    async fn write_annotations(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        annotations: &[NewAnnotation],
    ) -> Result<Vec<Annotation>, ApiError>;

    /// Removes an annotation.
    ///
    /// # Errors
    ///
    /// An [`ApiError`].
    async fn delete_annotation(
        &self,
        repository: &RepoRef,
        commit: &CommitSha,
        report: &ReportId,
        annotation: &AnnotationId,
    ) -> Result<(), ApiError>;
}
