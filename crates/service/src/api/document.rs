//! The OpenAPI 3.1 document of the admin API.

use std::sync::Arc;

use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContentBuilder, Info, License, OpenApi, Ref, RefOr, Response as Answer,
    ResponseBuilder, Server,
};
use utoipa::{PartialSchema as _, ToSchema};

use super::access;
use super::answer::Problem;

/// Where the admin API is below the service's address.
const BASE: &str = "/api/v1";

/// The name of the one way to prove who asks.
const KEY: &str = "api_key";

const DESCRIPTION: &str = "Connects Bitbucket Cloud to an error tracker. Every request carries `Authorization: Bearer KEY` with the operator's key or one made by \
`POST /keys`; the scope that it needs stands at each operation. Refusals are problem details (RFC 9457); their codes are listed in docs/ERRORS.md. A listing \
tells in `next` what to give as `after` for its next page.";

/// The groups of operations.
const TAGS: [(&str, &str); 9] = [
    ("installations", "Connected workspaces."),
    (
        "repositories",
        "Followed repositories and their pull requests.",
    ),
    ("releases", "What is published at the tracker."),
    ("source", "From stack traces to the source at Bitbucket."),
    (
        "issues",
        "Issues at Bitbucket beside those of the error tracker.",
    ),
    ("history", "What happened."),
    ("jobs", "The queue."),
    ("keys", "Keys of this API."),
    ("service", "The service itself."),
];

/// The document as it is served.
pub(crate) fn document() -> OpenApi {
    complete(super::router::described().into_openapi())
}

/// `GET /api/v1/openapi.json`
pub(super) async fn serve(Extension(document): Extension<Arc<OpenApi>>) -> Response {
    // It has texts as keys only, so it can always be written.
    let body = serde_json::to_vec(document.as_ref()).unwrap_or_default();
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], Bytes::from(body)).into_response()
}

/// Adds to the description of the routes what is the same for all of them.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    let mut info = Info::new("Bitbucket integration", crate::VERSION);
    info.description = Some(DESCRIPTION.to_owned());
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    document.info = info;
    document.servers = Some(vec![Server::new(BASE)]);
    let tag = |(name, description): (&str, &str)| {
        TagBuilder::new()
            .name(name)
            .description(Some(description))
            .build()
    };
    document.tags = Some(TAGS.into_iter().map(tag).collect());
    let components = document.components.get_or_insert_default();
    describe_key(components);
    describe_refusal(components);
    for (path, item) in &mut document.paths.paths {
        let route = format!("{BASE}{path}");
        for (method, operation) in operations(item) {
            guard(operation, &method, &route);
        }
    }
    document
}

fn describe_key(components: &mut Components) {
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description =
        Some("The operator's key, or one made by `POST /keys` with a scope and an end.".to_owned());
    components.add_security_scheme(KEY, SecurityScheme::Http(bearer));
}

fn describe_refusal(components: &mut Components) {
    let schema = Problem::schema();
    components
        .schemas
        .insert(Problem::name().into_owned(), schema);
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    let refusal: Answer = ResponseBuilder::new()
        .description("Refused; `code` says why.")
        .content("application/problem+json", content)
        .build();
    components
        .responses
        .insert("Refused".to_owned(), RefOr::T(refusal));
}

/// Says what every operation needs, and how it refuses.
fn guard(operation: &mut Operation, method: &Method, route: &str) {
    let scope = access::needed(method, Some(route)).as_str();
    operation.security = Some(vec![SecurityRequirement::new(KEY, [scope])]);
    operation.description = Some(format!("Needs a key of scope `{scope}`."));
    operation.responses.responses.insert(
        "default".to_owned(),
        RefOr::Ref(Ref::from_response_name("Refused")),
    );
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.map(|operation| (method, operation)))
}

#[cfg(test)]
mod tests;
