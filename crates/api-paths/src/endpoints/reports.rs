//! Code Insights: reports on a commit and their annotations. Writing them needs no more than the scope for reading.

use crate::endpoint::Part;
use crate::operation::operations;
use crate::{Access, AnnotationId, Body, CommitSha, Endpoint, Paging, RepoRef, ReportId};

operations! {
    LIST = get("getReportsForCommit", "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports")
        .needs(Access::REPOSITORY).paged(Paging::USUAL);
    READ = get("getReport", "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}")
        .needs(Access::REPOSITORY);
    WRITE = put("createOrUpdateReport",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}")
        .needs(Access::REPOSITORY)
        .sends(Body::object(&["title", "details", "report_type", "result", "reporter", "link", "logo_url", "data"]));
    DELETE = delete("deleteReport",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}")
        .needs(Access::REPOSITORY);
    ANNOTATIONS = get("getAnnotationsForReport",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations")
        .needs(Access::REPOSITORY).paged(Paging::USUAL);
    WRITE_ANNOTATIONS = post("bulkCreateOrUpdateAnnotations",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations")
        .needs(Access::REPOSITORY)
        .sends(Body::objects(Body::ANNOTATION_FIELDS));
    ANNOTATION = get("getAnnotation",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}")
        .needs(Access::REPOSITORY);
    WRITE_ANNOTATION = put("createOrUpdateAnnotation",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}")
        .needs(Access::REPOSITORY)
        .sends(Body::object(Body::ANNOTATION_FIELDS));
    DELETE_ANNOTATION = delete("deleteAnnotation",
        "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}")
        .needs(Access::REPOSITORY);
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports`: the reports, in pages.
#[must_use]
pub fn list(repository: &RepoRef, commit: &CommitSha) -> Endpoint {
    Endpoint::in_repository(&LIST, repository, &[commit.into()])
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}`: one report.
#[must_use]
pub fn read(repository: &RepoRef, commit: &CommitSha, report: &ReportId) -> Endpoint {
    Endpoint::in_repository(
        &READ,
        repository,
        &[commit.into(), Part::Text(report.as_str())],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}`:
/// creates a report or replaces it; at most 10 `data` fields.
#[must_use]
pub fn write(repository: &RepoRef, commit: &CommitSha, report: &ReportId) -> Endpoint {
    Endpoint::in_repository(
        &WRITE,
        repository,
        &[commit.into(), Part::Text(report.as_str())],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}`: removes a report with its annotations.
#[must_use]
pub fn delete(repository: &RepoRef, commit: &CommitSha, report: &ReportId) -> Endpoint {
    Endpoint::in_repository(
        &DELETE,
        repository,
        &[commit.into(), Part::Text(report.as_str())],
    )
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations`:
/// the annotations of a report, in pages.
#[must_use]
pub fn annotations(repository: &RepoRef, commit: &CommitSha, report: &ReportId) -> Endpoint {
    Endpoint::in_repository(
        &ANNOTATIONS,
        repository,
        &[commit.into(), Part::Text(report.as_str())],
    )
}

/// `POST /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations`:
/// creates or replaces 1 to 100 annotations; a report holds at most 1000.
#[must_use]
pub fn write_annotations(repository: &RepoRef, commit: &CommitSha, report: &ReportId) -> Endpoint {
    Endpoint::in_repository(
        &WRITE_ANNOTATIONS,
        repository,
        &[commit.into(), Part::Text(report.as_str())],
    )
}

/// `GET /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}`: one annotation.
#[must_use]
pub fn annotation(
    repository: &RepoRef,
    commit: &CommitSha,
    report: &ReportId,
    annotation: &AnnotationId,
) -> Endpoint {
    Endpoint::in_repository(
        &ANNOTATION,
        repository,
        &[
            commit.into(),
            Part::Text(report.as_str()),
            Part::Text(annotation.as_str()),
        ],
    )
}

/// `PUT /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}`:
/// creates an annotation or replaces it.
#[must_use]
pub fn write_annotation(
    repository: &RepoRef,
    commit: &CommitSha,
    report: &ReportId,
    annotation: &AnnotationId,
) -> Endpoint {
    Endpoint::in_repository(
        &WRITE_ANNOTATION,
        repository,
        &[
            commit.into(),
            Part::Text(report.as_str()),
            Part::Text(annotation.as_str()),
        ],
    )
}

/// `DELETE /2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}`:
/// removes an annotation.
#[must_use]
pub fn delete_annotation(
    repository: &RepoRef,
    commit: &CommitSha,
    report: &ReportId,
    annotation: &AnnotationId,
) -> Endpoint {
    Endpoint::in_repository(
        &DELETE_ANNOTATION,
        repository,
        &[
            commit.into(),
            Part::Text(report.as_str()),
            Part::Text(annotation.as_str()),
        ],
    )
}
