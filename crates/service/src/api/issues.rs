//! Issues at Bitbucket that belong to issues of the error tracker.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_api_paths::IssueId;
use bitbucket_integration_provider::ports::{IssueLink, LinksOf};
use bitbucket_integration_provider::{CreateIssue, LinkId, LinkIssue, LinkedIssue, RepositoryId};
use http::StatusCode;
use serde::Deserialize;

use super::answer::Refusal;
use super::body;
use super::fields::{field, optional, path_id, request_key};
use super::pages::{page, shown};
use super::state::App;
use crate::wire::{CreateIssueBody, IssueLinkList, IssueLinkView, LinkIssueBody, UnlinkedIssue};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Those of the error tracker's issue with this short id.
    issue: Option<String>,
    /// Those to issues of this repository: our identifier.
    #[param(value_type = Option<String>, format = Uuid)]
    repository: Option<RepositoryId>,
    /// The one to the issue with this number in the repository.
    number: Option<u64>,
    /// At most so many entries: 1 to 500, 50 when it is left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<i64>,
}

impl ListQuery {
    fn of(&self) -> Result<LinksOf, Refusal> {
        match (&self.issue, self.repository, self.number) {
            (None, None, None) => Ok(LinksOf::All),
            (Some(issue), None, None) => Ok(LinksOf::Issue(issue.clone())),
            (None, Some(repository), None) => Ok(LinksOf::Repository(repository)),
            (None, Some(repository), Some(number)) => {
                Ok(LinksOf::Number(repository, issue_number(number)?))
            }
            (Some(_), _, _) => Err(Refusal::bad_request(
                "invalid_query",
                "`issue` stands alone: leave out `repository` and `number`",
            )),
            (None, None, Some(_)) => Err(Refusal::bad_request(
                "invalid_query",
                "`number` counts within a repository: give `repository` as well",
            )),
        }
    }
}

fn issue_number(number: u64) -> Result<IssueId, Refusal> {
    field("number", &number.to_string())
}

/// `GET /api/v1/issues?issue=&repository=&number=&limit=&after=`
#[utoipa::path(
    get,
    path = "/issues",
    operation_id = "list_issue_links",
    tag = "issues",
    summary = "Links between issues of the error tracker and issues at Bitbucket, the newest first.",
    params(ListQuery),
    responses((status = 200, body = IssueLinkList, description = "A page."))
)]
pub(super) async fn list(
    State(app): State<App>,
    request: Request,
) -> Result<Json<IssueLinkList>, Refusal> {
    let query: ListQuery = body::query(request.uri())?;
    let (of, page) = (query.of()?, page(query.limit, query.after)?);
    let listed = app.integration().ports().issue_links.list(of, page).await;
    let (issues, next) = shown(listed.map_err(|error| Refusal::from(&error))?, view);
    Ok(Json(IssueLinkList { issues, next }))
}

/// `GET /api/v1/issues/{id}`
#[utoipa::path(
    get,
    path = "/issues/{id}",
    operation_id = "show_issue_link",
    tag = "issues",
    summary = "One link.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the link.")),
    responses((status = 200, body = IssueLinkView, description = "As it was stored."))
)]
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<IssueLinkView>, Refusal> {
    let id: LinkId = path_id(&id)?;
    let found = app.integration().issue_link(id).await;
    Ok(Json(view(found.map_err(|error| Refusal::from(&error))?)))
}

/// `POST /api/v1/issues`: 201 for an issue that was created now, 200 for one that the same request created before.
#[utoipa::path(
    post,
    path = "/issues",
    operation_id = "create_issue",
    tag = "issues",
    summary = "Creates an issue at Bitbucket for one of the error tracker, and links the two.",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a second request the same one: 1 to 128 visible ASCII characters. Without it, whoever asks for the very same means the same.")),
    request_body = CreateIssueBody,
    responses(
        (status = 201, body = IssueLinkView, description = "It was created now."),
        (status = 200, body = IssueLinkView, description = "The same request created it before.")
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<IssueLinkView>), Refusal> {
    let key = request_key(request.headers())?;
    let asked: CreateIssueBody = body::json(request, app.limits()).await?;
    let create = CreateIssue {
        issue: asked.issue,
        repository: field("repository", &asked.repository)?,
        title: asked.title,
        description: asked.description,
        kind: optional("kind", asked.kind.as_deref())?.unwrap_or_default(),
        priority: optional("priority", asked.priority.as_deref())?.unwrap_or_default(),
        key,
    };
    let integration = app.integration().clone();
    let done = app
        .finish(async move { integration.create_issue(create).await })
        .await?;
    answered(&app, done.map_err(|error| Refusal::from(&error))?)
}

/// `POST /api/v1/issues/link`: 201 for a link that is new, 200 for one that was there.
#[utoipa::path(
    post,
    path = "/issues/link",
    operation_id = "link_issue",
    tag = "issues",
    summary = "Links an issue at Bitbucket with one of the error tracker, and says something on it.",
    request_body = LinkIssueBody,
    responses(
        (status = 201, body = IssueLinkView, description = "They are linked now."),
        (status = 200, body = IssueLinkView, description = "They were linked before.")
    )
)]
pub(super) async fn link(
    State(app): State<App>,
    request: Request,
) -> Result<(StatusCode, Json<IssueLinkView>), Refusal> {
    let asked: LinkIssueBody = body::json(request, app.limits()).await?;
    let link = LinkIssue {
        issue: asked.issue,
        repository: field("repository", &asked.repository)?,
        number: issue_number(asked.number)?,
        comment: asked.comment,
    };
    let done = app.integration().link_issue(link).await;
    answered(&app, done.map_err(|error| Refusal::from(&error))?)
}

/// `DELETE /api/v1/issues/{id}`
#[utoipa::path(
    delete,
    path = "/issues/{id}",
    operation_id = "unlink_issue",
    tag = "issues",
    summary = "Forgets a link. Nothing happens to the two issues.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the link.")),
    responses((status = 200, body = UnlinkedIssue, description = "It is gone."))
)]
pub(super) async fn unlink(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<UnlinkedIssue>, Refusal> {
    let id: LinkId = path_id(&id)?;
    let removed = app.integration().unlink_issue(id).await;
    removed.map_err(|error| Refusal::from(&error))?;
    tracing::info!(link.id = %id, "a link between two issues was removed");
    Ok(Json(UnlinkedIssue { id }))
}

fn answered(app: &App, done: LinkedIssue) -> Result<(StatusCode, Json<IssueLinkView>), Refusal> {
    app.wake();
    let link = &done.link;
    tracing::info!(link.id = %link.id, link.new = done.created, issue.short_id = %link.short_id, issue.number = link.number.value(), "two issues are linked");
    let status = if done.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(view(done.link))))
}

fn view(link: IssueLink) -> IssueLinkView {
    IssueLinkView {
        id: link.id,
        installation: link.installation,
        repository: link.repository,
        issue: link.short_id,
        project: link.project.to_string(),
        number: link.number.value(),
        title: link.title,
        web_url: link.web_url,
        linked_at: link.linked_at,
    }
}
