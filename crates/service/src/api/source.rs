//! The source behind stack traces.

use axum::Json;
use axum::extract::{Path, Request, State};
use bitbucket_integration_provider::ports::CodeMapping;
use bitbucket_integration_provider::{
    AddMapping, Frame, InstallationId, LinkOutcome, MappingId, RepositoryId, Suspect,
};
use http::{StatusCode, Uri};
use serde::Deserialize;

use super::answer::Refusal;
use super::body;
use super::fields::{optional, path_id};
use super::state::App;
use crate::wire::{
    AddMappingBody, CodeOwnersView, LinkView, MappingList, MappingView, PastedView, RemovedMapping,
    SuspectView, SuspectsView,
};

/// `GET /api/v1/repositories/{id}/mappings`
#[utoipa::path(
    get,
    path = "/repositories/{id}/mappings",
    operation_id = "list_mappings",
    tag = "source",
    summary = "Rules that lead from paths of stack traces to those of the repository.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository.")),
    responses((status = 200, body = MappingList, description = "All of them."))
)]
pub(super) async fn mappings(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<MappingList>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let found = app.integration().mappings(id).await;
    let found = found.map_err(|error| Refusal::from(&error))?;
    Ok(Json(MappingList {
        mappings: found.into_iter().map(view).collect(),
    }))
}

/// `POST /api/v1/repositories/{id}/mappings`
#[utoipa::path(
    post,
    path = "/repositories/{id}/mappings",
    operation_id = "add_mapping",
    tag = "source",
    summary = "Makes such a rule.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository.")),
    request_body = AddMappingBody,
    responses((status = 201, body = MappingView, description = "It holds from now on."))
)]
pub(super) async fn add_mapping(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(StatusCode, Json<MappingView>), Refusal> {
    let repository: RepositoryId = path_id(&id)?;
    let asked: AddMappingBody = body::json(request, app.limits()).await?;
    let request = AddMapping {
        repository,
        project: optional("project", asked.project.as_deref())?,
        stack_root: asked.stack_root,
        source_root: asked.source_root,
    };
    let added = app.integration().add_mapping(request).await;
    let added = added.map_err(|error| Refusal::from(&error))?;
    tracing::info!(mapping.id = %added.id, repository.id = %repository, "a path rule was made");
    Ok((StatusCode::CREATED, Json(view(added))))
}

/// `DELETE /api/v1/mappings/{id}`
#[utoipa::path(
    delete,
    path = "/mappings/{id}",
    operation_id = "remove_mapping",
    tag = "source",
    summary = "Removes such a rule.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the rule.")),
    responses((status = 200, body = RemovedMapping, description = "It is gone."))
)]
pub(super) async fn remove_mapping(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<RemovedMapping>, Refusal> {
    let id: MappingId = path_id(&id)?;
    let removed = app.integration().remove_mapping(id).await;
    removed.map_err(|error| Refusal::from(&error))?;
    tracing::info!(mapping.id = %id, "a path rule was removed");
    Ok(Json(RemovedMapping { id }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct LinkQuery {
    /// The path as the stack trace has it.
    path: String,
    /// The line in the file, from 1.
    line: Option<u32>,
    /// The slug of the tracker's project whose stack trace it is.
    project: Option<String>,
    /// `workspace/slug`; left out: whichever rule fits.
    repository: Option<String>,
    /// The connected workspace: our identifier; needed when repositories of several fit.
    #[param(value_type = Option<String>, format = Uuid)]
    installation: Option<InstallationId>,
    /// The commit that failed: 40 hexadecimal digits.
    commit: Option<String>,
    /// The version that failed, when the commit is not known.
    release: Option<String>,
}

fn frame(uri: &Uri) -> Result<Frame, Refusal> {
    let query: LinkQuery = body::query(uri)?;
    Ok(Frame {
        project: optional("project", query.project.as_deref())?,
        installation: query.installation,
        repository: optional("repository", query.repository.as_deref())?,
        path: query.path,
        line: query.line,
        commit: optional("commit", query.commit.as_deref())?,
        release: query.release,
    })
}

/// `GET /api/v1/source/suspects?path=&line=&project=&repository=&commit=&release=`
#[utoipa::path(
    get,
    path = "/source/suspects",
    operation_id = "find_suspects",
    tag = "source",
    summary = "Recent commits that may have caused what a frame shows, the likeliest first.",
    params(LinkQuery),
    responses((status = 200, body = SuspectsView, description = "The commits with reasons."))
)]
pub(super) async fn suspects(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<SuspectsView>, Refusal> {
    let found = app.integration().suspects(&frame(&uri)?).await;
    let found = found.map_err(|error| Refusal::from(&error))?;
    let view = |one: Suspect| SuspectView {
        subject: one
            .commit
            .message
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned(),
        commit: one.commit.sha.to_string(),
        author_name: one.commit.author.name,
        author_email: one.commit.author.email,
        committed_at: one.commit.date,
        path: one.path,
        reasons: one
            .reasons
            .iter()
            .map(|reason| reason.code().to_owned())
            .collect(),
    };
    Ok(Json(SuspectsView {
        url: found.link.url,
        repository: found.link.repository.to_string(),
        suspects: found.commits.into_iter().map(view).collect(),
        complete: found.complete,
    }))
}

/// `GET /api/v1/source/link?path=&line=&project=&repository=&commit=&release=`
#[utoipa::path(
    get,
    path = "/source/link",
    operation_id = "link_source",
    tag = "source",
    summary = "Where at Bitbucket a person sees what a frame of a stack trace names.",
    params(LinkQuery),
    responses((status = 200, body = LinkView, description = "The link, or why there is none."))
)]
pub(super) async fn link(State(app): State<App>, uri: Uri) -> Result<Json<LinkView>, Refusal> {
    let frame = frame(&uri)?;
    let outcome = app.integration().source_link(&frame).await;
    let outcome = outcome.map_err(|error| Refusal::from(&error))?;
    let mut view = LinkView {
        outcome: outcome.code().to_owned(),
        url: None,
        tried: None,
        repository: None,
        path: None,
        commit: None,
        branch: None,
    };
    match outcome {
        LinkOutcome::Found(link) => {
            view.url = Some(link.url);
            view.repository = Some(link.repository.to_string());
            view.path = Some(link.path);
            view.commit = Some(link.commit.to_string());
            view.branch = link.branch;
        }
        LinkOutcome::NotFound { tried } => view.tried = Some(tried),
        LinkOutcome::NoMapping | LinkOutcome::Forbidden | LinkOutcome::Disconnected => {}
    }
    Ok(Json(view))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PastedQuery {
    /// The address.
    url: String,
}

/// `GET /api/v1/source/parse?url=`
#[utoipa::path(
    get,
    path = "/source/parse",
    operation_id = "parse_source",
    tag = "source",
    summary = "What a pasted address of Bitbucket names: repository, branch, path and lines.",
    params(PastedQuery),
    responses((status = 200, body = PastedView, description = "What it names."))
)]
pub(super) async fn parse(State(app): State<App>, uri: Uri) -> Result<Json<PastedView>, Refusal> {
    let query: PastedQuery = body::query(&uri)?;
    let source = app.integration().pasted_source(&query.url).await;
    let source = source.map_err(|error| Refusal::from(&error))?;
    Ok(Json(PastedView {
        repository: source.repository,
        full_name: source.full_name.to_string(),
        reference: source.reference,
        commit: source.commit.map(|commit| commit.to_string()),
        path: source.path,
        first_line: source.lines.map(|(first, _)| first),
        last_line: source.lines.map(|(_, last)| last),
    }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OwnersQuery {
    /// A path of the repository; the answer then says which rule decides about it.
    path: Option<String>,
}

/// `GET /api/v1/repositories/{id}/codeowners?path=`
#[utoipa::path(
    get,
    path = "/repositories/{id}/codeowners",
    operation_id = "show_codeowners",
    tag = "source",
    summary = "The CODEOWNERS file of a repository.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the repository."), OwnersQuery),
    responses((status = 200, body = CodeOwnersView, description = "Its text and its rules."))
)]
pub(super) async fn owners(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<CodeOwnersView>, Refusal> {
    let id: RepositoryId = path_id(&id)?;
    let query: OwnersQuery = body::query(&uri)?;
    let file = app.integration().code_owners(id).await;
    let file = file.map_err(|error| Refusal::from(&error))?;
    let decides = query.path.as_deref();
    let decides = decides.and_then(|path| file.owners.rule_for(path)).cloned();
    Ok(Json(CodeOwnersView {
        filepath: file.path,
        html_url: file.html_url,
        raw: file.raw,
        rules: file.owners.rules,
        unread: file.owners.unread,
        decides,
    }))
}

fn view(mapping: CodeMapping) -> MappingView {
    MappingView {
        id: mapping.id,
        repository: mapping.repository,
        project: mapping.project.map(|project| project.to_string()),
        stack_root: mapping.stack_root,
        source_root: mapping.source_root,
        created_at: mapping.created_at,
    }
}
