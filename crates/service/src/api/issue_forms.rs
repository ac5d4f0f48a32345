//! What a front end needs so that a person creates or links an issue at Bitbucket.

use axum::Json;
use axum::extract::{Path, State};
use bitbucket_api_paths::RepoFullName;
use bitbucket_http_client::Issue;
use bitbucket_integration_provider::{
    FormField, FoundRepositories, InstallationId, IssueForm, MOST_FOUND_ISSUES,
};
use http::Uri;
use serde::Deserialize;

use super::answer::Refusal;
use super::body;
use super::fields::{field, path_id};
use super::state::App;
use crate::wire::{ChoiceList, ChoiceView, FormFieldView, IssueFormView};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FormQuery {
    /// The short id of the error tracker's issue.
    issue: String,
}

/// `GET /api/v1/installations/{id}/issue-forms/{form}?issue=`
#[utoipa::path(
    get,
    path = "/installations/{id}/issue-forms/{form}",
    operation_id = "show_issue_form",
    tag = "issues",
    summary = "The fields of the form by which an issue at Bitbucket is created or linked.",
    params(
        ("id" = String, Path, format = Uuid, description = "Our identifier of the installation."),
        ("form" = String, Path, description = "`create` or `link`."),
        FormQuery
    ),
    responses((status = 200, body = IssueFormView, description = "Each has the name of the member that it fills."))
)]
pub(super) async fn form(
    State(app): State<App>,
    Path((id, form)): Path<(String, String)>,
    uri: Uri,
) -> Result<Json<IssueFormView>, Refusal> {
    let id: InstallationId = path_id(&id)?;
    let form = match form.as_str() {
        "create" => IssueForm::Create,
        "link" => IssueForm::Link,
        _ => {
            return Err(Refusal::not_found(
                "there are the forms `create` and `link`",
            ));
        }
    };
    let query: FormQuery = body::query(&uri)?;
    let fields = app.integration().issue_form(id, &query.issue, form).await;
    let fields = fields.map_err(|error| Refusal::from(&error))?;
    let url = format!("/api/v1/installations/{id}/issue-search");
    Ok(Json(IssueFormView {
        fields: fields.into_iter().map(|field| view(field, &url)).collect(),
    }))
}

fn view(field: FormField, url: &str) -> FormFieldView {
    let choice = |(value, label)| ChoiceView { label, value };
    FormFieldView {
        name: field.name.to_owned(),
        label: field.label.to_owned(),
        kind: field.kind.as_str().to_owned(),
        required: field.required,
        default: field.default,
        choices: field.choices.into_iter().map(choice).collect(),
        url: field.searched.then(|| url.to_owned()),
        help: field.help.map(str::to_owned),
    }
}

/// Which field's choices are searched.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum SearchedField {
    /// Issues of a repository, by title or number.
    Number,
    /// Followed repositories, by name.
    Repository,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    /// The field whose choices are searched.
    #[param(inline)]
    field: SearchedField,
    /// What its title or name contains, or its number.
    query: String,
    /// `workspace/slug` of the repository whose issues are searched.
    repository: Option<String>,
}

/// `GET /api/v1/installations/{id}/issue-search?field=&query=&repository=`
#[utoipa::path(
    get,
    path = "/installations/{id}/issue-search",
    operation_id = "search_issue_choices",
    tag = "issues",
    summary = "Choices for a field of such a form: issues by title or number, or followed repositories.",
    params(("id" = String, Path, format = Uuid, description = "Our identifier of the installation."), SearchQuery),
    responses((status = 200, body = ChoiceList, description = "From all pages of Bitbucket's listing."))
)]
pub(super) async fn search(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<ChoiceList>, Refusal> {
    let id: InstallationId = path_id(&id)?;
    let query: SearchQuery = body::query(&uri)?;
    if query.query.trim().is_empty() {
        return Err(missing("query"));
    }
    let integration = app.integration();
    match query.field {
        SearchedField::Number => {
            let repository = query.repository.ok_or_else(|| missing("repository"))?;
            let repository: RepoFullName = field("repository", &repository)?;
            let found = integration
                .search_issues(id, &repository, &query.query)
                .await;
            let found = found.map_err(|error| Refusal::from(&error))?;
            Ok(Json(ChoiceList {
                choices: found.issues.into_iter().map(issue).collect(),
                complete: found.complete,
            }))
        }
        SearchedField::Repository => {
            let found = integration
                .search_repositories(id, Some(&query.query), MOST_FOUND_ISSUES)
                .await;
            Ok(Json(followed(
                found.map_err(|error| Refusal::from(&error))?,
            )))
        }
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::bad_request("invalid_query", format!("`{name}` must not be empty"))
}

fn issue(issue: Issue) -> ChoiceView {
    ChoiceView {
        label: format!("#{} {}", issue.id, issue.title),
        value: issue.id.to_string(),
    }
}

/// Only into a followed repository can an issue go.
fn followed(found: FoundRepositories) -> ChoiceList {
    let followed = found.repositories.into_iter();
    let choices = followed.filter(|one| one.followed.is_some()).map(|one| {
        let name = one.repository.full_name.to_string();
        ChoiceView {
            label: name.clone(),
            value: name,
        }
    });
    ChoiceList {
        choices: choices.collect(),
        complete: found.complete,
    }
}
